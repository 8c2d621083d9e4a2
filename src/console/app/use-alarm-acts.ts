import { useMessage } from 'naive-ui'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AlarmRow } from '../../contract/alarms.ts'
import { useAct } from '../composables/use-act.ts'
import { useAlarms } from '../stores/alarms.ts'
import { useDirectory } from '../stores/directory.ts'
import { useNavigation } from '../stores/navigation.ts'

/** Acknowledging an alarm by name, and going to what it is about. */
export function useAlarmActs() {
  const alarms = useAlarms()
  const directory = useDirectory()
  const navigation = useNavigation()
  const message = useMessage()
  const { act } = useAct()
  const { t } = useI18n()
  /** The alarm being acknowledged. */
  const taking = ref<string | null>(null)

  const open = (alarm: Pick<AlarmRow, 'thread'>) => navigation.go('inbox', { thread: alarm.thread })
  const whoOf = (alarm: AlarmRow) => alarm.contactName ?? t('alarms.private')

  async function acknowledge(alarm: AlarmRow) {
    if (taking.value !== null) return
    taking.value = alarm.id
    const answer = await act(
      'alarm.acknowledge',
      { alarm: alarm.id },
      {
        done: t('alarms.bar.acknowledgedPlain'),
        onRefused: (refusal) => {
          if (refusal.code !== 'wrong_state') return false
          void sayWhoWas(alarm.id)
          return true
        },
      },
    )
    taking.value = null
    if (answer) open(alarm)
  }

  /** Two pressed at once: the other is told who looks after it now. */
  async function sayWhoWas(id: string) {
    await alarms.refresh()
    const who = alarms.open.find((alarm) => alarm.id === id)?.acknowledgedByName
    message.info(t('alarms.bar.already', { who: who ?? '' }), { duration: 6_000, closable: true })
  }

  return {
    taking,
    open,
    acknowledge,
    whoOf,
    accountOf: (alarm: AlarmRow) => directory.accountName(alarm.account),
  }
}
export type AlarmActs = ReturnType<typeof useAlarmActs>
