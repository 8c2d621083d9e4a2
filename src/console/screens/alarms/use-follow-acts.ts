import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AlarmOutcome, AlarmRow } from '../../../contract/alarms.ts'
import type { Refusal } from '../../../contract/errors.ts'
import { useAct } from '../../composables/use-act.ts'
import { useTime } from '../../composables/use-time.ts'
import { useAlarms } from '../../stores/alarms.ts'
import { useDirectory } from '../../stores/directory.ts'

export type FollowDialog = 'contact' | 'handOver' | 'close'

/** What is done for a resident who is looked after; each begins in a dialog. */
export function useFollowActs() {
  const alarms = useAlarms()
  const directory = useDirectory()
  const { moment } = useTime()
  const { did, acting } = useAct()
  const { t } = useI18n()
  const dialog = ref<FollowDialog | null>(null)
  const alarm = ref<AlarmRow | null>(null)

  function ask(of: AlarmRow, what: FollowDialog) {
    alarm.value = of
    dialog.value = what
  }

  function settle(done: boolean) {
    if (!done) return
    dialog.value = null
    void alarms.refresh()
  }

  return {
    dialog,
    alarm,
    acting,
    ask,
    async contacted(note: string, nextContactAt: string) {
      if (!alarm.value) return
      const done = t('alarms.contact.done', { at: moment(nextContactAt) })
      settle(await did('alarm.contacted', { alarm: alarm.value.id, note, nextContactAt }, { done }))
    },
    async handOver(looksAfter: string, nextContactAt: string) {
      if (!alarm.value) return
      const done = t('alarms.handOver.done', { who: directory.personName(looksAfter) })
      settle(await did('alarm.follow', { alarm: alarm.value.id, looksAfter, nextContactAt }, { done }))
    },
    async close(
      closing: { outcome: AlarmOutcome; note: string; second: { user: string; password: string } },
      onRefused: (refusal: Refusal) => boolean,
    ) {
      if (!alarm.value) return
      const done = t('alarms.close.done', { outcome: t(`matters.alarmOutcomes.${closing.outcome}`) })
      settle(await did('alarm.close', { alarm: alarm.value.id, ...closing }, { done, onRefused }))
    },
  }
}
export type FollowActs = ReturnType<typeof useFollowActs>
