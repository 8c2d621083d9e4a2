import { Refused } from '../../contract/errors.ts'
import type { ExportScope } from '../../contract/proof.ts'
import type { JsonObject } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import { type Run, runsOf } from '../../ledger/export/lines.ts'
import { blockSize } from '../audit/records.ts'
import type { Db } from '../view.ts'

/** Which entries an export holds. */
export interface Choice {
  /** In order; null is all there are. */
  runs: Run[] | null
  /** All entries from one to the other; null where it is not that. */
  range: [from: number, to: number] | null
}

/**
 * What belongs to what is asked for, of the first `upto` entries, on a connection whose records have come so far.
 * @throws Refused where there is no such thing, or nothing belongs to it
 */
export function choose(db: Db, scope: ExportScope, upto: number): Choice {
  if (scope.kind === 'whole') return { runs: null, range: null }
  if (scope.kind === 'thread') return some(db, ofThread(db, scope.thread, upto), upto)
  if (scope.kind === 'handoff') return some(db, ofHandoff(db, scope.handoff, upto), upto)
  const [from, to] = scope.kind === 'shift' ? ofShift(db, scope.shift, upto) : ofPeriod(db, scope, upto)
  const later = erasuresOf(db, (seq) => seq >= from && seq <= to, upto).filter((seq) => seq > to)
  return { range: [from, to], runs: [{ from, to }, ...runsOf(later)] }
}

function some(db: Db, seqs: Set<number>, upto: number): Choice {
  for (const seq of erasuresOf(db, (named) => seqs.has(named), upto)) seqs.add(seq)
  return { range: null, runs: runsOf([...seqs].sort((a, b) => a - b)) }
}

/** Entries about a thread or naming it, and those of the card of its resident. */
function ofThread(db: Db, thread: string, upto: number): Set<number> {
  const contact = db.prepare<[string], string>('SELECT contact FROM thread WHERE id = ?').pluck().get(thread)
  if (contact === undefined) throw new Refused({ code: 'not_found', what: 'thread', id: thread })
  const named = db
    .prepare<[string, number], number>('SELECT seq FROM record WHERE thread = ? AND seq <= ?')
    .pluck()
    .all(thread, upto)
  return new Set([...named, ...about(db, contact, upto)])
}

/** Entries about a handoff, and those between its first and its last that name it. */
function ofHandoff(db: Db, handoff: string, upto: number): Set<number> {
  const own = about(db, handoff, upto)
  if (own.length === 0) throw new Refused({ code: 'not_found', what: 'handoff', id: handoff })
  const named = db
    .prepare<[string, number], number>('SELECT seq FROM record WHERE handoff = ? AND seq <= ?')
    .pluck()
    .all(handoff, upto)
  return new Set([...own, ...named])
}

/** From signing on to signing off, or to the end where the shift goes on. */
function ofShift(db: Db, shift: number, upto: number): [number, number] {
  const row = db
    .prepare<[number], { off_seq: number | null }>('SELECT off_seq FROM worked_shift WHERE id = ?')
    .get(shift)
  if (row === undefined || shift > upto)
    throw new Refused({ code: 'not_found', what: 'shift', id: String(shift) })
  return [shift, Math.min(row.off_seq ?? upto, upto)]
}

/** From the first entry that is not before `from` to the last that is before `to`: between them order is `seq`. */
function ofPeriod(db: Db, period: { from: string; to: string }, upto: number): [number, number] {
  const times = { from: Date.parse(period.from), to: Date.parse(period.to) }
  const blocks = db
    .prepare<[typeof times], { first: number | null; last: number | null }>(
      `SELECT min(block) AS first, max(block) AS last FROM record_block
       WHERE latest >= @from AND earliest < @to`,
    )
    .get(times)!
  const end = (order: 'ASC' | 'DESC') =>
    db
      .prepare<[typeof times & { low: number; high: number }], number>(
        `SELECT seq FROM record WHERE seq BETWEEN @low AND @high AND +at >= @from AND +at < @to
         ORDER BY seq ${order} LIMIT 1`,
      )
      .pluck()
      .get({
        ...times,
        low: (blocks.first ?? 0) * blockSize + 1,
        high: Math.min(upto, ((blocks.last ?? -1) + 1) * blockSize),
      })
  const [first, last] = [end('ASC'), end('DESC')]
  if (first === undefined || last === undefined) throw new Refused({ code: 'nothing_to_do' })
  return [first, last]
}

function about(db: Db, subject: string, upto: number): number[] {
  return db
    .prepare<[string, number], number>('SELECT seq FROM subject_index WHERE subject = ? AND seq <= ?')
    .pluck()
    .all(subject, upto)
}

/** The entries that say why texts of those chosen are gone. */
function erasuresOf(db: Db, isChosen: (seq: number) => boolean, upto: number): number[] {
  return db
    .prepare<[string, number], { seq: number; data: string }>(
      `SELECT r.seq, e.canonical -> '$.data' AS data FROM record r JOIN entry e ON e.seq = r.seq
       WHERE r.type = ? AND r.seq <= ? ORDER BY r.seq`,
    )
    .all(CONTENT_ERASED, upto)
    .filter(({ data }) => erasedSeqs(JSON.parse(data) as JsonObject).some(isChosen))
    .map(({ seq }) => seq)
}
