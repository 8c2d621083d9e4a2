import { SqliteError } from 'better-sqlite3'
import { type Refusal, Refused } from '../contract/errors.ts'
import type { Appended } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/sqlite/ledger.ts'
import { assertDurable } from '../ledger/sqlite/open.ts'
import type { Projections } from './projections.ts'
import type { By, Commit } from './route.ts'
import { iso } from './time.ts'
import type { Db } from './view.ts'

/** One thing to do in a commit, and whom to tell. */
interface Job {
  work: () => Commit<unknown>
  by: By
  /** UUIDv7 of the command; null for what the desk does by itself. */
  id: Buffer | null
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

export type Outcome<R> = { value: R } | { error: unknown }

/** The database could not be written; anything else that breaks a commit is a bug in what was to be done. */
export function isDiskFailure(error: unknown): error is Error & { code: string } {
  return error instanceof SqliteError && !error.code.startsWith('SQLITE_CONSTRAINT')
}

/** What to tell a caller, said only once the commit is durable. */
type Settle = () => void

interface Done {
  appended: Appended[]
  settle: Settle[]
}

/**
 * The one way in which anything changes: decide, append, project and whatever belongs to it in one commit.
 * Commands that arrive together share a commit, so that fifty clients cost few fsyncs; none is acknowledged
 * before it is durable. One that breaks is taken out and the rest done again without it.
 */
export class CommandBus {
  readonly #db: Db
  readonly #ledger: Ledger
  readonly #views: Projections
  readonly #committed: (appended: readonly Appended[]) => void
  readonly #undone: () => void
  readonly #broken: (error: unknown) => void
  readonly #begin
  readonly #commit
  readonly #answered
  readonly #remember
  #waiting: Job[] = []
  #scheduled = false
  #durabilitySeen = false

  constructor(
    db: Db,
    ledger: Ledger,
    views: Projections,
    on: {
      committed: (appended: readonly Appended[]) => void
      /** A transaction was rolled back: what was kept of it in memory is to be forgotten. */
      undone: () => void
      broken: (error: unknown) => void
    },
  ) {
    this.#db = db
    this.#ledger = ledger
    this.#views = views
    this.#committed = on.committed
    this.#undone = on.undone
    this.#broken = on.broken
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#answered = db.prepare<[Buffer], { user: string; result: string | null }>(
      'SELECT user, result FROM command WHERE id = ?',
    )
    this.#remember = db.prepare('INSERT INTO command (id, user, result) VALUES (?, ?, ?)')
  }

  /** Rejects with `Refused`, or with the error of a broken disk. */
  run<R>(by: By, id: Buffer | null, work: () => Commit<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ work, by, id, resolve: resolve as (result: unknown) => void, reject })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.#flush())
    })
  }

  /** Done at once, in one commit and in this order; each piece of work is answered for itself. */
  runAll<R>(by: By, works: readonly (() => Commit<R>)[]): Outcome<R>[] {
    const { jobs, outcomes } = jobsOf(by, works)
    this.#attempt(jobs)
    return outcomes
  }

  /**
   * Done at once, all in one commit or none; null where one of them broke. Throws when the disk cannot be written.
   */
  runTogether<R>(by: By, works: readonly (() => Commit<R>)[]): Outcome<R>[] | null {
    const { jobs, outcomes } = jobsOf(by, works)
    let done: Done
    try {
      done = this.#together(jobs)
    } catch (error) {
      if (!isDiskFailure(error)) return null
      this.#broken(error)
      throw error
    }
    this.#tell(done)
    return outcomes
  }

  /** Whether this could be done now, as far as can be told without a commit. Nothing of it is. */
  could(by: By, work: () => Commit<unknown>): boolean {
    try {
      this.#begin.run()
      for (const job of jobsOf(by, [work]).jobs) this.#perform(job, [])
      this.#views.flush()
      return true
    } catch {
      return false
    } finally {
      this.#undo()
    }
  }

  /** One piece of work at once. Throws what `run` would reject with. */
  runNow<R>(by: By, work: () => Commit<R>): R {
    const outcome = this.runAll(by, [work])[0]!
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  #flush(): void {
    this.#scheduled = false
    const jobs = this.#waiting
    this.#waiting = []
    this.#attempt(jobs)
  }

  #attempt(jobs: readonly Job[]): void {
    let done: Done
    try {
      done = this.#together(jobs)
    } catch (error) {
      this.#afterFailure(jobs, error)
      return
    }
    this.#tell(done)
  }

  /** Throws what broke, with nothing of it done. */
  #together(jobs: readonly Job[]): Done {
    const appended: Appended[] = []
    const settle: Settle[] = []
    try {
      this.#begin.run()
      for (const job of jobs) settle.push(this.#perform(job, appended))
      this.#views.flush()
      this.#commit.run()
      this.#ledger.commit()
      this.#views.adopt()
    } catch (error) {
      this.#undo()
      throw error
    }
    return { appended, settle }
  }

  #tell({ appended, settle }: Done): void {
    this.#assertDurable()
    for (const tell of settle) tell()
    if (appended.length > 0) this.#committed(appended)
  }

  #perform(job: Job, appended: Appended[]): Settle {
    if (job.id !== null) {
      const before = this.#answered.get(job.id)
      if (before) {
        if (before.user !== job.by.user)
          return () => job.reject(new Refused({ code: 'already_there', what: 'command', id: '' }))
        const result = before.result === null ? undefined : JSON.parse(before.result)
        return () => job.resolve(result)
      }
    }
    const commit = job.work()
    const done = this.#carryOut(commit, job.by, appended)
    if ('refused' in done) {
      const refused = new Refused(done.refused)
      return () => job.reject(refused)
    }
    const { value } = done
    if (job.id !== null) {
      const kept = commit.kept ? commit.kept(value) : value
      this.#remember.run(job.id, job.by.user, kept === undefined ? null : JSON.stringify(kept))
    }
    return () => job.resolve(value)
  }

  #carryOut(
    commit: Commit<unknown>,
    by: By,
    appended: Appended[],
  ): { value: unknown } | { refused: Refusal } {
    if ('refused' in commit.decision) return commit.decision
    const { user, role, device, now } = by
    const at = iso(now)
    const actor = { user, role, device }
    const added = this.#ledger.append(commit.decision.entries.map((draft) => ({ ...draft, at, actor })))
    for (const each of added) {
      this.#views.apply(each.entry, each.content)
      appended.push(each)
    }
    commit.write?.()
    const steps = (commit.steps ?? []).map((step) => {
      const done = this.#carryOut(step(), by, appended)
      return 'refused' in done ? null : done.value
    })
    return { value: commit.result?.(added, steps) }
  }

  #undo(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
    this.#ledger.rollback()
    this.#views.discard()
    this.#undone()
  }

  #afterFailure(jobs: readonly Job[], error: unknown): void {
    // What the disk refuses is not tried piece by piece: a channel's batch is taken whole or not at all.
    if (jobs.length > 1 && !isDiskFailure(error)) {
      for (const job of jobs) this.#attempt([job])
      return
    }
    if (!(error instanceof Refused)) this.#broken(error)
    for (const job of jobs) job.reject(error)
  }

  #assertDurable(): void {
    if (this.#durabilitySeen) return
    assertDurable(this.#db)
    this.#durabilitySeen = true
  }
}

function jobsOf<R>(by: By, works: readonly (() => Commit<R>)[]): { jobs: Job[]; outcomes: Outcome<R>[] } {
  const outcomes: Outcome<R>[] = []
  const jobs = works.map((work, at) => ({
    work,
    by,
    id: null,
    resolve: (value: unknown) => {
      outcomes[at] = { value: value as R }
    },
    reject: (error: unknown) => {
      outcomes[at] = { error }
    },
  }))
  return { jobs, outcomes }
}
