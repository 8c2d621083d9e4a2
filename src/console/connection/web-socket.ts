import { ref } from 'vue'
import type { FromCore } from '../../contract/wire.ts'
import type { LinkState, Transport } from './transport.ts'

const FIRST_WAIT = 250
const LONGEST_WAIT = 5_000
/** After this much silence the core is asked for a sign of life; it has `ANSWER_WITHIN` to give one. */
const SILENCE = 15_000
const ANSWER_WITHIN = 8_000

/** Back-off with jitter, so that twenty consoles do not return in the same instant after a restart. */
export function waitBefore(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt)
  return full / 2 + (full / 2) * random()
}

export function webSocketTransport(
  address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/desk`,
): Transport {
  const state = ref<LinkState>('connecting')
  const takers = {
    frame: [] as ((frame: FromCore) => void)[],
    open: [] as (() => void)[],
    drop: [] as (() => void)[],
  }
  let socket: WebSocket | null = null
  let attempt = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let pulse: ReturnType<typeof setTimeout> | undefined

  function connect() {
    clearTimeout(retry)
    const mine = new WebSocket(address)
    socket = mine
    mine.onopen = () => {
      attempt = 0
      state.value = 'open'
      listenForSilence()
      for (const take of takers.open) take()
    }
    mine.onmessage = (event) => {
      listenForSilence()
      const frame = JSON.parse(String(event.data)) as FromCore
      for (const take of takers.frame) take(frame)
    }
    mine.onclose = () => {
      if (socket === mine) dropped()
    }
  }

  function dropped() {
    leave()
    const wasOpen = state.value === 'open'
    state.value = 'lost'
    if (wasOpen) for (const take of takers.drop) take()
    retry = setTimeout(connect, waitBefore(attempt++))
  }

  function leave() {
    clearTimeout(pulse)
    const old = socket
    socket = null
    if (!old) return
    old.onclose = old.onmessage = old.onopen = null
    old.close()
  }

  /** A browser cannot ping, and a pulled cable closes no socket: so a question is asked after silence. */
  function listenForSilence() {
    clearTimeout(pulse)
    pulse = setTimeout(() => {
      socket?.send(JSON.stringify({ id: 0, call: 'session.get', input: {} }))
      pulse = setTimeout(dropped, ANSWER_WITHIN)
    }, SILENCE)
  }

  addEventListener('online', () => {
    if (state.value !== 'lost') return
    attempt = 0
    leave()
    connect()
  })
  connect()

  return {
    state,
    send: (request) => socket?.send(JSON.stringify(request)),
    restart() {
      const wasOpen = state.value === 'open'
      leave()
      state.value = 'connecting'
      if (wasOpen) for (const take of takers.drop) take()
      attempt = 0
      connect()
    },
    onFrame: (take) => takers.frame.push(take),
    onOpen: (take) => takers.open.push(take),
    onDrop: (take) => takers.drop.push(take),
  }
}
