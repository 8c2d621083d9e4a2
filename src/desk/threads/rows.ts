import type { MenuDraft, Thread, ThreadRow } from '../../contract/threads.ts'
import { maskText } from '../people/masking.ts'
import { iso, isoOrNull } from '../time.ts'
import type { ThreadState } from './thread.ts'

/** A thread as a line of a list, whatever it was read from. */
export interface Row extends ThreadState {
  /** 村组+姓名. */
  contact_name: string
  /** A JSON array. */
  tags: string
  holder_name: string | null
  preview: string | null
}

/** A preview is the first line or two; more never leaves the core for a list. */
const previewLength = 80
/** Read a little more than is shown, so that a number cut at the edge is still known as one and masked. */
export const previewRead = previewLength + 40

export function threadRow(row: Row): ThreadRow {
  return {
    id: row.id,
    account: row.account,
    kind: row.kind,
    private: row.private === 1,
    readable: true,
    contact: row.contact,
    contactName: row.contact_name,
    preview: row.preview === null ? null : cut(maskText(row.preview).text),
    previewKind: row.last_kind,
    lastFrom: row.last_from,
    lastRecalled: row.last_recalled === 1,
    lastAt: iso(row.last_at),
    waitingSince: isoOrNull(row.waiting_since),
    overdue: row.overdue === 1,
    toldOfDelayAt: isoOrNull(row.told_at),
    undelivered: row.answer_state === 'failed' ? row.answer : null,
    mark: row.mark_kind === null ? null : { kind: row.mark_kind, strength: row.mark_strength ?? 'watch' },
    escalation:
      row.escalation === null
        ? null
        : {
            id: row.escalation,
            desk: row.desk ?? '',
            level: row.level ?? '',
            state: row.escalation_state ?? 'offered',
          },
    common: row.common,
    urgency: row.urgency,
    category: row.category,
    holder: row.holder,
    holderName: row.holder_name,
    heldSince: isoOrNull(row.held_since),
    handedOverAt: isoOrNull(row.handed_at),
    snoozedUntil: isoOrNull(row.snoozed_until),
    closedAt: isoOrNull(row.closed_at),
    disposition: row.disposition,
    tags: JSON.parse(row.tags) as string[],
    servedElsewhere: false,
  }
}

/** Rule 11: of a private thread others see the category and the times, nothing of who or what. */
export function withheld(shown: ThreadRow): ThreadRow {
  return {
    ...shown,
    readable: false,
    contact: '',
    contactName: '🔒',
    preview: null,
    tags: [],
    common: null,
    undelivered: null,
    servedElsewhere: false,
  }
}

/** What stands in a header besides the row. `title` is that of its first message. */
interface Beside {
  title: string | null
  draft: string | null
  menu: MenuDraft | null
  glassUntil: string | null
}

/** The thread's header. */
export function threadHeader(row: Row, shown: ThreadRow, { title, draft, menu, glassUntil }: Beside): Thread {
  return {
    ...shown,
    title: title === null || !shown.readable ? null : maskText(title).text,
    openedAt: iso(row.opened_at),
    lastSeq: row.last_seq,
    continues: row.continues,
    draft: shown.readable ? draft : null,
    draftMenu: shown.readable ? menu : null,
    draftFiles: [],
    glassUntil,
    window: null,
    servedBy: null,
  }
}

/** Never in the middle of an emoji. */
function cut(text: string): string {
  return text.slice(0, previewLength).replace(/[\ud800-\udbff]$/, '')
}
