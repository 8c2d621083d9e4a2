import { computed, ref, watch } from 'vue'
import type { WarningDetail } from '../../../../contract/warnings.ts'
import { useSession } from '../../../stores/session.ts'

const longest = 8_000

/** The words as the officer has changed them, kept in this window until they are sent (rule 4). */
export function useMessageDraft(detail: () => WarningDetail) {
  const session = useSession()
  const key = () => `duty-desk.warning.${session.session?.user ?? ''}.${detail().warning.id}`
  const kept = () => sessionStorage.getItem(key())
  const text = ref(kept() ?? detail().message)

  const changed = computed(() => text.value !== detail().message)
  const over = computed(() => Math.max(0, text.value.trim().length - longest))

  watch(text, (now) => {
    if (now === detail().message) sessionStorage.removeItem(key())
    else sessionStorage.setItem(key(), now)
  })
  /** Another warning, or its prepared words were filled in anew. */
  watch(
    () => [detail().warning.id, detail().message],
    () => (text.value = kept() ?? detail().message),
  )

  return {
    text,
    changed,
    over,
    /** Sent or given up: the prepared words again. */
    clear() {
      sessionStorage.removeItem(key())
      text.value = detail().message
    },
  }
}
