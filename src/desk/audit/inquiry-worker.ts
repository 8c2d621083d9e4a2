/** The thread on which inquiries are answered, with a read-only connection of its own, until it is ended. */

import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { Inquiries, type Inquiry } from './inquiries.ts'

const port = parentPort
if (!port) throw new Error('to be run as a worker thread')
const { file } = workerData as { file: string }
const inquiries = new Inquiries(openDatabase(file, { readonly: true }))
port.on('message', ({ id, inquiry }: { id: number; inquiry: Inquiry }) => {
  try {
    port.postMessage({ id, answer: inquiries.answer(inquiry) })
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
