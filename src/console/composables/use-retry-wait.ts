import { computed, ref } from 'vue'
import type { Refusal } from '../../contract/errors.ts'
import { useNow } from './use-time.ts'

/** After too many wrong passwords the core names a wait; the form counts it down and asks nothing before. */
export function useRetryWait() {
  const now = useNow(500)
  const until = ref(0)
  const left = computed(() => Math.max(0, until.value - now.value))

  return {
    left,
    waiting: computed(() => left.value > 0),
    heed(refusal: Refusal) {
      if (refusal.code === 'wrong_password' || refusal.code === 'too_many_attempts')
        until.value = refusal.retryAfterMs > 0 ? Date.now() + refusal.retryAfterMs : 0
    },
  }
}
