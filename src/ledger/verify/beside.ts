/** The same verification for a caller with other work: in a thread of its own from beginning to end. */

import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { workerUrl } from './share.ts'
import type { Head, Verdict } from './verdict.ts'
import { type VerifyOptions, verifyDatabase } from './verify.ts'

/** What such a thread is started with. */
export interface Whole {
  file: string
  heads: readonly Head[]
  verifier: string | undefined
  /** Threads besides that one. */
  threads: number
}

/** What it says meanwhile and in the end. */
export type Said = { done: number; size: number } | { verdict: Verdict }

/** Files of which all entries are checked within some ten milliseconds, a tenth of what a thread takes to start. */
const TINY = 4 * 1024 * 1024

/**
 * As `verifyDatabase`; one core of the machine is left to the caller.
 * @throws only where the check was aborted, or its thread broke down
 */
export async function verifyBeside(
  file: string,
  options: Omit<VerifyOptions, 'range'> = {},
): Promise<Verdict> {
  const { heads = [], verifier, onProgress, signal } = options
  signal?.throwIfAborted()
  if (bytesOf(file) < TINY) return verifyDatabase(file, { ...options, threads: 0 })
  const threads = options.threads ?? Math.max(0, availableParallelism() - 2)
  const whole: Whole = { file, heads, verifier, threads }
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>()
  const worker = new Worker(workerUrl, { workerData: whole })
  worker.on('message', (said: Said) => {
    if ('verdict' in said) resolve(said.verdict)
    else onProgress?.(said.done, said.size)
  })
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`the verifying thread ended early (${code})`)))
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    signal?.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

/** 0 where there is no such file, which is then said as of any file that cannot be read. */
function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
