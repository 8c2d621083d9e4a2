import { v7 } from 'uuid'
import type { Ref } from 'vue'
import { Refused } from '../../contract/errors.ts'
import { type CallName, contract, type Input, type Output } from '../../contract/index.ts'
import type { Session } from '../../contract/session.ts'
import type { FromCore, Push } from '../../contract/wire.ts'
import { type Doorway, shellDoorway, webDoorway } from './doorway.ts'
import { messagePortTransport } from './message-port.ts'
import type { LinkState, Transport } from './transport.ts'
import { webSocketTransport } from './web-socket.ts'

export interface Connection {
  readonly state: Readonly<Ref<LinkState>>
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  onPush(take: (push: Push) => void): () => void
  login(user: string, password: string, signOn: boolean): Promise<Session>
  logout(): Promise<void>
}

interface Waiting {
  name: CallName
  input: unknown
  /** The same through every repetition, so that the core does a command once. */
  command: string | undefined
  /** How often it went out on a link. */
  sent: number
  resolve: (result: unknown) => void
  reject: (error: Refused) => void
  patience: ReturnType<typeof setTimeout> | undefined
}

/** How long something asked while the link is down waits for it before it is refused. */
const PATIENCE = 4_000

const isUserless = (name: CallName) => name === 'station.state' || name === 'session.get'

/**
 * Every question gets one answer. A command whose answer was cut off goes out again with the same id when the
 * link is back, as long as the same officer still sits here; a query is asked again once.
 */
export function connect(transport: Transport, doorway: Doorway): Connection {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(push: Push) => void>()
  let lastId = 0
  let officer: string | null = null

  function ask(name: CallName, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const command = contract[name].kind === 'command' ? v7() : undefined
      const item: Waiting = { name, input, command, sent: 0, resolve, reject, patience: undefined }
      const id = ++lastId
      waiting.set(id, item)
      if (transport.state.value === 'open') send(id, item)
      else item.patience = setTimeout(() => refuse(id, item), PATIENCE)
    })
  }

  function send(id: number, item: Waiting) {
    clearTimeout(item.patience)
    item.sent++
    transport.send({
      id,
      call: item.name,
      input: item.input,
      ...(item.command ? { command: item.command } : {}),
    })
  }

  function refuse(id: number, item: Waiting) {
    clearTimeout(item.patience)
    waiting.delete(id)
    item.reject(new Refused({ code: 'disconnected' }))
  }

  function refuseAll() {
    for (const [id, item] of [...waiting]) if (!isUserless(item.name)) refuse(id, item)
  }

  transport.onDrop(() => {
    for (const [id, item] of [...waiting]) if (!item.command && item.sent > 1) refuse(id, item)
  })

  transport.onOpen(() => {
    const held = [...waiting]
    if (!held.some(([, item]) => item.command && item.sent > 0)) {
      for (const [id, item] of held) send(id, item)
      return
    }
    /** Somebody else may have logged in meanwhile: nothing of one officer's is ever sent as another's. */
    const before = officer
    ask('session.get', {}).then(
      (answer) => {
        const same = (answer as Session | null)?.user === before
        for (const [id, item] of held) {
          if (!waiting.has(id)) continue
          if (same || isUserless(item.name)) send(id, item)
          else refuse(id, item)
        }
      },
      () => {},
    )
  })

  transport.onFrame((frame: FromCore) => {
    if ('push' in frame) {
      if (frame.push === 'session') officer = frame.session?.user ?? null
      for (const take of [...listeners]) take(frame)
      return
    }
    const item = waiting.get(frame.id)
    if (!item) return
    waiting.delete(frame.id)
    if ('refused' in frame) {
      item.reject(new Refused(frame.refused))
      return
    }
    if (item.name === 'session.get' || item.name === 'session.login')
      officer = (frame.result as Session | null)?.user ?? null
    item.resolve(frame.result)
  })

  const connection: Connection = {
    state: transport.state,
    call: <N extends CallName>(name: N, input: Input<N>) => ask(name, input) as Promise<Output<N>>,
    onPush(take) {
      listeners.add(take)
      return () => listeners.delete(take)
    },
    async login(user, password, signOn) {
      refuseAll()
      const session = await doorway.login(connection, { user, password, signOn })
      officer = session.user
      if (doorway.renewsLink) transport.restart()
      return session
    },
    async logout() {
      await doorway.logout(connection)
      refuseAll()
      officer = null
      if (doorway.renewsLink) transport.restart()
    },
  }
  return connection
}

let current: Connection | null = null

export function openConnection(): Connection {
  current =
    location.protocol === 'app:'
      ? connect(messagePortTransport(), shellDoorway)
      : connect(webSocketTransport(), webDoorway)
  return current
}

/** For tests, which bring their own. */
export function setConnection(connection: Connection) {
  current = connection
}

export function useConnection(): Connection {
  if (!current) throw new Error('the connection is opened in main.ts')
  return current
}
