/** One thread of a verification: takes jobs until none is left, or does the whole. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Said, Whole } from './beside.ts'
import { Jobs } from './jobs.ts'
import { type Share, take } from './share.ts'

if (!parentPort) throw new Error('to be run as a worker thread')
const work = workerData as Share | Whole
if ('jobs' in work) takePart(work, parentPort)
else await doWhole(work, parentPort)

function takePart(share: Share, port: MessagePort): void {
  const jobs = new Jobs(share.file)
  for (const index of take(share)) port.postMessage([index, jobs.run(share.jobs[index]!)])
  jobs.close()
}

async function doWhole({ file, ...options }: Whole, port: MessagePort): Promise<void> {
  const { verifyDatabase } = await import('./verify.ts')
  const say = (said: Said) => port.postMessage(said)
  say({
    verdict: await verifyDatabase(file, { ...options, onProgress: (done, size) => say({ done, size }) }),
  })
}
