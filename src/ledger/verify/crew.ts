/** Does a list of jobs on several threads, each with its own read-only connection. */

import { Worker } from 'node:worker_threads'
import { type Done, type Job, Jobs } from './jobs.ts'

export interface CrewOptions {
  /** 0: no threads, everything in the caller's. */
  threads: number
  signal: AbortSignal | undefined
  /** Called as each job is done, in any order. */
  onDone(job: Job): void
}

/** The build bundles it beside this file. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js',
  import.meta.url,
)

/**
 * The result of each job, in the order of the jobs.
 * @throws the signal's reason where it was aborted; the error of a thread that broke down
 */
export async function runJobs(file: string, jobs: readonly Job[], options: CrewOptions): Promise<Done[]> {
  options.signal?.throwIfAborted()
  if (options.threads === 0) return runHere(file, jobs, options)
  const results: Done[] = []
  const queue = jobs.entries()
  const threads = Math.min(options.threads, jobs.length)
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl, { workerData: { file } }))
  try {
    await Promise.all(
      workers.map((worker) =>
        employ(worker, queue, options, (index, job, done) => {
          results[index] = done
          options.onDone(job)
        }),
      ),
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return results
}

async function runHere(file: string, jobs: readonly Job[], options: CrewOptions): Promise<Done[]> {
  const here = new Jobs(file)
  try {
    const results: Done[] = []
    for (const job of jobs) {
      options.signal?.throwIfAborted()
      results.push(here.run(job))
      options.onDone(job)
      await new Promise(setImmediate)
    }
    return results
  } finally {
    here.close()
  }
}

/** Gives one worker the next job whenever it has done the last, until none is left. */
function employ(
  worker: Worker,
  queue: Iterator<[number, Job]>,
  { signal }: CrewOptions,
  onResult: (index: number, job: Job, done: Done) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let current: [number, Job] | undefined
    const next = () => {
      const taken = queue.next()
      current = taken.done ? undefined : taken.value
      worker.postMessage(current?.[1] ?? null)
    }
    const abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    worker.on('message', (done: Done) => {
      onResult(...current!, done)
      next()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort)
      if (current === undefined) resolve()
      else reject(new Error(`a verifying thread ended early (${code})`))
    })
    next()
  })
}
