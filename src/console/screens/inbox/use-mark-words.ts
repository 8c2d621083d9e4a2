import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ThreadRow } from '../../../contract/threads.ts'
import { useNow, useTime } from '../../composables/use-time.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useCommonQuestions } from './common/common-questions.ts'
import { marksShown, type RowMark, rowMarks } from './row-marks.ts'

export interface MarkWords {
  mark: RowMark
  /** On the row itself. */
  short: string
  /** In full, for whoever points at it or hears the row read. */
  full: string
  /** Of an escalation: its level's. */
  colour: string | null
}

/** The marks of a row of the list in words. */
export function useMarkWords(current: () => ThreadRow | undefined) {
  const { t } = useI18n()
  const time = useTime()
  const now = useNow(15_000)
  const directory = useDirectory()
  const commons = useCommonQuestions()

  function words(mark: RowMark, row: ThreadRow): MarkWords {
    const say = (short: string, full = short, colour: string | null = null) => ({ mark, short, full, colour })
    switch (mark) {
      case 'ring':
      case 'watch': {
        const kind = row.mark ? t(`matters.alarmKinds.${row.mark.kind}`) : ''
        return say(kind, t(`groups.marks.${mark}`, { kind }))
      }
      case 'undelivered':
        return say(t('inbox.undelivered.mark'), t('inbox.undelivered.markInFull'))
      case 'handed': {
        const at = row.handedOverAt ? time.clock(row.handedOverAt) : ''
        return say(t('shifts.handed.mark'), t('shifts.handed.at', { at }))
      }
      case 'overdue':
        return say(t('inbox.list.overdue'), t('groups.marks.overdue'))
      case 'urgent':
      case 'priority':
        return say(t(`app.urgencies.${mark}`))
      case 'elsewhere':
        return say(t('messages.elsewhere.mark'), t('messages.elsewhere.markInFull'))
      case 'escalation':
        return row.escalation ? ofEscalation(row.escalation) : say('')
      case 'common': {
        const question = commons.of(row.common)
        if (!question) return say(t('groups.marks.commonAlone'))
        const full = t('groups.marks.commonOf', { title: question.title })
        return say(t('groups.marks.common', { n: question.threads.length }), full)
      }
      case 'told': {
        const at = row.toldOfDelayAt ? time.moment(row.toldOfDelayAt) : ''
        return say(t('groups.marks.told'), t('groups.marks.toldAt', { at }))
      }
    }
  }

  function ofEscalation({ desk, level, state }: NonNullable<ThreadRow['escalation']>): MarkWords {
    const found = directory.level(level)
    const full = t('groups.marks.escalation', {
      desk: directory.deskName(desk),
      level: found?.name ?? level,
      state: t(`matters.escalationStates.${state}`),
    })
    return { mark: 'escalation', short: directory.deskName(desk), full, colour: found?.colour ?? null }
  }

  const all = computed(() => {
    const row = current()
    return row ? rowMarks(row, now.value).map((mark) => words(mark, row)) : []
  })
  const marks = computed(() => all.value.slice(0, marksShown))
  /** What the two shown leave out, and what they shorten. */
  const marksInFull = computed(() => all.value.map(({ full }) => full).join(t('inbox.presenceComma')))

  return { marks, marksInFull }
}
