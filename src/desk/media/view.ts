import type { Statement } from 'better-sqlite3'
import type { MediaKind } from '../../contract/media.ts'
import type { Entry, JsonObject } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db, View } from '../view.ts'
import type { WhyMissed } from './entries.ts'
import { type MediaState, triedAtLeast, triedUntil } from './rules.ts'

export { mediaTables } from './tables.ts'

/** A row of the table. Times in ms. */
export interface MediaRow extends MediaState {
  account: string
  kind: MediaKind
  type: string | null
  bytes: number | null
  name: string | null
  reason: WhyMissed | null
}

const columns =
  'm.seq, m.thread, m.account, m.kind, m.state, m.external, m.sha256, m.type, m.bytes, m.name, m.reason, m.until'

/** What is asked again and again; the tests look at how it is found. */
export const mediaQueries = {
  /** Where an alarm is open, the newest first. */
  alarmed: `SELECT ${columns} FROM alarm a INDEXED BY alarm_open
     CROSS JOIN media m INDEXED BY media_waiting_of_thread ON m.thread = a.thread AND m.state = 'waiting'
     WHERE a.state <> 'closed' ORDER BY m.seq DESC`,
  /** Of all accounts but these. */
  waiting: `SELECT ${columns} FROM media m INDEXED BY media_waiting
     WHERE m.state = 'waiting' AND m.account NOT IN (SELECT value FROM json_each(?)) ORDER BY m.seq DESC`,
  expiring: `SELECT seq FROM media INDEXED BY media_waiting_until
     WHERE state = 'waiting' AND until <= ? ORDER BY until LIMIT ?`,
  ofFile: 'SELECT 1 FROM media WHERE sha256 = ? LIMIT 1',
  storedOf: 'SELECT s.seq FROM json_each(?) j CROSS JOIN media_stored s ON s.message = j.value',
}

/** What messages carry besides words, and where its file is. */
export class MediaView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #one: Statement<[number], MediaRow>
  readonly #alarmed: Statement<[], MediaRow>
  readonly #waiting: Statement<[string], MediaRow>
  readonly #expiring: Statement<[number, number], number>
  readonly #ofFile: Statement<[string], number>
  readonly #storedOf: Statement<[string], number>

  constructor(db: Db) {
    this.#one = db.prepare(`SELECT ${columns} FROM media m WHERE m.seq = ?`)
    this.#alarmed = db.prepare(mediaQueries.alarmed)
    this.#waiting = db.prepare(mediaQueries.waiting)
    this.#expiring = db.prepare(mediaQueries.expiring).pluck() as Statement<[number, number], number>
    this.#ofFile = db.prepare(mediaQueries.ofFile).pluck() as Statement<[string], number>
    this.#storedOf = db.prepare(mediaQueries.storedOf).pluck() as Statement<[string], number>
    this.applies = { ...carrying(db), ...becoming(db), ...erasing(db) }
  }

  one(seq: number): MediaRow | null {
    return this.#one.get(seq) ?? null
  }

  /** What is to be fetched next, at most `most` of what `isReady`: of open alarms first, then the newest. */
  next(most: number, pausedAccounts: readonly string[], isReady: (row: MediaRow) => boolean): MediaRow[] {
    const found = new Map<number, MediaRow>()
    const paused = new Set(pausedAccounts)
    for (const row of this.#alarmed.iterate()) {
      if (found.size === most) break
      if (!paused.has(row.account) && isReady(row)) found.set(row.seq, row)
    }
    for (const row of this.#waiting.iterate(JSON.stringify(pausedAccounts))) {
      if (found.size === most) break
      if (isReady(row)) found.set(row.seq, row)
    }
    return [...found.values()]
  }

  /** Those the channel keeps no longer. */
  expiring(now: number, limit: number): number[] {
    return this.#expiring.all(now, limit)
  }

  isWanted(sha256: string): boolean {
    return this.#ofFile.get(sha256) !== undefined
  }

  /** Entries that tell of the files of these messages. */
  storedOf(messages: readonly number[]): number[] {
    return this.#storedOf.all(JSON.stringify(messages))
  }
}

type Applies = Record<string, (entry: Entry, content: Content) => void>

function carrying(db: Db): Applies {
  const insert = db.prepare(
    `INSERT INTO media (seq, thread, account, kind, state, external, sha256, type, bytes, name, until)
     SELECT seq, thread, account, ?, ?, ?, ?, ?, ?, ?, ? FROM message WHERE seq = ?`,
  )
  const say = ({ seq, at, data }: Entry, content: Content) => {
    if (!content?.media) return
    const {
      kind,
      id = null,
      sha256 = null,
      type = null,
      bytes = null,
      name = null,
    } = content.media as JsonObject
    const state = sha256 === null ? 'waiting' : 'here'
    const until = triedUntil(Date.parse(data.sentAt as string), Date.parse(at))
    insert.run(kind, state, id, sha256, type, bytes, name, until, seq)
  }
  return { 'message.received': say, 'message.sent': say }
}

function becoming(db: Db): Applies {
  const remember = db.prepare('INSERT INTO media_stored (seq, message) VALUES (?, ?)')
  const store = db.prepare(
    `UPDATE media SET state = 'here', sha256 = ?, type = ?, bytes = ?, name = ?, reason = NULL WHERE seq = ?`,
  )
  const forget = db.prepare('DELETE FROM media WHERE seq = ?')
  const miss = db.prepare(
    `UPDATE media SET state = 'missed', sha256 = NULL, type = NULL, bytes = NULL, name = NULL, reason = ? WHERE seq = ?`,
  )
  const retry = db.prepare(
    `UPDATE media SET state = 'waiting', reason = NULL, until = max(until, ?) WHERE seq = ?`,
  )
  return {
    'media.stored': ({ seq, data }, content) => {
      remember.run(seq, data.message)
      if (content === null) forget.run(data.message)
      else store.run(content.sha256, content.type, content.bytes, content.name, data.message)
    },
    'media.missed': ({ data }) => miss.run(data.reason, data.message),
    'media.retried': ({ at, data }) => retry.run(Date.parse(at) + triedAtLeast, data.message),
  }
}

/** Also the channel's own id of a file, and what it was, are content. */
function erasing(db: Db): Applies {
  const forget = db.prepare(
    `DELETE FROM media WHERE seq IN (
       SELECT value FROM json_each(@seqs)
       UNION ALL
       SELECT s.message FROM json_each(@seqs) j CROSS JOIN media_stored s ON s.seq = j.value
     )`,
  )
  return { [CONTENT_ERASED]: ({ data }) => forget.run({ seqs: JSON.stringify(erasedSeqs(data)) }) }
}
