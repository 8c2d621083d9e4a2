import { ref } from 'vue'
import type { FromCore } from '../../contract/wire.ts'
import type { LinkState, Transport } from './transport.ts'

/** In the shell: the preload posts a port to the core, and a new one whenever the core was started anew. */
export function messagePortTransport(): Transport {
  const state = ref<LinkState>('connecting')
  const takers = {
    frame: [] as ((frame: FromCore) => void)[],
    open: [] as (() => void)[],
    drop: [] as (() => void)[],
  }
  let port: MessagePort | null = null

  function drop() {
    if (!port) return
    port.onmessage = null
    port.close()
    port = null
    state.value = 'lost'
    for (const take of takers.drop) take()
  }

  addEventListener('message', (event: MessageEvent) => {
    const [given] = event.ports
    if (event.source !== window || event.data?.type !== 'duty-desk:port' || !given) return
    drop()
    port = given
    given.onmessage = (message: MessageEvent<FromCore>) => {
      for (const take of takers.frame) take(message.data)
    }
    given.addEventListener('close', () => {
      if (port === given) drop()
    })
    given.start()
    state.value = 'open'
    for (const take of takers.open) take()
  })
  /** A preload that held the port until the page could hear it sends it now. */
  window.postMessage({ type: 'duty-desk:ready' }, location.origin)

  return {
    state,
    send: (request) => port?.postMessage(request),
    restart() {},
    onFrame: (take) => takers.frame.push(take),
    onOpen: (take) => takers.open.push(take),
    onDrop: (take) => takers.drop.push(take),
  }
}
