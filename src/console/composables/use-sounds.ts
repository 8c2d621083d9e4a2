import { reactive, watch } from 'vue'

/** Files of `resources/sounds`; an installation without them is silent and says so in the settings. */
const files = import.meta.glob<string>('../../../resources/sounds/*.wav', {
  eager: true,
  query: '?url&no-inline',
  import: 'default',
})

export type SoundName = 'new-message' | 'alarm'

const KEPT = 'duty-desk.sounds'
/** Several messages within this time ring once. */
const REST = 4_000

interface Choice {
  newMessage: boolean
  /** 0 to 1. */
  volume: number
}

function remembered(): Choice {
  const choice: Choice = { newMessage: true, volume: 0.7 }
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Choice>
    if (typeof kept.newMessage === 'boolean') choice.newMessage = kept.newMessage
    if (typeof kept.volume === 'number') choice.volume = Math.min(1, Math.max(0.1, kept.volume))
  } catch {
    // Unreadable: begin anew.
  }
  return choice
}

export const soundChoice = reactive(remembered())
watch(soundChoice, (choice) => localStorage.setItem(KEPT, JSON.stringify(choice)))

const address = (name: SoundName) => files[`../../../resources/sounds/${name}.wav`]
let lastRing = 0

export type Played = 'played' | 'missing' | 'blocked'

async function play(name: SoundName): Promise<Played> {
  const source = address(name)
  if (!source) return 'missing'
  const audio = new Audio(source)
  audio.volume = soundChoice.volume
  try {
    await audio.play()
    return 'played'
  } catch {
    return 'blocked'
  }
}

export function useSounds() {
  return {
    choice: soundChoice,
    play,
    /** For new words of residents: quiet when switched off, and once for a burst. */
    ringNewMessage() {
      const now = Date.now()
      if (!soundChoice.newMessage || now - lastRing < REST) return
      lastRing = now
      void play('new-message')
    },
  }
}
