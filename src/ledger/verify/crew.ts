/** Does a list of jobs in the caller's thread and in others, each with its own read-only connection. */

import { Worker } from 'node:worker_threads'
import { type Done, type Job, Jobs } from './jobs.ts'
import { type Share, take, workerUrl } from './share.ts'

export interface CrewOptions {
  /** Threads besides the caller's. */
  threads: number
  signal: AbortSignal | undefined
  /** Called as each job is done, in any order. */
  onDone(job: Job): void
}

/**
 * The result of each job, in the order of the jobs, whoever did it.
 * @throws the signal's reason where it was aborted; the error of a thread that broke down
 */
export async function runJobs(file: string, jobs: readonly Job[], options: CrewOptions): Promise<Done[]> {
  const { signal, onDone } = options
  signal?.throwIfAborted()
  const share: Share = { file, jobs, taken: new Int32Array(new SharedArrayBuffer(4)) }
  const results: Done[] = []
  let left = jobs.length
  const { promise: allDone, resolve, reject } = Promise.withResolvers<void>()
  const finish = (index: number, done: Done) => {
    results[index] = done
    onDone(jobs[index]!)
    if (--left === 0) resolve()
  }
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  const threads = Math.min(options.threads, jobs.length)
  const workers = Array.from({ length: threads }, () => hire(share, finish, reject))
  const own = workHere(share, finish).catch(reject)
  try {
    await allDone
  } finally {
    signal?.removeEventListener('abort', abort)
    Atomics.store(share.taken, 0, jobs.length) // nobody takes another
    await Promise.all([own, ...workers.map((worker) => worker.terminate())])
  }
  return results
}

function hire(
  share: Share,
  onResult: (index: number, done: Done) => void,
  onFailure: (error: unknown) => void,
): Worker {
  const worker = new Worker(workerUrl, { workerData: share })
  worker.on('message', ([index, done]: [number, Done]) => onResult(index, done))
  worker.once('error', onFailure)
  worker.once('exit', (code) => {
    if (code !== 0) onFailure(new Error(`a verifying thread ended early (${code})`))
  })
  return worker
}

async function workHere(share: Share, onResult: (index: number, done: Done) => void): Promise<void> {
  const jobs = new Jobs(share.file)
  try {
    for (const index of take(share)) {
      onResult(index, jobs.run(share.jobs[index]!))
      // What came from other threads meanwhile, and whatever else the caller has to do.
      await new Promise(setImmediate)
    }
  } finally {
    jobs.close()
  }
}
