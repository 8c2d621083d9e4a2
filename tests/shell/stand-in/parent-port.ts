import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'

/**
 * Preloaded into a plain Node process: gives it the `process.parentPort` of a utilityProcess, carried over Node's own
 * IPC. A console's port cannot cross that, so its frames go by the side, as `{ port }`.
 */
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => process.send?.({ shell: message }),
})
Object.assign(process, { parentPort })

const { port1: page, port2: core } = new MessageChannel()
page.on('message', (frame: unknown) => process.send?.({ port: frame }))
const given = Object.assign(new EventEmitter(), {
  start: () => core.on('message', (data: unknown) => given.emit('message', { data, ports: [] })),
  postMessage: (frame: unknown) => core.postMessage(frame),
  close: () => core.close(),
})

process.on('message', (sent: { shell?: { type: string }; port?: unknown }) => {
  if (sent.shell)
    parentPort.emit('message', { data: sent.shell, ports: sent.shell.type === 'console' ? [given] : [] })
  else page.postMessage(sent.port)
})
