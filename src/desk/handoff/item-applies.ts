import { type AccountTrouble, isSevere } from '../../contract/handoff.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Db } from '../view.ts'
import type { FrozenItem, FrozenQueue, QueuedThread } from './item.ts'

const time = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : null)

/** What entries do to the items of a sheet and to what is asked about them. */
export function itemApplies(db: Db): Record<string, (entry: Entry) => void> {
  const freeze = db.prepare('UPDATE handoff SET frozen_at = ?, frozen_seq = ?, queue = ? WHERE id = ?')
  const absent = db.prepare('UPDATE handoff_item SET present = 0 WHERE handoff = ?')
  const put = db.prepare(
    `INSERT INTO handoff_item (handoff, item, place, frozen, severe, thread, account, present, accepted)
     VALUES (@handoff, @item, @place, @frozen, @severe, @thread, @account, 1, 0)
     ON CONFLICT DO UPDATE SET place = excluded.place, frozen = excluded.frozen, severe = excluded.severe, present = 1,
       -- There again after it was closed from the sheet: to be decided anew.
       did = CASE did WHEN 'close' THEN NULL ELSE did END,
       -- What stands differently now was not accepted like that.
       accepted = CASE frozen WHEN excluded.frozen THEN accepted ELSE 0 END,
       read_seq = CASE frozen WHEN excluded.frozen THEN read_seq END,
       read_at = CASE frozen WHEN excluded.frozen THEN read_at END,
       read_by = CASE frozen WHEN excluded.frozen THEN read_by END`,
  )
  // What was closed from the sheet stays on it: that is what became of it.
  const remove = db.prepare(
    `DELETE FROM handoff_item WHERE handoff = ? AND present = 0 AND did IS NOT 'close'`,
  )
  const decide = db.prepare(
    `UPDATE handoff_item SET did = @did, decided_seq = @seq, decided_at = @at, decided_by = @by, deadline = @deadline,
       disposition = @disposition, read_seq = NULL, read_at = NULL, read_by = NULL, accepted = 0
     WHERE handoff = @handoff AND item = @item`,
  )
  const readBack = db.prepare(
    'UPDATE handoff_item SET read_seq = ?, read_at = ?, read_by = ? WHERE handoff = ? AND item = ?',
  )
  const accept = db.prepare('UPDATE handoff_item SET accepted = 1 WHERE handoff = ? AND item = ?')
  const ask = db.prepare(
    `INSERT INTO handoff_question (id, handoff, item, asked_seq, asked_at, asked_by) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const reply = db.prepare(
    'UPDATE handoff_question SET replied_seq = ?, replied_at = ?, replied_by = ? WHERE id = ?',
  )
  const leave = db.prepare('UPDATE handoff_item SET left_why = ? WHERE handoff = ? AND item = ?')
  const undecided = { did: null, seq: null, at: null, by: null, deadline: null, disposition: null }
  return {
    'handoff.frozen': (e) => {
      const { frozenSeq, part, parts, items, queue } = e.data as unknown as {
        frozenSeq: number
        part: number
        parts: number
        items: FrozenItem[]
        queue: FrozenQueue | null
      }
      if (queue !== null) {
        freeze.run(time(e.at), frozenSeq, JSON.stringify(queueInOrder(queue)), e.subject)
        absent.run(e.subject)
      }
      items.forEach((item, at) => {
        const { id, severity, thread, account } = item
        put.run({
          handoff: e.subject,
          item: id,
          place: part * 1_000 + at,
          frozen: JSON.stringify(inOrder(item)),
          severe: isSevere(severity) ? 1 : 0,
          thread,
          account,
        })
      })
      if (part === parts - 1) remove.run(e.subject)
    },
    'handoff.itemDecided': (e) =>
      decide.run({
        handoff: e.subject,
        item: e.data.item,
        did: e.data.do,
        seq: e.seq,
        at: time(e.at),
        by: e.actor.user,
        deadline: time(e.data.dueAt),
        disposition: e.data.disposition ?? null,
      }),
    'handoff.itemUndecided': (e) => decide.run({ ...undecided, handoff: e.subject, item: e.data.item }),
    'handoff.itemReadBack': (e) => readBack.run(e.seq, time(e.at), e.actor.user, e.subject, e.data.item),
    'handoff.itemAccepted': (e) => accept.run(e.subject, e.data.item),
    'handoff.itemQuestioned': (e) =>
      ask.run(e.data.question, e.subject, e.data.item, e.seq, time(e.at), e.actor.user),
    'handoff.questionReplied': (e) => reply.run(e.seq, time(e.at), e.actor.user, e.data.question),
    'handoff.itemLeft': (e) => leave.run(e.data.why, e.subject, e.data.item),
  }
}

/** The same text whether it comes from the command or, in canonical order, from the ledger. */
function inOrder(item: FrozenItem): FrozenItem {
  const { escalation } = item
  return {
    id: item.id,
    kind: item.kind,
    severity: item.severity,
    why: item.why,
    thread: item.thread,
    account: item.account,
    card: item.card,
    said: item.said,
    lastSeq: item.lastSeq,
    closed: item.closed,
    category: item.category,
    urgency: item.urgency,
    holder: item.holder,
    waitingSince: item.waitingSince,
    snoozedUntil: item.snoozedUntil,
    alarmAt: item.alarmAt,
    escalation:
      escalation === null
        ? null
        : {
            desk: escalation.desk,
            level: escalation.level,
            state: escalation.state,
            dueAt: escalation.dueAt,
          },
    returnVisitAt: item.returnVisitAt,
    trouble: item.trouble ? troubleInOrder(item.trouble) : null,
    promise: item.promise,
  }
}

function troubleInOrder({ fault, gaps }: AccountTrouble): AccountTrouble {
  return { fault: fault && faultInOrder(fault), gaps: gaps.map(({ from, to }) => ({ from, to })) }
}

function faultInOrder({ what, code, since, seconds }: NonNullable<AccountTrouble['fault']>) {
  return { what, code, since, ...(seconds === undefined ? {} : { seconds }) }
}

function queueInOrder({ threads, oldestWaitingSince, rows }: FrozenQueue): FrozenQueue {
  return { threads, oldestWaitingSince, rows: rows.map(rowInOrder) }
}

function rowInOrder({ thread, account, card, waitingSince, urgency, category }: QueuedThread): QueuedThread {
  return { thread, account, card, waitingSince, urgency, category }
}
