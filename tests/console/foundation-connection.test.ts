import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { type Connection, connect } from '../../src/console/connection/connection.ts'
import type { LinkState, Transport } from '../../src/console/connection/transport.ts'
import { waitBefore } from '../../src/console/connection/web-socket.ts'
import type { Refused } from '../../src/contract/errors.ts'
import type { Session } from '../../src/contract/session.ts'
import type { FromCore, Request } from '../../src/contract/wire.ts'

const zhang: Session = { user: 'zhang', name: '张磊', role: 'officer', locked: false, onShift: true }
const liu: Session = { ...zhang, user: 'liu', name: '刘芳' }

/** A link whose other end is the test. */
function link() {
  const state = ref<LinkState>('connecting')
  const take = { frame: (_: FromCore) => {}, open: () => {}, drop: () => {} }
  const sent: Request[] = []
  const transport: Transport = {
    state,
    send: (request) => sent.push(request),
    restart: () => {},
    onFrame: (fn) => (take.frame = fn),
    onOpen: (fn) => (take.open = fn),
    onDrop: (fn) => (take.drop = fn),
  }
  return {
    transport,
    sent,
    last: () => sent.at(-1)!,
    says: (frame: FromCore) => take.frame(frame),
    opens() {
      state.value = 'open'
      take.open()
    },
    drops() {
      state.value = 'lost'
      take.drop()
    },
  }
}

describe('the connection', () => {
  let wire: ReturnType<typeof link>
  let connection: Connection
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: Refused) => error.refusal.code,
    )

  beforeEach(() => {
    vi.useFakeTimers()
    wire = link()
    connection = connect(wire.transport, {
      renewsLink: false,
      login: async () => zhang,
      logout: async () => {},
    })
  })
  afterEach(() => vi.useRealTimers())

  async function loggedIn() {
    wire.opens()
    await connection.login('zhang', 'secret', false)
  }

  it('gives each command an id of its own and a query none', async () => {
    await loggedIn()
    void connection.call('thread.claim', { thread: 't1' })
    void connection.call('thread.claim', { thread: 't1' })
    void connection.call('thread.get', { thread: 't1' })
    const [first, second, third] = wire.sent
    expect(first?.command).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(second?.command).not.toBe(first?.command)
    expect(third?.command).toBeUndefined()
  })

  it('sends a command whose answer was cut off again with the same id, once the same officer is known to sit here', async () => {
    await loggedIn()
    const claimed = connection.call('thread.claim', { thread: 't1' })
    const first = wire.last()
    wire.drops()
    wire.opens()
    expect(wire.last().call).toBe('session.get')
    wire.says({ id: wire.last().id, result: zhang })
    await Promise.resolve()
    expect(wire.last()).toEqual(first)
    expect(wire.sent.filter((request) => request.call === 'thread.claim')).toHaveLength(2)
    wire.says({ id: first.id, result: { holder: 'zhang' } })
    expect(await claimed).toEqual({ holder: 'zhang' })
  })

  it('never sends what one officer did as another officer’s', async () => {
    await loggedIn()
    const claimed = codeOf(connection.call('thread.claim', { thread: 't1' }))
    wire.drops()
    wire.opens()
    wire.says({ id: wire.last().id, result: liu })
    expect(await claimed).toBe('disconnected')
    expect(wire.sent.filter((request) => request.call === 'thread.claim')).toHaveLength(1)
  })

  it('asks a query once more after a drop and then gives up', async () => {
    await loggedIn()
    const asked = codeOf(connection.call('thread.get', { thread: 't1' }))
    wire.drops()
    wire.opens()
    expect(wire.sent).toHaveLength(2)
    wire.drops()
    expect(await asked).toBe('disconnected')
  })

  it('waits a little for the link before it refuses what is asked without one', async () => {
    await loggedIn()
    wire.drops()
    const claimed = codeOf(connection.call('thread.claim', { thread: 't1' }))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await claimed).toBe('disconnected')
    wire.opens()
    expect(wire.sent).toHaveLength(0)
  })

  it('sends what was asked during a short break when the link is back', async () => {
    await loggedIn()
    wire.drops()
    void connection.call('thread.claim', { thread: 't1' })
    await vi.advanceTimersByTimeAsync(500)
    wire.opens()
    expect(wire.last().call).toBe('thread.claim')
  })

  it('hands a refusal on as it came', async () => {
    await loggedIn()
    const asked = codeOf(connection.call('thread.get', { thread: 't1' }))
    wire.says({ id: wire.last().id, refused: { code: 'locked' } })
    expect(await asked).toBe('locked')
  })

  it('refuses what is under way when somebody else logs in', async () => {
    await loggedIn()
    const claimed = codeOf(connection.call('thread.claim', { thread: 't1' }))
    await connection.login('liu', 'secret', false)
    expect(await claimed).toBe('disconnected')
  })
})

describe('the wait before a new attempt', () => {
  it('grows from a quarter of a second to five seconds, never in step', () => {
    expect(waitBefore(0, () => 1)).toBe(250)
    expect(waitBefore(3, () => 1)).toBe(2_000)
    expect(waitBefore(20, () => 1)).toBe(5_000)
    expect(waitBefore(20, () => 0)).toBe(2_500)
  })
})
