/** The thread that looks into the past, with its own read-only connection, so that nobody at the desk waits for it. */

import { parentPort, workerData } from 'node:worker_threads'
import { serve, type ToPast } from './serving.ts'

const port = parentPort
if (!port) throw new Error('to be run as a worker thread')
const { file } = workerData as { file: string }
const serving = serve(file, (said) => port.postMessage(said))
port.on('message', (said: ToPast | null) => {
  if (said) {
    serving.hear(said)
  } else {
    serving.close()
    port.close()
  }
})
