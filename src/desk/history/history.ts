import { Worker } from 'node:worker_threads'
import { Refused } from '../../contract/errors.ts'
import { isDiskFailure } from '../bus.ts'
import type { Station } from '../station/station.ts'
import { minute } from '../time.ts'
import { type Mark, nearest } from './marks.ts'
import type { Answers, Asked } from './past.ts'
import { type FromPast, serve, type ToPast } from './serving.ts'

/** The past is looked into by a thread of its own, or, where no thread can be had, between the acts of the core. */
interface Link {
  say(said: ToPast): void
  /** Whether the process is to go on living for it. */
  needed(yes: boolean): void
  end(): Promise<unknown>
}

interface Waiting {
  said: ToPast
  /** Questions on the same lane about another moment make this one void. */
  lane: string | null
  seq: number
  resolve(answer: never): void
  reject(error: unknown): void
}

/** ms after which a thread that nobody asks anything is ended, and its memory is free. */
const idleAfter = 5 * minute
/** ms from the growth of the ledger to the next marks. */
const marksAfter = 1_000

/** Built, every module lies beside the others and is JavaScript. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './history-worker.ts' : './history-worker.js',
  import.meta.url,
)

/** The station at any earlier moment, for whoever moves the time slider. */
export class History {
  readonly #station: Station
  readonly #worker: URL
  readonly #waiting = new Map<number, Waiting>()
  #link: Link | null = null
  #withoutThread = false
  #lastId = 0
  #idle: NodeJS.Timeout | null = null
  #marking: NodeJS.Timeout | null = null
  #following: Promise<void> | null = null
  /** Entries since the newest mark. */
  #unmarked = 0

  constructor(station: Station, worker = workerUrl) {
    this.#station = station
    this.#worker = worker
  }

  /**
   * How it stood. `lane` is who asks for what: of several moments asked for on one lane only the latest is answered.
   * @throws Refused `busy` where a later question made this one void
   */
  async ask<A extends Asked>(asked: A, lane: string): Promise<Answers[A['what']]> {
    for (const [id, waiting] of this.#waiting)
      if (waiting.lane === lane && waiting.seq !== asked.seq) this.#callOff(id)
    return this.#say((id) => ({ id, asked }), lane, asked.seq)
  }

  start(): void {
    this.grown(this.#station.ledger.head().size - this.#station.views.past.newestMark())
  }

  /** By so many entries. */
  grown(entries: number): void {
    this.#unmarked += entries
    if (this.#unmarked < nearest || this.#marking !== null || this.#following !== null) return
    this.#marking = setTimeout(() => void this.follow(), marksAfter)
    this.#marking.unref()
  }

  /** Makes the marks that are due. */
  follow(): Promise<void> {
    if (this.#marking) clearTimeout(this.#marking)
    this.#marking = null
    this.#following ??= this.#say((follow) => ({ follow }), null, 0)
      .then(
        () => {},
        (error: unknown) => this.#station.log(`history: ${String(error)}`),
      )
      .finally(() => {
        this.#following = null
        this.#unmarked = 0
      })
    return this.#following
  }

  async stop(): Promise<void> {
    if (this.#marking) clearTimeout(this.#marking)
    if (this.#idle) clearTimeout(this.#idle)
    const link = this.#link
    this.#link = null
    for (const { reject } of this.#waiting.values()) reject(new Refused({ code: 'busy', what: 'history' }))
    this.#waiting.clear()
    await link?.end()
  }

  #say<R>(said: (id: number) => ToPast, lane: string | null, seq: number): Promise<R> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<R>((resolve, reject) => {
      if (this.#idle) clearTimeout(this.#idle)
      const waiting = { said: said(id), lane, seq, resolve: resolve as (answer: never) => void, reject }
      this.#waiting.set(id, waiting)
      this.#link ??= this.#open()
      this.#link.needed(true)
      this.#link.say(waiting.said)
    })
  }

  #callOff(id: number): void {
    this.#link?.say({ callOff: id })
    this.#settled(id)?.reject(new Refused({ code: 'busy', what: 'history' }))
  }

  #hear(said: FromPast): void {
    if ('mark' in said) this.#keep(said.mark)
    else if ('answer' in said) this.#settled(said.id)?.resolve(said.answer as never)
    else if ('error' in said) this.#settled(said.id)?.reject(new Error(said.error))
  }

  /** No longer waited for; undefined where it was not. */
  #settled(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0 && this.#link) {
      this.#link.needed(false)
      this.#idle = setTimeout(() => this.#rest(), idleAfter)
      this.#idle.unref()
    }
    return waiting
  }

  #rest(): void {
    const link = this.#link
    this.#link = null
    void link?.end()
  }

  #keep(mark: Mark): void {
    try {
      this.#station.views.past.keep(mark)
    } catch (error) {
      // Without it that moment takes longer to reach.
      if (!isDiskFailure(error)) throw error
      this.#station.log(`history: ${String(error)}`)
    }
  }

  #open(): Link {
    const { file } = this.#station.options
    if (this.#withoutThread) {
      const here = serve(file, (said) => this.#hear(said))
      return { say: (said) => here.hear(said), needed: () => {}, end: async () => here.close() }
    }
    const worker = new Worker(this.#worker, { workerData: { file } })
    let ready = false
    const link: Link = {
      say: (said) => worker.postMessage(said),
      needed: (yes) => (yes ? worker.ref() : worker.unref()),
      end: () => worker.terminate(),
    }
    worker.on('message', (said: FromPast) => {
      if (this.#link !== link) return
      if ('ready' in said) ready = true
      else this.#hear(said)
    })
    worker.once('error', (error) => {
      if (this.#link === link) this.#lost(error, ready)
    })
    return link
  }

  /** A thread that never began will not the next time either; what it was asked is then answered here. */
  #lost(error: unknown, began: boolean): void {
    this.#station.log(`history: ${String(error)}`)
    this.#link = null
    if (began) {
      for (const id of [...this.#waiting.keys()]) this.#settled(id)?.reject(error)
      return
    }
    this.#withoutThread = true
    if (this.#waiting.size === 0) return
    this.#link = this.#open()
    for (const { said } of this.#waiting.values()) this.#link.say(said)
  }
}
