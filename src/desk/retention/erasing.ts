import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { checkpointIdle } from '../../ledger/sqlite/wal.ts'
import { entries } from '../decision.ts'
import type { Upload } from '../media/uploads.ts'
import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { Doing } from '../works.ts'
import { LinesAside } from './aside-lines.ts'
import { Cleaning } from './cleaning.ts'
import { Contents, type Stored, standingOf } from './contents.ts'
import { contentErased, erasureFinished } from './entries.ts'
import { type Plan, Plans } from './plan.ts'
import { survey } from './survey.ts'

/** Contents erased in one commit: some ten milliseconds, which an officer's commit then waits at most. */
const atOnce = 250
/** Between two folders of files, so that officers come first (ms). */
const pause = 2
/** Answers to commands older than this (ms) are asked for by nobody; that the command was done stays known. */
const askedAgain = 10 * 60_000

export interface Erased {
  contents: number
  media: number
  bytes: number
}

/** Carries an erasure out, commit by commit, and cleans up behind it. After a restart it goes on where it was. */
export class Erasing {
  readonly plans: Plans
  readonly #station: Station
  readonly #contents
  readonly #lines
  readonly #cleaning
  readonly #dropDrafts
  readonly #dropLines
  readonly #blankAnswers
  readonly #closing = new AbortController()
  #work: Promise<unknown> | null = null

  constructor(station: Station) {
    const { db } = station
    this.#station = station
    this.plans = new Plans(db)
    this.#contents = new Contents(db)
    this.#lines = new LinesAside(db)
    this.#cleaning = new Cleaning(station)
    this.#dropDrafts = db.prepare('DELETE FROM draft WHERE thread IN (SELECT value FROM json_each(?))')
    this.#dropLines = db.prepare('DELETE FROM aside WHERE id IN (SELECT value FROM json_each(?))')
    this.#blankAnswers = db.prepare('UPDATE command SET result = NULL WHERE id < ? AND result IS NOT NULL')
  }

  get running(): boolean {
    return this.#work !== null
  }

  /** What a start of the desk finds undone. */
  resume(): void {
    const plan = this.plans.present()
    if (plan === null) return
    this.#station.log(`an erasure of ${plan.contents} contents so far goes on after a restart`)
    this.start(plan.run, plan.by.user)
  }

  /** In the commit that plans it; begins once that is durable. @returns the id of the work */
  start(run: string, user: string): string {
    return this.#station.works.start('erasure', user, (doing) => {
      this.#work = this.#carryOut(run, doing).finally(() => {
        this.#work = null
      })
      return this.#work
    })
  }

  /** The desk is being closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Leaves what is under way to the next start. */
  async stop(): Promise<void> {
    this.#closing.abort()
    await this.#work?.catch(() => {})
  }

  /** After the database is closed. */
  closed(): void {
    this.#cleaning.close()
  }

  async #carryOut(run: string, doing: Doing): Promise<Erased> {
    await turn()
    const plan = this.plans.present()
    if (plan?.run !== run) throw new Error('the erasure was not planned: its commit was undone')
    const station = this.#station
    if (!plan.cleaning) await this.#eraseAll(plan, doing)
    // Also of one that was cancelled: what was taken by then is to be gone.
    await station.bus.run(plan.by, null, () => ({
      decision: entries(),
      write: () => this.plans.startCleaning(),
    }))
    await this.#sweepFiles()
    await this.#cleaning.run(this.closing)
    const { contents, media, bytes, lines } = this.plans.present()!
    await station.bus.run({ ...plan.by, now: station.now() }, null, () => ({
      decision: entries(erasureFinished(run, { contents, lines })),
      write: () => this.plans.end(),
    }))
    doing.signal.throwIfAborted()
    return { contents, media, bytes }
  }

  async #eraseAll(plan: Plan, doing: Doing): Promise<void> {
    const station = this.#station
    const { scope, by } = plan
    station.views.records.settle()
    const periods = station.views.retention.periods()
    const found = await survey(station.options.file, { scope, periods, now: by.now, signal: this.closing })
    await station.bus.run(by, null, () => ({ decision: entries(), write: () => this.#local(plan) }))
    const all = plan.contents + found.seqs.length + found.privateSeqs.length
    let done = plan.contents
    for (const seqs of [...batchesOf(found.seqs), ...batchesOf(found.privateSeqs)]) {
      this.closing.throwIfAborted()
      if (doing.signal.aborted) return
      await station.bus.run({ ...by, now: station.now() }, null, () => this.#batch(plan, seqs))
      done += seqs.length
      doing.progress(done, all)
      await turn()
      // Little by little, or somebody's commit would have to fold in 32 MB of log at once.
      checkpointIdle(station.db)
      await turn()
    }
  }

  /** Of what was erased, nothing refers to the file any more; after a crash the rest of them goes at the next start. */
  async #sweepFiles(): Promise<void> {
    const { bus, media } = this.#station
    await media.tidy(this.#station.now())
    const { bytes } = await media.sweep(() => sleep(pause, undefined, { signal: this.closing }))
    const { by } = this.plans.present()!
    await bus.run(by, null, () => ({
      decision: entries(),
      write: () => this.plans.count({ contents: 0, media: 0, bytes, lines: 0 }),
    }))
  }

  /** What is no content of the ledger, as it stands by then: it may have been held in the meantime. */
  #local({ scope, by }: Plan): void {
    const period = this.#station.views.retention.periods().get('aside')!
    const lines = this.#lines
      .of(scope)
      .filter((line) => this.#lines.standing(scope, line, period, by.now) === 'due')
      .map(({ id }) => id)
    const { changes } = this.#dropLines.run(JSON.stringify(lines))
    this.#blankAnswers.run(before(this.#station.now() - askedAgain))
    this.plans.count({ contents: 0, media: 0, bytes: 0, lines: changes })
  }

  /** What was held, reopened or spoken of again in the meantime stays. */
  #batch(plan: Plan, seqs: readonly number[]): Commit<void> {
    const { ledger, views, media, erasedMessages } = this.#station
    const periods = views.retention.periods()
    const due = this.#contents
      .named(seqs)
      .filter((content) => standingOf(plan.scope, content, periods, plan.by.now) === 'due')
    if (due.length === 0) return { decision: entries() }
    const going = [...due, ...this.#filesOf(due)]
    const { run, ground, scope } = plan
    const threads = threadsOf(going)
    const gone = erasedMessages.among(going.map(({ seq }) => seq))
    let unsent: Upload[] = []
    return {
      decision: entries(
        contentErased(
          { run, ground, scope: scope.kind },
          going.map(({ seq }) => seq),
        ),
      ),
      write: () => {
        ledger.erase(going.map(({ seq }) => seq))
        erasedMessages.remember(gone)
        this.#dropDrafts.run(JSON.stringify(threads))
        unsent = media.uploads.forgetDrafts(threads)
        this.plans.count({
          contents: going.length,
          media: going.reduce((sum, { media }) => sum + media, 0),
          bytes: going.reduce((sum, { bytes }) => sum + bytes, 0),
          lines: 0,
        })
      },
      result: () => {
        // Once the commit is done.
        setImmediate(() => {
          for (const upload of unsent) media.afterwards(upload)
        })
      },
    }
  }

  /** What tells of the files of these messages: it goes in the same commit, also where it came in much later. */
  #filesOf(messages: readonly Stored[]): Stored[] {
    const seqs = messages.map(({ seq }) => seq)
    const others = this.#station.views.media.storedOf(seqs).filter((seq) => !seqs.includes(seq))
    return this.#contents.named(others)
  }
}

function threadsOf(contents: readonly Stored[]): string[] {
  const said = contents.filter((content) => content.class.startsWith('thread.'))
  return [...new Set(said.map(({ thread }) => thread))].filter((thread) => thread !== null)
}

function* batchesOf(seqs: readonly number[]): Generator<number[]> {
  for (let at = 0; at < seqs.length; at += atOnce) yield seqs.slice(at, at + atOnce)
}

/** The least UUIDv7 of that time (ms): it starts with it (RFC 9562). */
function before(ms: number): Buffer {
  const least = Buffer.alloc(16)
  least.writeUIntBE(ms, 0, 6)
  return least
}
