import { reactive, readonly, ref, watch } from 'vue'

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
/** An alarm is heard however low the volume was set. */
const leastAlarmVolume = 0.3

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
const volumeOf = (name: SoundName) =>
  name === 'alarm' ? Math.max(leastAlarmVolume, soundChoice.volume) : soundChoice.volume
let lastRing = 0

export type Played = 'played' | 'missing' | 'blocked'

async function play(name: SoundName): Promise<Played> {
  const source = address(name)
  if (!source) return 'missing'
  const audio = new Audio(source)
  audio.volume = volumeOf(name)
  try {
    await audio.play()
    return 'played'
  } catch {
    return 'blocked'
  }
}

/** Ends in a pause, so that looping it needs no timer: those sleep in a page nobody looks at. */
let siren: HTMLAudioElement | null = null
let sounding = false
/** The browser lets no page sound that nobody has touched yet. */
const alarmBlocked = ref(false)
const touches = ['pointerdown', 'keydown'] as const

async function sound() {
  const source = address('alarm')
  if (!source || !sounding) return
  siren ??= new Audio(source)
  siren.loop = true
  siren.volume = volumeOf('alarm')
  if (!siren.paused) return
  siren.currentTime = 0
  try {
    await siren.play()
    alarmBlocked.value = false
    if (!sounding) siren.pause()
  } catch (error) {
    // Ended while it began: nothing is blocked then.
    alarmBlocked.value = sounding && (error as DOMException).name === 'NotAllowedError'
  }
}

const onTouch = () => {
  if (alarmBlocked.value) void sound()
}

/** Rings again and again until `stopAlarm`; if the browser forbids it, from the next key or click on. */
function startAlarm() {
  if (sounding) return
  sounding = true
  for (const touch of touches) addEventListener(touch, onTouch, { capture: true, passive: true })
  void sound()
}

function stopAlarm() {
  sounding = false
  alarmBlocked.value = false
  for (const touch of touches) removeEventListener(touch, onTouch, { capture: true })
  siren?.pause()
}

watch(
  () => soundChoice.volume,
  () => {
    if (siren) siren.volume = volumeOf('alarm')
  },
)

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
    startAlarm,
    stopAlarm,
    alarmBlocked: readonly(alarmBlocked),
    /** From a click or key: the browser allows it now. */
    unblockAlarm: () => void sound(),
  }
}
