import { hostname } from 'node:os'
import { parse as parseUuid } from 'uuid'
import type { Role } from '../contract/call.ts'
import { type Refusal, Refused } from '../contract/errors.ts'
import { type CallName, contract, type Input } from '../contract/index.ts'
import type { Change, Presence, Session } from '../contract/session.ts'
import { type FromCore, request } from '../contract/wire.ts'
import type { Desk } from '../desk/core.ts'
import { draft, entries } from '../desk/decision.ts'
import { mayCall } from '../desk/permissions.ts'
import type { By, ConnectionCall } from '../desk/route.ts'
import type { Station } from '../desk/station/station.ts'

export interface ConsoleLinkOptions {
  /**
   * Remembers who is logged in across connections of the same console: the cookie of a browser, the window of
   * the shell. The link reads it at each call, so that logging in by one connection serves the others.
   */
  token: { get(): string | null; set(token: string | null): void }
  /** Name of the machine the console runs on, as it stands in entries. */
  device?: string
  send(frame: FromCore): void
}

export interface ConsoleLink {
  receive(frame: unknown): Promise<void>
  closed(): void
}

/** Calls a locked console may still make. */
const whileLocked: ReadonlySet<string> = new Set([
  'session.get',
  'session.unlock',
  'session.logout',
  'session.login',
  'station.state',
  'changes.since',
  'presence.set',
  'alarms.signal',
])

type StationCall = Exclude<CallName, ConnectionCall>

/** One console's conversation with the core, whatever carries it. Everything it says is checked here first. */
export function linkConsole(desk: Desk, options: ConsoleLinkOptions): ConsoleLink {
  const device = options.device ?? hostname()
  const stops: (() => void)[] = []
  const self = {}
  let lastSession = ''

  const session = () => desk.station?.sessions.of(options.token.get()) ?? null
  const pushSession = () => {
    const now = session()
    const text = JSON.stringify(now)
    if (text === lastSession) return
    lastSession = text
    options.send({ push: 'session', session: now })
  }

  stops.push(
    desk.onStation((station) => {
      options.send({ push: 'hello', version: desk.options.version, seq: station.ledger.head().size })
      stops.push(
        station.feed.listen((change) => {
          const who = session()
          if (who) options.send({ push: 'changed', change: changeFor(station, who, change) })
          if (change.everything || change.subjects.includes('people')) pushSession()
        }),
        station.sessions.listen(pushSession),
        station.presence.listen((presence) => {
          const who = session()
          if (who) options.send({ push: 'presence', presence: presenceFor(station, who, presence) })
        }),
        station.onReadOnly(() =>
          options.send({ push: 'readOnly', reason: station.readOnly?.reason ?? null }),
        ),
      )
    }),
  )
  if (!desk.station) options.send({ push: 'hello', version: desk.options.version, seq: 0 })

  const answer = async (call: CallName, input: unknown, command: string | undefined): Promise<unknown> => {
    const parsed = contract[call].input.safeParse(input)
    if (!parsed.success) throw new Refused({ code: 'invalid', issues: issuesOf(parsed.error) })
    const own = connectionCalls[call as ConnectionCall] as
      | ((context: Context, input: unknown) => unknown)
      | undefined
    const who = session()
    if (who?.locked && !whileLocked.has(call)) throw new Refused({ code: 'locked' })
    if (own) return own({ desk, self, device, session: who, token: options.token, pushSession }, parsed.data)
    return askStation(desk, call as StationCall, parsed.data, who, device, command)
  }

  return {
    async receive(frame) {
      const parsed = request.safeParse(frame)
      if (!parsed.success) {
        const id = typeof frame === 'object' && frame !== null && 'id' in frame ? frame.id : -1
        options.send({
          id: typeof id === 'number' ? id : -1,
          refused: { code: 'invalid', issues: issuesOf(parsed.error) },
        })
        return
      }
      const { id, call, input, command } = parsed.data
      try {
        if (!Object.hasOwn(contract, call)) throw new Refused({ code: 'not_found', what: 'call', id: call })
        options.send({ id, result: await answer(call as CallName, input, command) })
      } catch (error) {
        options.send({ id, refused: refusalOf(desk, error) })
      }
    },
    closed() {
      for (const stop of stops) stop()
      desk.station?.presence.set(self, null)
    },
  }
}

function issuesOf(error: { issues: readonly { path: PropertyKey[]; message: string }[] }) {
  return error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
}

function refusalOf(desk: Desk, error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal
  const { readOnly } = desk.station ?? {}
  if (readOnly) return { code: 'ledger_unwritable', reason: readOnly.reason }
  const reference = Date.now().toString(36)
  desk.options.log(
    `error ${reference}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  return { code: 'broken', reference }
}

async function askStation(
  desk: Desk,
  call: StationCall,
  input: unknown,
  who: Session | null,
  device: string,
  command: string | undefined,
): Promise<unknown> {
  const { station } = desk
  if (!station) throw new Refused({ code: 'no_station' })
  if (!who) throw new Refused({ code: 'not_logged_in' })
  const by: By = { user: who.user, role: who.role, device, now: station.now() }
  if (!mayCall(call, who.role)) {
    await recordDenial(station, call, by)
    throw new Refused({ code: 'forbidden', call, role: who.role })
  }
  if (contract[call].kind === 'query') return station.query(call as never, input as never, by)
  if (station.readOnly) throw new Refused({ code: 'ledger_unwritable', reason: station.readOnly.reason })
  if (command === undefined) {
    throw new Refused({ code: 'invalid', issues: [{ path: 'command', message: 'a command needs its id' }] })
  }
  return station.execute(call as never, input as never, by, Buffer.from(parseUuid(command)))
}

/** Being refused is an entry too (DESIGN §2). */
export async function recordDenial(station: Station, call: string, by: By): Promise<void> {
  if (station.readOnly) return
  await station.bus.run(by, null, () => ({ decision: entries(draft('access.denied', by.user, { call })) }))
}

/** Why a thread was taken over is told to whom it was taken from, unless it is private to others now (rules 2, 11). */
function changeFor(station: Station, who: Session, change: Change): Change {
  if (change.takenOver.length === 0) return change
  const reader = station.access.reader(who)
  const takenOver = change.takenOver
    .filter(({ from }) => from === who.user)
    .map((taken) =>
      !who.locked && station.access.mayReadThread(taken.thread, reader) ? taken : { ...taken, reason: '' },
    )
  return { ...change, takenOver }
}

/** Who is at a private thread is for those who may read it (rule 11). */
function presenceFor(station: Station, who: Session, presence: readonly Presence[]): Presence[] {
  const reader = station.access.reader(who)
  return presence.filter(({ thread }) => station.access.mayReadThread(thread, reader))
}

interface Context {
  desk: Desk
  self: object
  device: string
  session: Session | null
  token: ConsoleLinkOptions['token']
  pushSession: () => void
}

function stationOf(context: Context): Station {
  if (!context.desk.station) throw new Refused({ code: 'no_station' })
  return context.desk.station
}

function loggedIn(context: Context): Session {
  if (!context.session) throw new Refused({ code: 'not_logged_in' })
  return context.session
}

/** What concerns the connection itself. */
const connectionCalls: { [N in ConnectionCall]: (context: Context, input: Input<N>) => unknown } = {
  'station.state': (context) => context.desk.state(),
  'station.open': (context, input) => context.desk.openNew(input),
  'station.openDemo': (context) => context.desk.openDemo(),
  'session.get': (context) => context.session,
  'session.login': async (context, { user, password, signOn }) => {
    const station = stationOf(context)
    const opened = await station.sessions.open(user, password, signOn, context.device)
    const before = context.token.get()
    if (before !== null) await station.sessions.close(before, context.device)
    context.token.set(opened.token)
    context.pushSession()
    return opened.session
  },
  'session.logout': async (context) => {
    const token = context.token.get()
    if (token === null) return
    await stationOf(context).sessions.close(token, context.device)
    context.token.set(null)
    context.pushSession()
  },
  'session.lock': async (context) => {
    loggedIn(context)
    await stationOf(context).sessions.lock(context.token.get() as string, context.device, 'officer')
  },
  'session.unlock': (context, { password }) => {
    loggedIn(context)
    return stationOf(context).sessions.unlock(context.token.get() as string, password, context.device)
  },
  'session.active': (context) => {
    loggedIn(context)
    stationOf(context).sessions.active(context.token.get() as string)
  },
  'presence.set': (context, { thread, typing }) => {
    const { user, name, role } = loggedIn(context)
    const station = stationOf(context)
    const sees =
      thread !== null &&
      mayCall('thread.get', role as Role) &&
      station.access.mayReadThread(thread, station.access.reader({ user, role }))
    station.presence.set(context.self, sees ? { thread, user, name, typing } : null)
  },
  'presence.list': (context) => {
    const station = stationOf(context)
    return presenceFor(station, loggedIn(context), station.presence.list())
  },
  'changes.since': (context, { seq }) => {
    loggedIn(context)
    const station = stationOf(context)
    return station.feed.since(seq, station.ledger.head().size)
  },
}

const tokensByKey = new Map<string, string | null>()

/** A link for a console that is known by a key of its host, e.g. a window of the shell. */
export function serveConsole(
  desk: Desk,
  { key, send }: { key: string; send(frame: FromCore): void },
): ConsoleLink {
  return linkConsole(desk, {
    token: { get: () => tokensByKey.get(key) ?? null, set: (token) => tokensByKey.set(key, token) },
    send,
  })
}
