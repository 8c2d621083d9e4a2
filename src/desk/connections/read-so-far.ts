import type { ReadSoFar } from '../../channels/wecom/desk.ts'
import { minute } from '../time.ts'
import type { Db } from '../view.ts'

/** When nothing is new, that it was asked is written down so often (ms): it tells a gap after an outage of days. */
const askedWrittenEvery = minute

interface Row {
  cursor: string | null
  asked_at: number | null
  whole_at: number | null
}

function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

/** How far each account has been read. */
export class ReadingPlaces {
  readonly #get
  readonly #read
  readonly #asked
  /** When each was last asked, and when that was last written; ms. */
  readonly #askedAt = new Map<string, { at: number; written: number }>()

  constructor(db: Db) {
    this.#get = db.prepare<[string], Row>(
      'SELECT cursor, asked_at, whole_at FROM read_so_far WHERE account = ?',
    )
    this.#read = db.prepare(
      `INSERT INTO read_so_far (account, cursor, asked_at, whole_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET cursor = excluded.cursor, asked_at = excluded.asked_at`,
    )
    this.#asked = db.prepare(
      `INSERT INTO read_so_far (account, cursor, asked_at, whole_at) VALUES (?, NULL, ?, ?)
       ON CONFLICT (account) DO UPDATE SET asked_at = excluded.asked_at, whole_at = excluded.whole_at`,
    )
  }

  of(account: string): ReadSoFar {
    const row = this.#get.get(account)
    const asked = this.#askedAt.get(account)?.at ?? null
    return {
      cursor: row?.cursor ?? null,
      askedAt: later(asked, row?.asked_at ?? null),
      wholeAt: later(asked, row?.whole_at ?? null),
    }
  }

  /** In the commit that takes the page in. There may be more to fetch: that all was read only `asked` says. */
  read(account: string, cursor: string, at: number): void {
    this.#read.run(account, cursor, at, at)
  }

  asked(account: string, at: number): void {
    const written = this.#askedAt.get(account)?.written ?? Number.NEGATIVE_INFINITY
    const due = at - written >= askedWrittenEvery || at < written
    this.#askedAt.set(account, { at, written })
    if (!due) return
    this.#asked.run(account, at, at)
    this.#askedAt.set(account, { at, written: at })
  }
}
