/** What an export is written from, a batch of rows at a time: whoever writes pulls the next when the last is away. */

import type { Db } from '../sqlite/open.ts'

/** Entries that stand one after another, both ends belonging to them. */
export interface Run {
  from: number
  to: number
}

/** Rows read at a time: a few milliseconds, so that the desk goes on in between. */
const BATCH = 1000

export function* entryLines(
  db: Db,
  runs: readonly Run[],
  onEntries: (count: number) => void,
): Generator<Buffer> {
  const select = db
    .prepare<[number, number], string>('SELECT canonical FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .pluck()
  for (const { from, to } of batches(runs)) {
    yield Buffer.from(`${select.all(from, to).join('\n')}\n`)
    onEntries(to - from + 1)
  }
}

export function* contentLines(
  db: Db,
  runs: readonly Run[],
  withheld: ReadonlySet<number>,
): Generator<Buffer> {
  const select = db.prepare<[number, number], { seq: number; salt: Buffer; body: string }>(
    'SELECT seq, salt, body FROM content WHERE seq BETWEEN ? AND ? ORDER BY seq',
  )
  for (const { from, to } of batches(runs)) {
    const lines = select
      .all(from, to)
      .filter(({ seq }) => !withheld.has(seq))
      .map(({ seq, salt, body }) => JSON.stringify({ seq, salt: salt.toString('base64'), body }))
    if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`)
  }
}

export function withheldLines(withheld: ReadonlySet<number>, size: number): string {
  return [...withheld]
    .filter((seq) => seq <= size)
    .sort((a, b) => a - b)
    .map((seq) => `${JSON.stringify({ seq })}\n`)
    .join('')
}

/** The same entries in runs of at most so many. */
export function* batches(runs: Iterable<Run>, most = BATCH): Generator<Run> {
  for (const { from, to } of runs)
    for (let at = from; at <= to; at += most) yield { from: at, to: Math.min(to, at + most - 1) }
}

/** Numbers in ascending order as runs. */
export function runsOf(seqs: Iterable<number>): Run[] {
  const runs: Run[] = []
  for (const seq of seqs) {
    const last = runs.at(-1)
    if (last && seq === last.to + 1) last.to = seq
    else runs.push({ from: seq, to: seq })
  }
  return runs
}

export function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}
