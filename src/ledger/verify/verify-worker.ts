/** One thread of a verification: takes jobs from the parent until it is ended. */

import { parentPort, workerData } from 'node:worker_threads'
import { type Job, Jobs } from './jobs.ts'

const port = parentPort
if (!port) throw new Error('to be run as a worker thread')
const { file } = workerData as { file: string }
const jobs = new Jobs(file)
port.on('message', (job: Job | null) => {
  if (job) {
    port.postMessage(jobs.run(job))
  } else {
    jobs.close()
    port.close()
  }
})
