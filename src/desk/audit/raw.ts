import { isDeepStrictEqual } from 'node:util'
import type { RawRecord } from '../../contract/audit.ts'
import { Refused } from '../../contract/errors.ts'
import { parseCheckpoint } from '../../ledger/checkpoint.ts'
import { shortCode } from '../../ledger/short-code.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { eyesOf, mayReadContent, shown } from './reading.ts'

/** One entry as it is stored, with all that it takes to check it without the desk. */
export async function raw(station: Station, seq: number, by: By): Promise<RawRecord> {
  const { auditing, access, db } = station
  await auditing.settle()
  const [line] = auditing.lines([seq])
  if (line === undefined) throw new Refused({ code: 'not_found', what: 'entry', id: String(seq) })
  if (line.thread !== null) await access.reading(line.thread, by)
  const eyes = eyesOf(station, by)
  const row = shown(station, line, eyes)
  const stored = db
    .prepare<[number], { canonical: string; leaf: string; body: string | null; salt: Buffer | null }>(
      `SELECT e.canonical, lower(hex(e.leaf)) AS leaf, c.body, c.salt
       FROM entry e LEFT JOIN content c ON c.seq = e.seq WHERE e.seq = ?`,
    )
    .get(seq)!
  const { content: _commitment, ...data } = line.entry.data
  const whole = isDeepStrictEqual(row.data, data)
  let body: RawRecord['body'] = null
  if (
    !station.readOnly &&
    stored.body !== null &&
    stored.salt !== null &&
    mayReadContent(station, line, eyes)
  ) {
    // Whole numbers stand in it: looking at them is on record (rule 20), or is not done.
    await auditing.viewed({ raw: seq }, by)
    body = { json: stored.body, salt: stored.salt.toString('base64') }
  }
  return {
    row,
    canonical: whole ? stored.canonical : null,
    leaf: stored.leaf,
    prev: line.entry.prev,
    body,
    proof: proofOf(station, seq),
  }
}

/** To the newest checkpoint, which covers most. */
function proofOf({ db, ledger }: Station, seq: number): RawRecord['proof'] {
  const note = db.prepare<[], string>('SELECT note FROM checkpoint ORDER BY id DESC LIMIT 1').pluck().get()
  if (note === undefined) return null
  const { size, root } = parseCheckpoint(note)
  if (size < seq) return null
  return {
    size,
    root: root.toString('hex'),
    code: shortCode(root),
    hashes: ledger.inclusion(seq, size),
    note,
  }
}
