import { checkpointIdle } from '../ledger/sqlite/wal.ts'
import type { Station } from './station/station.ts'
import { overdue, wakeByTime } from './threads/rules.ts'
import { rankOfWaiting } from './threads/thread.ts'

const timerActor = { user: 'clock', role: 'system', device: 'core' }
/** How often the clock looks, and how many threads it moves in one commit. */
const every = 1_000
const most = 500

/**
 * What happens because time has passed: snoozes end (rule 7), waiting threads become overdue (rule 8), consoles
 * lock (rule 20), old answers to commands are forgotten. Asks the tables each time, so a restart loses nothing.
 */
export class Timers {
  readonly #station: Station
  readonly #ripe
  readonly #waiting
  readonly #forget
  #timer: NodeJS.Timeout | null = null
  #lastForgotten = 0
  #running = false
  #sizeBefore = 0
  #sizeTidied = 0

  constructor(station: Station) {
    this.#station = station
    const { db } = station
    this.#ripe = db
      .prepare<[number], string>(`SELECT id FROM thread WHERE snoozed_until <= ? LIMIT ${most}`)
      .pluck()
    this.#waiting = db
      .prepare<[number, number], string>(
        `SELECT id FROM thread INDEXED BY thread_open
         WHERE closed_at IS NULL AND snoozed_until IS NULL AND rank >= ? AND rank <= ? LIMIT ${most}`,
      )
      .pluck()
    this.#forget = db.prepare('DELETE FROM command WHERE id < ?')
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), every)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  /** Does all that is due now. */
  async tick(): Promise<void> {
    if (this.#running || this.#station.readOnly) return
    this.#running = true
    try {
      while (this.#endSnoozes() || this.#markOverdue()) await new Promise((resolve) => setImmediate(resolve))
      await this.#station.sessions.lockIdle()
      this.#forgetOldCommands()
      this.#tidyWal()
    } catch (error) {
      this.#station.log(`timers: ${String(error)}`)
    } finally {
      this.#running = false
    }
  }

  #endSnoozes(): boolean {
    const { bus, views } = this.#station
    const now = this.#station.now()
    const ids = this.#ripe.all(now)
    if (ids.length === 0) return false
    bus.runNow({ ...timerActor, now }, () => ({
      decision: {
        entries: ids.flatMap((id) => {
          const thread = views.threads.thread(id)
          if (!thread) return []
          const decision = wakeByTime({ thread, holderOnShift: views.people.isOnShift(thread.holder) }, now)
          return 'entries' in decision ? decision.entries : []
        }),
      },
    }))
    return ids.length === most
  }

  #markOverdue(): boolean {
    const { bus, views } = this.#station
    const now = this.#station.now()
    const { waitMinutes } = views.settings.settings()
    const ids = (['urgent', 'priority', 'routine'] as const).flatMap((urgency) => {
      const { from, to } = rankOfWaiting(urgency, now - waitMinutes[urgency] * 60_000)
      return this.#waiting.all(from, to)
    })
    if (ids.length === 0) return false
    bus.runNow({ ...timerActor, now }, () => ({
      decision: {
        entries: ids.flatMap((id) => {
          const thread = views.threads.thread(id)
          const decision = thread ? overdue(thread, waitMinutes, now) : { entries: [] }
          return 'entries' in decision ? decision.entries : []
        }),
      },
    }))
    return ids.length >= most
  }

  /** In quiet moments the log goes into the database, so that no officer's commit has to do it. */
  #tidyWal(): void {
    const { size } = this.#station.ledger.head()
    if (size === this.#sizeBefore && size !== this.#sizeTidied) {
      checkpointIdle(this.#station.db)
      this.#sizeTidied = size
    }
    this.#sizeBefore = size
  }

  /** A command is sent again within seconds, not days. UUIDv7 starts with its time in ms (RFC 9562). */
  #forgetOldCommands(): void {
    const now = this.#station.now()
    if (now - this.#lastForgotten < 3_600_000) return
    this.#lastForgotten = now
    const oldest = Buffer.alloc(16)
    oldest.writeUIntBE(now - 3 * 24 * 3_600_000, 0, 6)
    this.#forget.run(oldest)
  }
}
