import type { Role } from '../../contract/call.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { threadViewed } from './entries.ts'
import { type Guarded, mayHold, mayRead, type Reader } from './rules.ts'

/** A private thread that somebody else than its holder reads is an entry at most this often (ms). */
const viewedAgain = 10 * 60_000

type Covered = Guarded & { covered_by: string | null }

const nobody: ReadonlySet<string> = new Set()

/** Asks rule 11 for whoever is calling. Every query that gives out words of a thread goes through here. */
export class Access {
  readonly #station: Station
  readonly #viewed = new Map<string, number>()

  constructor(station: Station) {
    this.#station = station
  }

  reader({ user, role }: { user: string; role: string }): Reader {
    const { views } = this.#station
    return {
      user,
      role: role as Role,
      desks: role === 'officer' ? views.escalations.desksOf(user) : nobody,
      glass: role === 'auditor' ? new Set(views.privacy.live(user, this.#station.now()).keys()) : nobody,
    }
  }

  mayRead(thread: Covered, reader: Reader): boolean {
    return mayRead(this.#guard(thread), reader) || reader.glass.has(thread.id)
  }

  mayHold(thread: Covered, reader: Reader): boolean {
    return mayHold(this.#guard(thread), reader)
  }

  mayReadThread(id: string, reader: Reader): boolean {
    const thread = this.#station.views.threads.thread(id)
    return thread !== null && this.mayRead(thread, reader)
  }

  /** A private thread is being read by somebody who may: an entry, unless whoever holds it or was noted a moment ago. */
  async #note(thread: Covered, by: By): Promise<void> {
    const key = `${by.user}\n${thread.id}`
    if (!this.#isWorthNoting(thread, by, key)) return
    try {
      await this.#station.bus.run(by, null, () => ({ decision: entries(threadViewed(thread.id)) }))
    } catch (error) {
      this.#viewed.delete(key)
      throw error
    }
  }

  /** Whether this thread may be read by whoever is about to: noted first, and asked again once that is on record. */
  async reading(id: string, by: By): Promise<boolean> {
    const thread = this.#station.views.threads.thread(id)
    if (thread === null || !this.mayRead(thread, this.reader(by))) return false
    await this.#note(thread, by)
    return this.mayReadThread(id, this.reader(by))
  }

  #isWorthNoting(thread: Covered, { user }: By, key: string): boolean {
    if (thread.private === 0 || thread.holder === user || this.#station.readOnly) return false
    const now = this.#station.now()
    if (now - (this.#viewed.get(key) ?? Number.NEGATIVE_INFINITY) < viewedAgain) return false
    if (this.#viewed.size > 10_000) this.#viewed.clear()
    this.#viewed.set(key, now)
    return true
  }

  /** The thread whose privacy counts: the later one that covers this one, and so on. */
  #guard(thread: Covered): Guarded {
    let guard = thread
    while (guard.covered_by !== null) {
      const later = this.#station.views.threads.thread(guard.covered_by)
      if (later === null) break
      guard = later
    }
    return guard
  }
}
