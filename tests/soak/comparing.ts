import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Emulator } from '../emulators/wecom/client.ts'

/** What the emulator's world did against what stands in the ledger. */

export interface Comparison {
  written: number
  received: number
  missing: number
  twice: number
  outOfOrder: number
  recalled: number
  recallsMissing: number
  /** Answers in the ledger, and what became of them. */
  answers: number
  accepted: number
  failed: number
  stillQueued: number
  /** Accepted in the ledger and not with the resident exactly once. */
  notOnce: number
  /** With the resident and not in the ledger as accepted. */
  strangers: number
  pictures: number
  picturesMissing: number
  aside: number
}

interface Received {
  account: string
  external: string
  recalled_at: number | null
  seq: number
}

export async function compare(
  dir: string,
  wecom: Emulator,
  accounts: readonly { openKfid: string; account: string }[],
): Promise<Comparison> {
  const db = new Database(join(dir, 'duty-desk.db'), { readonly: true })
  try {
    const found: Comparison = {
      written: 0,
      received: 0,
      missing: 0,
      twice: 0,
      outOfOrder: 0,
      recalled: 0,
      recallsMissing: 0,
      ...(await answersOf(db, wecom)),
      pictures: 0,
      picturesMissing: db.prepare(`SELECT count(*) FROM media WHERE state <> 'here'`).pluck().get() as number,
      aside: db.prepare('SELECT count(*) FROM aside').pluck().get() as number,
    }
    // From the entries themselves, not from a table that would refuse a second row.
    const received = db.prepare<[string], Received>(
      `SELECT t.account, c.body ->> '$.external' AS external, m.recalled_at, e.seq
       FROM entry e JOIN content c ON c.seq = e.seq JOIN thread t ON t.id = e.canonical ->> '$.subject'
       LEFT JOIN message m ON m.seq = e.seq
       WHERE t.account = ? AND e.canonical ->> '$.type' = 'message.received' ORDER BY e.seq`,
    )
    for (const { openKfid, account } of accounts) {
      const arrivals = (await wecom.control.arrivals({ account: openKfid })).filter(
        ({ msgtype, customer }) => msgtype !== 'event' && customer !== null,
      )
      countAccount(found, arrivals, received.all(account))
    }
    return found
  } finally {
    db.close()
  }
}

type Arrivals = Awaited<ReturnType<Emulator['control']['arrivals']>>

function countAccount(found: Comparison, arrivals: Arrivals, rows: readonly Received[]): void {
  const seen = new Map<string, number>()
  for (const { external } of rows) seen.set(external, (seen.get(external) ?? 0) + 1)
  const known = new Map(arrivals.map((arrival) => [arrival.msgid, arrival]))
  const recalledHere = new Set(
    rows.filter(({ recalled_at }) => recalled_at !== null).map((row) => row.external),
  )
  for (const arrival of arrivals) {
    const times = seen.get(arrival.msgid) ?? 0
    found.written += 1
    found.received += Math.min(1, times)
    found.missing += times === 0 ? 1 : 0
    found.twice += times > 1 ? 1 : 0
    found.pictures += arrival.msgtype === 'image' ? 1 : 0
    found.recalled += arrival.recalled ? 1 : 0
    if (arrival.recalled !== recalledHere.has(arrival.msgid)) found.recallsMissing += 1
  }
  const last = new Map<string, number>()
  for (const { external } of rows) {
    const arrival = known.get(external)
    if (!arrival?.customer || arrival.n === null) continue
    if (arrival.n < (last.get(arrival.customer) ?? 0)) found.outOfOrder += 1
    last.set(arrival.customer, Math.max(arrival.n, last.get(arrival.customer) ?? 0))
  }
}

async function answersOf(db: Database.Database, wecom: Emulator) {
  const ours = db
    .prepare<[], { delivery: string; text: string }>(
      `SELECT m.delivery, c.body ->> '$.text' AS text FROM message m JOIN content c ON c.seq = m.seq
       WHERE m.said_by = 'desk'`,
    )
    .all()
  const there = new Map<string, number>()
  for (const { content, msgtype } of await wecom.control.sent()) {
    const text = msgtype === 'text' ? String((content as { content?: unknown }).content) : ''
    there.set(text, (there.get(text) ?? 0) + 1)
  }
  const accepted = ours.filter(({ delivery }) => delivery === 'accepted')
  const inLedger = new Set(accepted.map(({ text }) => text))
  return {
    answers: ours.length,
    accepted: accepted.length,
    failed: ours.filter(({ delivery }) => delivery === 'failed').length,
    stillQueued: ours.filter(({ delivery }) => delivery === 'queued').length,
    notOnce: accepted.filter(({ text }) => there.get(text) !== 1).length,
    strangers: [...there].filter(([text, times]) => times > 1 || !inLedger.has(text)).length,
  }
}
