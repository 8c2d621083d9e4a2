import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Audience, AudiencePreview } from '../../../contract/broadcasts.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'

const debounceMs = 300
export const previewRows = 20

/** Who would get it, counted anew as the audience changes. What stood there stays until the new count is here. */
export function usePreview(of: () => { audience: Audience; broadcast: string | null } | null) {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const preview = shallowRef<AudiencePreview | null>(null)
  const which = ref<'reachable' | 'unreachable'>('reachable')
  const offset = ref(0)
  const counting = ref(false)
  const failed = ref('')
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    clearTimeout(timer)
    const meant = of()
    const mine = ++asked
    if (meant === null) {
      preview.value = null
      counting.value = false
      return
    }
    counting.value = true
    const { audience, broadcast } = meant
    try {
      const answer = await connection.call('broadcasts.preview', {
        audience,
        ...(broadcast === null ? {} : { broadcast }),
        of: which.value,
        offset: offset.value,
        limit: previewRows,
      })
      if (mine !== asked) return
      preview.value = answer
      failed.value = ''
    } catch (error) {
      if (mine === asked) failed.value = wordsOf(error)
    } finally {
      if (mine === asked) counting.value = false
    }
  }
  function soon() {
    counting.value = true
    clearTimeout(timer)
    timer = setTimeout(read, debounceMs)
  }

  watch(
    () => JSON.stringify(of()),
    () => {
      offset.value = 0
      soon()
    },
  )
  const stop = changes.onChange(({ everything, subjects }) => {
    if (everything || ['friends', 'broadcasts', 'accounts'].some((one) => subjects.includes(one))) soon()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
  void read()

  return {
    preview,
    which,
    offset,
    counting,
    failed,
    read,
    show(list: 'reachable' | 'unreachable', from = 0) {
      which.value = list
      offset.value = from
      void read()
    },
  }
}
export type Preview = ReturnType<typeof usePreview>
