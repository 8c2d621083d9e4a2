import { computed, onBeforeUnmount, ref } from 'vue'
import { asWav, decodedVoice } from './decoded-voice.ts'
import type { KeptMedia } from './kept-media.ts'

/** Plays what browsers cannot: AMR. One voice at a time speaks on a console. */
let speaking: HTMLAudioElement | null = null

export function useVoice(load: () => Promise<KeptMedia | null>) {
  const state = ref<'silent' | 'decoding' | 'playing' | 'unplayable'>('silent')
  const at = ref(0)
  const length = ref<number | null>(null)
  const audio = new Audio()
  let address: string | null = null
  const part = computed(() => (length.value ? Math.min(1, at.value / length.value) : 0))

  audio.addEventListener('timeupdate', () => {
    at.value = audio.currentTime
  })
  audio.addEventListener('durationchange', () => {
    if (Number.isFinite(audio.duration)) length.value = audio.duration
  })
  audio.addEventListener('pause', () => {
    state.value = 'silent'
  })
  audio.addEventListener('ended', () => {
    at.value = 0
  })

  async function toggle() {
    if (state.value === 'playing') return audio.pause()
    if (state.value === 'decoding') return
    state.value = 'decoding'
    try {
      if (address === null) {
        const media = await load()
        if (!media) {
          state.value = 'silent'
          return
        }
        const bytes = new Uint8Array(await media.blob.arrayBuffer())
        address = URL.createObjectURL(asWav(await decodedVoice(bytes)))
        audio.src = address
      }
      if (speaking !== audio) speaking?.pause()
      speaking = audio
      await audio.play()
      state.value = 'playing'
    } catch {
      state.value = 'unplayable'
    }
  }

  onBeforeUnmount(() => {
    audio.pause()
    if (speaking === audio) speaking = null
    if (address) URL.revokeObjectURL(address)
  })

  return { state, at, length, part, toggle }
}
