import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RecordRow } from '../../../contract/audit.ts'
import { useAct } from '../../composables/use-act.ts'
import { useMay } from '../../composables/use-may.ts'
import { useNavigation } from '../../stores/navigation.ts'
import type { FindingSeed } from './findings/finding-draft.ts'

/** What can be done with a record: go where it happened, see that moment, open what is private, make a finding of it. */
export function useRecordActs(changed: () => void) {
  const { t } = useI18n()
  const { did, acting } = useAct()
  const may = useMay()
  const navigation = useNavigation()
  const glassFor = ref<string | null>(null)
  const seed = ref<FindingSeed | null>(null)

  const saysMessage = (row: RecordRow) => row.type === 'message.received' || row.type === 'message.sent'

  return {
    acting,
    glassFor,
    seed,
    isSealed: (row: RecordRow) =>
      row.thread !== null && (row.contactName === '🔒' || row.content === 'private') && may.value.breakGlass,
    openThread(row: RecordRow) {
      if (row.thread === null) return
      navigation.go('inbox', {
        thread: row.thread,
        ...(saysMessage(row) ? { message: String(row.seq) } : {}),
      })
    },
    showMoment(row: RecordRow) {
      navigation.go('audit', {
        part: 'history',
        seq: String(row.seq),
        ...(row.thread === null ? {} : { thread: row.thread }),
      })
    },
    askGlass(row: RecordRow) {
      glassFor.value = row.thread
    },
    async breakGlass(reason: string, minutes: number) {
      const thread = glassFor.value
      if (thread === null) return
      const done = t('escalations.done.glassBroken')
      if (!(await did('glass.break', { thread, reason, minutes }, { done }))) return
      glassFor.value = null
      changed()
    },
    makeFinding(row: RecordRow, title: string) {
      if (!may.value.writeFindings) return
      seed.value = {
        title,
        severity: 'middle',
        seqs: [row.seq],
        threads: row.thread === null ? [] : [row.thread],
        handoffs: row.type.startsWith('handoff.') ? [row.subject] : [],
        anomaly: null,
      }
    },
  }
}
export type RecordActs = ReturnType<typeof useRecordActs>
