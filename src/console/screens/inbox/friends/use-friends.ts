import { onScopeDispose, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { FriendState } from '../../../../contract/friends.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'

const gatherMs = 120

/** Whose friend the resident is, as far as the desk knows. */
export function useFriends(contact: () => string) {
  const connection = useConnection()
  const changes = useChanges()
  const { act, acting } = useAct()
  const { t } = useI18n()
  const state = shallowRef<FriendState | null>(null)
  const failed = shallowRef<unknown>(null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    timer = undefined
    const mine = ++asked
    try {
      const answer = await connection.call('friends.of', { contact: contact() })
      if (mine !== asked) return
      state.value = answer
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }
  watch(
    contact,
    () => {
      state.value = null
      failed.value = null
      void read()
    },
    { immediate: true },
  )
  const stop = changes.onChange(({ everything, subjects }) => {
    if (everything || subjects.includes(contact()) || subjects.includes('friends'))
      timer ??= setTimeout(read, gatherMs)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  return {
    state,
    failed,
    acting,
    read,
    /** Asks WeCom now. */
    async pull() {
      const of = contact()
      const answer = await act('friends.pull', { contact: of }, { done: t('friends.asked') })
      if (answer && of === contact()) state.value = answer
      else void read()
    },
  }
}
