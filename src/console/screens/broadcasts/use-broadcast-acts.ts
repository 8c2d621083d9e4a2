import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import { useAct } from '../../composables/use-act.ts'
import type { OpenBroadcast } from './use-broadcast.ts'

export type Asking = 'approve' | 'decline' | 'cancel'

/** What is done to the chosen broadcast, and the dialog that asks for what it needs. */
export function useBroadcastActs(open: OpenBroadcast) {
  const { act, did, acting } = useAct()
  const { t } = useI18n()
  const asking = ref<Asking | null>(null)
  /** Why the supervisor has to look again before approving; shown in the dialog. */
  const again = ref<{ why: 'draft' } | { why: 'audience'; before: number; now: number } | null>(null)

  const now = () => {
    const detail = open.detail.value
    return detail === null ? null : { broadcast: detail.broadcast.id, version: detail.version }
  }
  /** Whatever was done, the ledger has the last word. */
  async function after(done: boolean) {
    if (done) asking.value = null
    await open.refresh()
  }

  return {
    asking,
    again,
    acting,
    ask(what: Asking) {
      again.value = null
      asking.value = what
    },
    async approve(reachable: number) {
      const at = now()
      if (at === null) return
      again.value = null
      const onRefused = (refusal: Refusal) => {
        if (refusal.code === 'draft_changed') again.value = { why: 'draft' }
        else if (refusal.code === 'audience_changed')
          again.value = { why: 'audience', before: reachable, now: refusal.reachable }
        return again.value !== null
      }
      const input = { ...at, reachable }
      await after(await did('broadcast.approve', input, { done: t('broadcasts.done.approved'), onRefused }))
    },
    async decline(reason: string) {
      const at = now()
      if (at === null) return
      const input = { ...at, reason }
      await after(await did('broadcast.decline', input, { done: t('broadcasts.done.declined') }))
    },
    async cancel(reason: string) {
      const at = now()
      if (at === null) return
      const input = { broadcast: at.broadcast, reason }
      await after(await did('broadcast.cancel', input, { done: t('broadcasts.done.cancelled') }))
    },
    async remind() {
      const at = now()
      if (at === null) return
      const answer = await act('broadcast.remind', { broadcast: at.broadcast })
      return answer?.reminded
    },
    async refresh() {
      const at = now()
      if (at === null) return
      const { broadcast } = at
      await did('broadcast.refresh', { broadcast }, { done: t('broadcasts.done.refreshed') })
    },
  }
}
export type BroadcastActs = ReturnType<typeof useBroadcastActs>
