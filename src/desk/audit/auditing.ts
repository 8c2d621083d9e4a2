import type { RecordFilter } from '../../contract/audit.ts'
import type { Entry } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { minute } from '../time.ts'
import type { Content } from '../view.ts'
import { Beside } from './beside.ts'
import { auditViewed } from './entries.ts'
import { Filtering } from './filtering.ts'
import { Pages } from './pages.ts'

/** The same look at the same records is an entry at most this often (ms). */
const viewedAgain = 10 * minute

/** Entries taken in at a time: some ten milliseconds. */
const batch = 500

/** An entry with what its row of `record` and its content say. */
export interface RecordLine {
  entry: Entry
  content: Content
  thread: string | null
  account: string | null
}

interface Row {
  canonical: string
  body: string | null
  thread: string | null
  account: string | null
}

/** The auditor's way into the records: pages here, long counts beside the core, and every look on record. */
export class Auditing {
  readonly filtering: Filtering
  readonly pages: Pages
  readonly beside: Beside
  readonly #station: Station
  readonly #lines
  readonly #name
  readonly #viewed = new Map<string, number>()

  constructor(station: Station) {
    const { db, options } = station
    this.#station = station
    this.filtering = new Filtering(db)
    this.pages = new Pages(db)
    this.beside = new Beside(db, options.file)
    this.#lines = db.prepare<[string], Row>(
      `SELECT e.canonical, c.body, r.thread, r.account
       FROM json_each(?) asked JOIN entry e ON e.seq = asked.value
       LEFT JOIN record r ON r.seq = e.seq LEFT JOIN content c ON c.seq = e.seq
       ORDER BY e.seq DESC`,
    )
    this.#name = db
      .prepare<[{ user: string }], string>(
        'SELECT name FROM person WHERE user = @user UNION ALL SELECT name FROM account WHERE id = @user LIMIT 1',
      )
      .pluck()
  }

  /**
   * So that what is read is whole, piece by piece, because after a burst there may be much to take in. While nothing
   * can be written (rule 21) the newest entries are lacking.
   */
  async settle(): Promise<void> {
    const { views } = this.#station
    while (!this.#station.readOnly && views.records.step(batch))
      await new Promise((resolve) => setImmediate(resolve))
  }

  /** Newest first. */
  lines(seqs: readonly number[]): RecordLine[] {
    return this.#lines.all(JSON.stringify(seqs)).map(({ canonical, body, thread, account }) => ({
      entry: JSON.parse(canonical) as Entry,
      content: body === null ? null : (JSON.parse(body) as Content),
      thread,
      account,
    }))
  }

  /** Of a person, or of an account whose channel acts. */
  nameOf(user: string): string {
    return this.#name.get({ user }) ?? user
  }

  /** Reading is on record, before anything is read, and not again for a while for the same filter. */
  async viewed(filter: RecordFilter & { raw?: number }, by: By): Promise<void> {
    const station = this.#station
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    const key = `${by.user}\n${JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)))}`
    const now = station.now()
    if (station.readOnly || now - (this.#viewed.get(key) ?? Number.NEGATIVE_INFINITY) < viewedAgain) return
    if (this.#viewed.size > 10_000) this.#viewed.clear()
    this.#viewed.set(key, now)
    try {
      const looked = auditViewed(Object.fromEntries(given) as RecordFilter)
      await station.bus.run(by, null, () => ({ decision: entries(looked) }))
    } catch (error) {
      this.#viewed.delete(key)
      throw error
    }
  }
}
