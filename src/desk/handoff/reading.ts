import type { Role } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { Handoff, HandoffPromise, HandoffRow } from '../../contract/handoff.ts'
import { maskText } from '../people/masking.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { ItemCounts } from './listing.ts'
import { standingOf } from './present.ts'
import { stateOf as promiseState } from './promises.ts'
import type { PromiseRecord } from './promises-view.ts'
import { isOpen, isOutgoing } from './rules.ts'
import { type Cards, queueRow, readSheet, sheetItem, textsOf, titleOf } from './sheet-reading.ts'
import { frozenOf, type HandoffRecord, itemStateOf, type SignatureRecord, stateOf } from './view.ts'

/** What a reader sees of handoffs and promises: of a private thread who may not read it, no word (rule 11). */

export function list(
  station: Station,
  filter: Parameters<Station['views']['handoffs']['listing']['page']>[0],
  offset: number,
  limit: number,
): { rows: HandoffRow[]; total: number } {
  const { rows, total } = station.views.handoffs.listing.page(filter, offset, limit)
  return { rows: rows.map((row) => shownRow(station, row)), total }
}

/** Supervisors and auditors are told of everybody's. */
export function counts(station: Station, by: { user: string; role: string }, soon: number) {
  const open = station.views.handoffs.listing.open()
  const own = by.role === 'officer'
  const mine = open.filter(({ from_user, to_user }) => by.user === from_user || by.user === to_user)
  return {
    forMe: open.filter(({ from_user, to_user, state }) =>
      state === 'offered' ? to_user === by.user : from_user === by.user,
    ).length,
    open: open.length,
    overdue: (own ? mine : open).filter(({ overdue }) => overdue === 1).length,
    promisesDue: station.views.promises.due(soon, own ? by.user : undefined),
  }
}

export function get(station: Station, id: string, reader: Reader): Handoff {
  const { handoffs } = station.views
  const row = handoffs.one(id)
  if (row === null) throw new Refused({ code: 'not_found', what: 'handoff', id })
  const signatures = handoffs.listing.signatures(id)
  const sheet = readSheet(station, row, reader)
  const note = row.state === 'done' ? station.checkpoints.noteAt(row.ended_seq as number) : null
  const shown = shownRow(station, row, signatures)
  const own = row.corrects === null ? null : textsOf(station, [row.seq]).get(row.seq)
  const standing = row.notices_seq === null ? null : textsOf(station, [row.notices_seq]).get(row.notices_seq)
  const words = own?.text
  return {
    ...shown,
    items: sheet.items.map((item) => sheetItem(sheet, item)),
    queue: {
      threads: sheet.queue.threads,
      oldestWaitingSince: sheet.queue.oldestWaitingSince,
      rows: sheet.queue.rows.map((queued) => queueRow(sheet, queued)),
    },
    notices: ((standing?.notices ?? []) as string[]).map((notice) => maskText(notice).text),
    checkpoint:
      note === null || shown.code === null
        ? null
        : { size: row.ended_seq as number, code: shown.code, note: note.note },
    station: station.ledger.meta.station,
    text: typeof words === 'string' ? maskText(words).text : null,
    may: mayDo(row, signatures, reader),
  }
}

function mayDo(row: HandoffRecord, signatures: readonly SignatureRecord[], by: Reader): Handoff['may'] {
  const works = by.role === 'officer' || by.role === 'supervisor'
  const outgoing = signatures.find(({ side }) => side === 'outgoing')?.user ?? null
  const leads = works && isOutgoing(stateOf(row, outgoing), by)
  const onBehalf: Handoff['may']['onBehalf'] = []
  if (by.role === 'supervisor' && by.user !== row.from_user) {
    if (row.state === 'preparing') onBehalf.push('outgoing')
    if (row.state === 'offered' && by.user !== outgoing && by.user !== row.to_user) onBehalf.push('incoming')
  }
  return {
    prepare: leads && row.state === 'preparing',
    outgoing: leads && (row.state === 'preparing' || row.state === 'offered'),
    receive: works && row.state === 'offered' && by.user === row.to_user,
    onBehalf,
  }
}

function shownRow(
  station: Station,
  row: HandoffRecord,
  signatures = station.views.handoffs.listing.signatures(row.id),
): HandoffRow {
  const { people, shifts, handoffs } = station.views
  const nameOf = (user: string) => people.nameOf(user)
  return {
    id: row.id,
    post: row.post,
    postName: row.post === null ? null : shifts.nameOfPost(row.post),
    state: row.state,
    from: row.from_user,
    fromName: nameOf(row.from_user),
    to: row.to_user,
    toName: row.to_user === null ? null : nameOf(row.to_user),
    startedAt: iso(row.started_at),
    frozenAt: iso(row.frozen_at),
    frozenSeq: row.frozen_seq,
    offeredAt: isoOrNull(row.offered_at),
    doneAt: row.state === 'done' ? isoOrNull(row.ended_at) : null,
    overdue: row.overdue === 1,
    counts: countsOf(station, row),
    signatures: signatures.map(({ side, user, role, at, behalf_of, reason }) => ({
      side,
      user,
      name: nameOf(user),
      role: role as Role,
      at: iso(at),
      onBehalfOf: behalf_of === null ? null : { user: behalf_of, name: nameOf(behalf_of) },
      reason: reason === null ? null : maskText(reason).text,
    })),
    code: row.state === 'done' ? (station.checkpoints.noteAt(row.ended_seq as number)?.code ?? null) : null,
    corrects: row.corrects,
    correctedBy: handoffs.listing.correctionsOf(row.id),
  }
}

/** What has gone elsewhere while the sheet is open needs no decision any more: it counts as decided. */
function countsOf(station: Station, row: HandoffRecord): HandoffRow['counts'] {
  const { handoffs } = station.views
  const { handoff: _handoff, ...counted } = handoffs.listing.counts(row.id) ?? noItems
  if (!isOpen(stateOf(row, null)) || counted.decided === counted.items) return counted
  const gone = handoffs
    .items(row.id)
    .filter(({ did }) => did === null)
    .filter((item) => standingOf(station, row, itemStateOf(item)).left !== null)
  return { ...counted, decided: counted.decided + gone.length }
}

const noItems: ItemCounts = {
  handoff: '',
  items: 0,
  decided: 0,
  severe: 0,
  readBack: 0,
  accepted: 0,
  questions: 0,
}

export function promises(
  station: Station,
  asked: { of: 'open' | 'broken' | 'all'; user?: string | undefined; offset: number; limit: number },
  reader: Reader,
  now: number,
): { rows: HandoffPromise[]; total: number } {
  const { rows, total } = station.views.promises.page({ ...asked, now })
  return { rows: shownPromises(station, rows, reader, now), total }
}

export function shownPromises(
  station: Station,
  rows: readonly PromiseRecord[],
  reader: Reader,
  now: number,
): HandoffPromise[] {
  const { views, access } = station
  const frozen = rows.map(({ handoff, item }) => frozenOf(views.handoffs.item(handoff, item)!))
  const texts = textsOf(station, [
    ...rows.map(({ seq }) => seq),
    ...frozen.flatMap(({ card }) => (card === null ? [] : [card])),
  ])
  const cards: Cards = { texts, accountName: (id) => views.accounts.account(id)?.name ?? id }
  return rows.map((row, at) => {
    const readable = row.thread === null || access.mayReadThread(row.thread, reader)
    const nextAction = texts.get(row.seq)?.nextAction
    return {
      id: row.id,
      handoff: row.handoff,
      item: row.item,
      thread: row.thread,
      title: readable ? titleOf(cards, frozen[at]!) : '🔒',
      readable,
      nextAction: readable && typeof nextAction === 'string' ? maskText(nextAction).text : null,
      deadline: isoOrNull(row.deadline),
      to: row.to_user,
      toName: views.people.nameOf(row.to_user),
      state: promiseState(row, now),
      doneAt: isoOrNull(row.done_at),
    }
  })
}
