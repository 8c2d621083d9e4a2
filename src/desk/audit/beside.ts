import { Worker } from 'node:worker_threads'
import { minute } from '../time.ts'
import type { Db } from '../view.ts'
import { type AnswerTo, Inquiries, type Inquiry } from './inquiries.ts'

/** Up to so many entries every inquiry is a matter of milliseconds, and starting a thread takes longer. */
const small = 5_000
/** A thread nobody has asked for so long (ms) gives its memory back. */
const idleFor = 5 * minute

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

type Said = { id: number; answer: unknown } | { id: number; error: string }

/** Answers inquiries on a thread of their own, so that no officer waits for an auditor. */
export class Beside {
  readonly #file: string
  readonly #small: number
  readonly #size
  readonly #here: () => Inquiries
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #idle: NodeJS.Timeout | null = null
  #last = 0

  /** `smallest` of 0 asks the thread whatever the size of the ledger. */
  constructor(db: Db, file: string, smallest = small) {
    this.#file = file
    this.#small = smallest
    this.#size = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck()
    let here: Inquiries | null = null
    this.#here = () => {
      here ??= new Inquiries(db)
      return here
    }
  }

  async ask<I extends Inquiry>(inquiry: I): Promise<AnswerTo<I>> {
    if (this.#size.get()! < this.#small) return this.#here().answer(inquiry)
    const worker = this.#started()
    this.#last += 1
    const id = this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      worker.ref()
      worker.postMessage({ id, inquiry })
    })
  }

  async stop(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle)
    const worker = this.#worker
    this.#ended(worker, new Error('the station is closed'))
    await worker?.terminate()
  }

  #started(): Worker {
    if (this.#idle) clearTimeout(this.#idle)
    if (this.#worker) return this.#worker
    const worker = new Worker(workerFile, { workerData: { file: this.#file } })
    this.#worker = worker
    worker.on('message', (said: Said) => this.#heard(worker, said))
    worker.on('error', (error) => this.#ended(worker, error as Error))
    worker.on('exit', (code) => this.#ended(worker, new Error(`the thread of inquiries ended (${code})`)))
    return worker
  }

  #heard(worker: Worker, said: Said): void {
    const waiting = this.#waiting.get(said.id)
    this.#waiting.delete(said.id)
    if ('error' in said) waiting?.reject(new Error(said.error))
    else waiting?.resolve(said.answer)
    if (this.#waiting.size > 0) return
    worker.unref()
    this.#idle = setTimeout(() => void worker.terminate(), idleFor)
    this.#idle.unref()
  }

  /** Whatever it was asked is answered by nobody any more; the next question starts another. */
  #ended(worker: Worker | null, error: Error): void {
    if (worker !== this.#worker) return
    this.#worker = null
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}

/** As a build puts it: beside the code that starts it, bundled or not. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './inquiry-worker.ts' : './inquiry-worker.js',
  import.meta.url,
)
