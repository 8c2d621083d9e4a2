import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { MediaShown } from '../../contract/media.ts'
import { useRefusal } from '../composables/use-refusal.ts'
import { useConnection } from '../connection/connection.ts'
import { forget, type KeptMedia, keep, lookedAt } from './kept-media.ts'
import { wholeMedia } from './media-bytes.ts'
import { thumbnailOf } from './thumbnail.ts'

/** The file a message carries: fetched when it is wanted, kept for a while, gone when it is erased. */
export function useMedia(of: () => { thread: string; message: number; media: MediaShown }) {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const key = computed(() => `${of().thread}/${of().message}`)
  const here = shallowRef<KeptMedia | null>(lookedAt(key.value) ?? null)
  /** 0 to 1 while it comes. */
  const part = ref<number | null>(null)
  const failed = ref('')
  let abort = new AbortController()

  /** The file; null where it did not come, and `failed` says why. */
  async function load(): Promise<KeptMedia | null> {
    const { thread, message, media } = of()
    here.value = lookedAt(key.value) ?? null
    if (here.value || media.state !== 'here' || part.value !== null) return here.value
    const mine = key.value
    const { signal } = abort
    part.value = 0
    failed.value = ''
    try {
      const { blob, name } = await wholeMedia(
        (offset) => connection.call('media.read', { thread, message, offset }),
        (now) => {
          part.value = now
        },
        signal,
      )
      const url = URL.createObjectURL(blob)
      const thumb = media.kind === 'image' ? await thumbnailOf(blob, url) : url
      if (signal.aborted) return null
      keep(mine, { blob, url, name: name ?? media.name, thumb })
      here.value = lookedAt(mine) ?? null
    } catch (error) {
      if (!signal.aborted) failed.value = wordsOf(error)
    } finally {
      if (!signal.aborted) part.value = null
    }
    return here.value
  }

  async function save() {
    const media = await load()
    if (!media) return
    const link = document.createElement('a')
    link.href = media.url
    link.download = media.name ?? `${of().message}`
    link.click()
  }

  function letGo() {
    abort.abort()
    abort = new AbortController()
    part.value = null
  }
  watch(
    () => of().media.state,
    (state) => {
      if (state !== 'erased') return
      letGo()
      forget(key.value)
      here.value = null
    },
  )
  onBeforeUnmount(letGo)

  return { here, part, failed, load, save }
}
