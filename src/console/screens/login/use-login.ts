import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../../contract/errors.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useRetryWait } from '../../composables/use-retry-wait.ts'
import { useTime } from '../../composables/use-time.ts'
import { useSession } from '../../stores/session.ts'

/** One attempt after another to come in: who is trying, what was wrong, how long to wait. */
export function useLogin() {
  const { t } = useI18n()
  const { countdown } = useTime()
  const { wordsOf } = useRefusal()
  const store = useSession()
  const wait = useRetryWait()
  const trying = ref<string | null>(null)
  const refused = ref<string | null>(null)

  const error = computed(() =>
    wait.waiting.value ? t('app.login.wait', { wait: countdown(wait.left.value) }) : refused.value,
  )

  /** True when in. */
  async function attempt(user: string, come: () => Promise<void>): Promise<boolean> {
    if (trying.value !== null || wait.waiting.value) return false
    trying.value = user
    refused.value = null
    try {
      await come()
      return true
    } catch (reason) {
      if (reason instanceof Refused) wait.heed(reason.refusal)
      refused.value =
        reason instanceof Refused && reason.refusal.code === 'too_many_attempts' ? null : wordsOf(reason)
      return false
    } finally {
      trying.value = null
    }
  }

  return {
    trying,
    error,
    waiting: wait.waiting,
    forget: () => (refused.value = null),
    login: (user: string, password: string, signOn: boolean) =>
      attempt(user, () => store.login(user, password, signOn)),
    unlock: (user: string, password: string) => attempt(user, () => store.unlock(password)),
  }
}
