import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ThreadRow } from '../../../contract/threads.ts'
import { useNow, useTime } from '../../composables/use-time.ts'
import { waitingStep } from '../../parts/waiting-step.ts'
import { useDirectory } from '../../stores/directory.ts'
import { usePresence } from '../../stores/presence.ts'
import { useSession } from '../../stores/session.ts'
import { useMarkWords } from './use-mark-words.ts'

/**
 * What a row of the list says of its thread; empty while the row is still being read. `moment` (ms) is when it
 * stood so, where that is not now: who is looking at it now has nothing to do with it.
 */
export function useRowWords(
  current: () => ThreadRow | undefined,
  moment: () => number | undefined = () => undefined,
) {
  const { t } = useI18n()
  const time = useTime()
  const present = useNow(15_000)
  const now = computed(() => moment() ?? present.value)
  const directory = useDirectory()
  const presence = usePresence()
  const session = useSession()

  const waited = computed(() => {
    const since = current()?.waitingSince
    return since ? Math.max(0, now.value - Date.parse(since)) : null
  })
  const step = computed(() => {
    const row = current()
    if (!row || waited.value === null || row.snoozedUntil) return 'none'
    const allowed = directory.settings?.waitMinutes[row.urgency] ?? 60
    return waitingStep(waited.value, allowed, row.overdue)
  })
  const when = computed(() => {
    const row = current()
    if (!row) return ''
    if (row.snoozedUntil) return t('inbox.list.snoozedUntil', { at: time.brief(row.snoozedUntil, now.value) })
    return waited.value === null
      ? time.brief(row.closedAt ?? row.lastAt, now.value)
      : time.length(waited.value)
  })
  /** The name; of a thread that may not be read its category only. */
  const who = computed(() => {
    const row = current()
    if (!row) return ''
    if (row.readable) return row.contactName
    return row.category
      ? t('groups.marks.sealed', { category: t(`app.categories.${row.category}`) })
      : t('groups.marks.sealedPlain')
  })
  const preview = computed(() => {
    const row = current()
    if (!row) return ''
    if (!row.readable) return t('groups.marks.sealedLast', { at: time.moment(row.lastAt, now.value) })
    if (row.preview === null) return t('inbox.list.erased')
    if (row.previewKind === 'text' || row.preview.startsWith('[')) return row.preview
    return `[${t(`inbox.kinds.${row.previewKind}`)}] ${row.preview}`
  })
  const holder = computed(() => {
    const row = current()
    if (!row) return ''
    if (row.closedAt) return row.disposition ? t(`app.dispositions.${row.disposition}`) : ''
    if (!row.holder) return ''
    if (row.holder === session.session?.user) return t('inbox.list.mine')
    return t('inbox.list.held', { who: row.holderName ?? row.holder })
  })
  const others = computed(() => {
    const row = current()
    return row && moment() === undefined ? presence.others(row.id) : []
  })
  const watching = computed(() =>
    others.value
      .map((one) => t(one.typing ? 'inbox.list.typing' : 'inbox.list.viewing', { who: one.name }))
      .join(t('inbox.presenceComma')),
  )

  return { step, when, who, preview, holder, others, watching, ...useMarkWords(current) }
}
