import { Refused } from '../contract/errors.ts'
import { checkpointIdle } from '../ledger/sqlite/wal.ts'
import { alarmsDue } from './alarms/due.ts'
import { connectionsDue } from './connections/due.ts'
import type { Due } from './due.ts'
import { escalationsDue } from './escalations/due.ts'
import { handoffsDue } from './handoff/due.ts'
import { mediaDue } from './media/due.ts'
import type { Station } from './station/station.ts'
import { threadsDue } from './threads/due.ts'
import { warningsDue } from './warnings/due.ts'
import { welcomesDue } from './welcome/due.ts'

const timerActor = { user: 'clock', role: 'system', device: 'core' }
/** How often the clock looks, and how many things it moves in one commit. */
const every = 1_000
const most = 500

/**
 * What happens because time has passed: alarms go to the supervisors (rule 10), snoozes end (rule 7), waiting threads
 * become overdue (rule 8), escalations lapse and return visits come up (rule 12), scam warnings fall behind, a handoff is
 * not signed and what was promised at one is not done (rule 17), files are given up that the channel keeps no longer, words for residents that were under way at a stop are told of,
 * consoles lock (rule 20), uploads that nobody sent and old answers to commands are forgotten. Asks the tables each time, so a restart loses nothing.
 */
export class Timers {
  readonly #station: Station
  /** Most urgent first. */
  readonly #due: readonly Due[]
  readonly #forget
  #timer: NodeJS.Timeout | null = null
  #lastForgotten = 0
  #running = false
  #sizeBefore = 0
  #sizeTidied = 0

  constructor(station: Station) {
    this.#station = station
    const { db } = station
    this.#due = [
      ...alarmsDue(station),
      ...threadsDue(station),
      ...escalationsDue(station),
      ...warningsDue(station),
      ...handoffsDue(station),
      ...connectionsDue(station),
      ...mediaDue(station),
      ...welcomesDue(station),
    ]
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
    if (this.#running) return
    this.#running = true
    try {
      // Rule 20 holds whether it can be put on record or not.
      if (this.#station.readOnly) return await this.#station.sessions.lockIdle()
      for (const due of this.#due)
        while (this.#happen(due)) await new Promise((resolve) => setImmediate(resolve))
      await this.#station.sessions.lockIdle()
      await this.#station.media.tidy(this.#station.now())
      // These ask WeCom, and nothing here waits for its answers.
      void this.#station.friends.tick()
      void this.#station.broadcasting.tick()
      this.#forgetOldCommands()
      this.#tidyWal()
    } catch (error) {
      this.#station.log(`timers: ${String(error)}`)
    } finally {
      this.#running = false
    }
  }

  /** True when there may be more of it. */
  #happen(due: Due): boolean {
    const now = this.#station.now()
    const ids = due.ripe(now, most)
    if (ids.length === 0) return false
    const outcomes = this.#station.bus.runAll(
      { ...timerActor, now },
      ids.map((id) => () => ({ decision: due.decide(id, now) })),
    )
    for (const outcome of outcomes)
      if ('error' in outcome && !(outcome.error instanceof Refused))
        this.#station.log(`timers: ${String(outcome.error)}`)
    return ids.length >= most && outcomes.some((outcome) => 'value' in outcome)
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
