import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { hash } from '@node-rs/argon2'
import { onTestFinished } from 'vitest'
import type { InboundEvent, Outgoing, SendResult } from '../../src/channels/channel.ts'
import type { Role } from '../../src/contract/call.ts'
import { accountAdded } from '../../src/desk/accounts/entries.ts'
import type { Wecom } from '../../src/desk/connections/wecom.ts'
import { type Desk, openDesk } from '../../src/desk/core.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { passwordSet, personAdded } from '../../src/desk/people/entries.ts'
import { projectionDigest } from '../../src/desk/projections.ts'
import { rebuild } from '../../src/desk/rebuild.ts'
import { hasStation } from '../../src/desk/station/database-file.ts'
import { createStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { dataRoot } from './data-root.ts'
import { pretendedWecom } from './wecom.ts'

/** The people of every test station. Zhang and Li work the same shift, Zhao is off. */
export const people = {
  zhang: { role: 'officer', name: '张建国', onShift: true },
  li: { role: 'officer', name: '李秀英', onShift: true },
  zhao: { role: 'officer', name: '赵敏', onShift: false },
  daiban: { role: 'supervisor', name: '陈所长', onShift: true },
  ducha: { role: 'auditor', name: '督察周', onShift: false },
  guanli: { role: 'admin', name: '管理员吴', onShift: false },
} as const satisfies Record<string, { role: Role; name: string; onShift: boolean }>
export type User = keyof typeof people

export const password = 'desk-1234'
/** Verifies in a millisecond: the desk reads the cost from the hash. */
const cheapHash = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 })

/** Account of the invented channel, and the one worked by hand on a phone. */
export const village = 'liuhe'
export const phone = 'phone'

/** Monday 23 November 2026, 10:00 in Shanghai. */
export const monday = Date.parse('2026-11-23T02:00:00.000Z')
export const minute = 60_000
export const hour = 60 * minute

export const iso = (ms: number) => new Date(ms).toISOString()

export const root = join(import.meta.dirname, '..', '..')

export interface TestStation {
  readonly desk: Desk
  readonly station: Station
  readonly dir: string
  /** What left through the channel of the village account, in order. */
  readonly sent: Outgoing[]
  /** How that channel answers; accepts everything unless a test says otherwise. */
  send: (message: Outgoing) => Promise<SendResult>
  now: number
  readonly logged: string[]
  /** Time goes by and what is due happens, while everybody logged in is busy at the console. */
  pass(ms: number): Promise<void>
  /** The same with nobody touching a key. */
  alone(ms: number): Promise<void>
  /** A resident writes; answers the thread's id. */
  hears(said: Partial<Said> & { text: string }): string
  takesIn(...events: InboundEvent[]): ReturnType<typeof takeIn>
  /** The core stops and starts again on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface Said {
  /** One resident, one conversation. */
  from: string
  text: string
  title: string | null
  external: string | null
  at: number
  account: string
}

/** When to clear up: after the test, unless a whole file shares the thing. */
export type Later = (clearUp: () => void | Promise<void>) => void

export function tempDir(later: Later = onTestFinished): string {
  const dir = mkdtempSync(join(dataRoot(), 'duty-desk-test-'))
  later(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/**
 * A station with its people and two accounts, or the one that is in `dir`. Its clock stands still until a test moves it.
 * Those of one file begin as copies of one; `another` is a station of its own, with its own origin and signing key.
 */
export async function testStation(
  over: { dir?: string; clock?: () => number; later?: Later; wecom?: Wecom; another?: boolean } = {},
): Promise<TestStation> {
  const later = over.later ?? onTestFinished
  const dir = over.dir ?? tempDir(later)
  const logged: string[] = []
  const sent: Outgoing[] = []
  let desk: Desk
  const options = {
    dir,
    secrets: fileSecrets(join(dir, 'secrets')),
    device: 'test-pc',
    resources: join(root, 'resources'),
    version: 'test',
    clock: over.clock ?? (() => self.now),
    log: (line: string) => void logged.push(line),
    // No test reaches the real one by accident.
    wecom: over.wecom ?? pretendedWecom(),
  }
  const self: TestStation = {
    get desk() {
      return desk
    },
    get station() {
      return desk.station as Station
    },
    dir,
    sent,
    send: async () => ({ sent: true }),
    now: monday,
    logged,
    async pass(ms) {
      self.station.db.prepare('UPDATE session SET last_active = ?').run(self.now + ms)
      await self.alone(ms)
    },
    async alone(ms) {
      self.now += ms
      await self.station.timers.tick()
    },
    hears({ from = '三组 王桂兰', text, title = null, external = null, at, account = village }) {
      const outcome = takeIn(self.station, account, [
        resident({ from, text, title, external, at: at ?? self.station.now() }),
      ])
      return outcome.threads[0] as string
    },
    takesIn: (...events) => takeIn(self.station, village, events),
    async restart() {
      await desk.close()
      await open()
    },
    close: () => desk.close(),
  }
  const open = async () => {
    desk = await openDesk(options)
    const { station } = self
    // Only what a test asks for happens: the clock is moved by hand.
    station.timers.stop()
    station.channels.serve({
      kind: 'sandbox',
      send: (message) => {
        sent.push(message)
        return self.send(message)
      },
    })
  }
  if (!hasStation(dir)) {
    if (over.clock || over.another) await found(options)
    else
      for (const [name, bytes] of await foundedOnce(options)) {
        mkdirSync(dirname(join(dir, name)), { recursive: true, mode: 0o700 })
        writeFileSync(join(dir, name), bytes, { mode: 0o600 })
      }
  }
  await open()
  later(async () => {
    // A test may have closed it itself.
    if (desk.station) await desk.close()
  })
  return self
}

type Options = Parameters<typeof createStation>[0]

async function found(options: Options): Promise<void> {
  const made = await createStation(options, { name: '柳河派出所', demo: false })
  addPeople(made)
  await made.close()
}

let founded: Promise<[name: string, bytes: Buffer][]> | undefined
/** The files all stations of this test file begin with: founding one costs as much as opening it. */
function foundedOnce(options: Options): Promise<[name: string, bytes: Buffer][]> {
  founded ??= (async () => {
    const dir = mkdtempSync(join(dataRoot(), 'duty-desk-founded-'))
    try {
      await found({ ...options, dir, secrets: fileSecrets(join(dir, 'secrets')) })
      return readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name))
        .map((file) => [relative(dir, file), readFileSync(file)])
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })()
  return founded
}

function addPeople(station: Station): void {
  const system = { user: 'core', role: 'system', device: 'test-pc', now: station.now() }
  station.bus.runNow(system, () => ({
    decision: entries(
      accountAdded(village, 'sandbox', '户户通·柳河村', []),
      accountAdded(phone, 'by-hand', '张警官的手机', ['柳河派出所', '张警官']),
      ...Object.entries(people).flatMap(([user, { role, name, onShift }]) => [
        personAdded(user, role, name),
        passwordSet(user),
        ...(onShift ? [draft('shift.signedOn', user)] : []),
      ]),
    ),
    write: () => {
      for (const user of Object.keys(people)) station.credentials.set(user, cheapHash)
    },
  }))
}

/** A resident's words as a channel hands them in. */
export function resident(
  said: Partial<Omit<Said, 'account'>> & { text: string },
): InboundEvent & { event: 'message' } {
  const from = said.from ?? '三组 王桂兰'
  return {
    event: 'message',
    contact: { external: from, name: from },
    conversation: from,
    external: said.external ?? null,
    kind: 'text',
    text: said.text,
    title: said.title ?? null,
    image: null,
    sentAt: said.at ?? monday,
  }
}

/** Entries of the ledger, those of some types only if any are named. */
export function entriesOf(station: Station, ...types: string[]) {
  const all = [...station.ledger.iterate()]
  return all.map(({ entry }) => entry).filter(({ type }) => types.length === 0 || types.includes(type))
}

/** The next commit is undone at its very end. */
export function undoneOnce({ station: { views } }: Pick<TestStation, 'station'>): void {
  const flush = views.flush.bind(views)
  views.flush = () => {
    views.flush = flush
    throw new Error('undone')
  }
}

/** Whether the screens are just what the ledger says: the same rows as when made anew from it. */
export function screensFollowLedger(station: Station): boolean {
  const before = projectionDigest(station.db)
  rebuild(station.db, station.ledger)
  return projectionDigest(station.db) === before
}
