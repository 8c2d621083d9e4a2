import { setTimeout as sleep } from 'node:timers/promises'
import { Slack } from '../../ledger/sqlite/slack.ts'
import { truncateWalAtOnce } from '../../ledger/sqlite/wal.ts'
import type { Station } from '../station/station.ts'

/** Between two pieces of work, so that officers come first (ms). */
const pause = 2
/** Until the log is tried again while somebody (a verification, an export) still reads an old state of the file (ms). */
const patience = 200

/**
 * What was erased is deleted, and yet its bytes are still there: tokens in the full-text index until its parts are
 * merged, old pages in the write-ahead log, old places of rows inside pages. Each is removed a little at a time.
 */
export class Cleaning {
  readonly #station: Station
  #slack: Slack | null = null

  constructor(station: Station) {
    this.#station = station
  }

  /** Rejects when `closing` says that the desk is being closed; it is to be done again then. */
  async run(closing: AbortSignal): Promise<void> {
    const rest = (ms = pause) => sleep(ms, undefined, { signal: closing })
    const { db, views } = this.#station
    const foldLog = async () => {
      while (truncateWalAtOnce(db).busy) await rest(patience)
    }
    for (const _step of views.search.forgetting()) await rest()
    await foldLog()
    this.#slack ??= new Slack(db)
    for (let from: number | null = 0; from !== null; ) {
      await rest()
      const done = this.#slack.wipe(from)
      if (done === 'busy') await rest(patience)
      else from = done.next
    }
    await foldLog()
  }

  /** After the database is closed. */
  close(): void {
    this.#slack?.close()
  }
}
