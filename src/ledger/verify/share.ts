/** How threads share a list of jobs: each takes the next that nobody has, and never waits for another. */

import type { Job } from './jobs.ts'

export interface Share {
  file: string
  jobs: readonly Job[]
  /** How many of them are taken; one number in memory that all threads see. */
  taken: Int32Array<SharedArrayBuffer>
}

/** The build bundles it beside this file. */
export const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js',
  import.meta.url,
)

/** Places in the list, one by one, until nothing is left to take. */
export function* take({ jobs, taken }: Share): Generator<number> {
  for (;;) {
    const next = Atomics.add(taken, 0, 1)
    if (next >= jobs.length) return
    yield next
  }
}
