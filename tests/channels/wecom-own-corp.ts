import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { WecomChannel } from '../../src/channels/wecom/channel.ts'
import type {
  BoundAccount,
  Clock,
  ConnectionSettings,
  WecomConnection,
} from '../../src/channels/wecom/desk.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'
import { Desk } from './wecom-listening.ts'
import { quiet } from './wecom-under-way.ts'

/** The connector against the emulator, a process of its own for each file. */

export const minute = 60_000
export const hour = 60 * minute
export const start = 1_760_000_000_000

export let wecom: Emulator
beforeAll(async () => {
  wecom = await startEmulator({ seed: 11 })
})
afterAll(() => wecom.stop())

interface Set {
  desk: Desk
  channel: WecomChannel
  connection: WecomConnection
  bound: BoundAccount[]
  openKfids: string[]
  customers: string[]
  corpid: string
  /** Moves the clock of the desk and that of WeCom together. */
  pass(ms: number): Promise<void>
}

interface Wanted {
  accounts: number
  customers: number
  clock?: Clock
  over?: Partial<ConnectionSettings>
  station?: { corpid?: string; callback?: { url: string; token: string; aesKey: string } }
}

/** A corp with accounts and residents, and a desk that is connected to it. */
export async function connected({ accounts, customers, clock, over, station: more }: Wanted): Promise<Set> {
  const { control } = wecom
  await control.clearFaults()
  await control.clearLedgers()
  const hand = clock ? null : handClock(start)
  await control.setClock(hand ? { at: start, rate: 0 } : { at: Date.now(), rate: 1 })
  const station = await control.station({ accounts, customers, ...more })
  const desk = new Desk(clock ?? hand!)
  const channel = new WecomChannel(desk)
  onTestFinished(async () => {
    await channel.stop()
    expect(wecom.complaints()).toBe('')
  })
  const connection = channel.open({
    id: 'conn1',
    corpid: station.corpid,
    secret: station.secret,
    apiBase: wecom.url,
    ca: null,
    proxy: null,
    relay: null,
    ...over,
  })
  const openKfids = station.accounts.map(({ openKfid }) => openKfid)
  const bound = openKfids.map((openKfid, n) => ({ account: `account${n}`, openKfid }))
  const pass = (ms: number) => passing(hand!, ms)
  return {
    desk,
    channel,
    connection,
    bound,
    openKfids,
    customers: station.customers,
    corpid: station.corpid,
    pass,
  }
}

async function passing(clock: HandClock, ms: number): Promise<void> {
  await quiet()
  for (let left = ms; left > 0; ) {
    const step = Math.min(left, Math.max(clock.next ?? left, 1))
    await wecom.control.advance({ ms: step })
    clock.pass(step)
    left -= step
    await quiet()
  }
}

/** How often WeCom said that it was asked too often. */
export async function tooFrequent(): Promise<number> {
  const { perPath } = await wecom.control.counts()
  return perPath['/cgi-bin/kf/sync_msg']?.['45009'] ?? 0
}
