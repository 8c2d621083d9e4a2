import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WecomChannel } from '../../src/channels/wecom/channel.ts'
import { ClockDifference, clockFault } from '../../src/channels/wecom/clock-difference.ts'
import { rates } from '../../src/channels/wecom/facts.ts'
import { byOthers, faultOf } from '../../src/channels/wecom/faults.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'
import { Desk, refused } from './wecom-listening.ts'
import { quiet } from './wecom-under-way.ts'

/** A machine whose clock is not WeCom's. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const start = 1_760_000_000_000

describe('how far this machine’s clock is ahead', () => {
  const dateAt = (ms: number) => new Date(ms).toUTCString()
  /** An answer that was under way for so long each way; `ahead` is the truth. */
  const answer = (difference: ClockDifference, at: number, ahead: number, away = 50) =>
    difference.heard(dateAt(at + away), at + ahead, at + 2 * away + ahead)

  test('is not known before the first answer, nor from one whose Date is missing or no date', () => {
    const difference = new ClockDifference()
    expect(difference.ahead).toBeNull()
    for (const date of [undefined, '', 'yesterday', '2026', ['x'], 'Mon, 23 Nov 2026 25:61:00 GMT'])
      difference.heard(date, start, start)
    expect(difference.ahead).toBeNull()
    answer(difference, start, 0)
    difference.heard(undefined, start + hour, start + hour)
    expect(difference.ahead).toBe(0)
  })
  test('is none while none is enough to explain the answers, however slow they were', () => {
    const difference = new ClockDifference()
    for (const [at, ahead] of [300, -700, 0, 900].entries())
      answer(difference, start + at * 7_300, ahead, 400 * at)
    expect(difference.ahead).toBe(0)
  })
  test('comes near the truth with each answer, and never beyond it', () => {
    for (const truth of [48 * hour, -48 * hour, 5 * minute]) {
      const difference = new ClockDifference()
      let before = 0
      for (let n = 0; n < 40; n += 1) {
        answer(difference, start + n * 7_313, truth, n === 0 ? 10 * second : 40)
        const told = Math.abs(difference.ahead as number)
        expect(told).toBeLessThanOrEqual(Math.abs(truth))
        expect(told).toBeGreaterThanOrEqual(before)
        before = told
      }
      expect(Math.abs((difference.ahead as number) - truth)).toBeLessThanOrEqual(2 * second)
    }
  })
  test('changes with a clock that was set, and not with one odd answer', () => {
    const difference = new ClockDifference()
    answer(difference, start, 0)
    answer(difference, start + minute, hour)
    expect(difference.ahead).toBe(0)
    answer(difference, start + 2 * minute, 0)
    answer(difference, start + 3 * minute, hour)
    answer(difference, start + 4 * minute, hour)
    expect(clockFault(difference.ahead)).toEqual({ what: 'clockAhead', code: null, seconds: 3600 })
    answer(difference, start + 5 * minute, 0)
    answer(difference, start + 6 * minute, 0)
    expect(difference.ahead).toBe(0)
  })
  test('is not learnt from an answer during which the clock was put back', () => {
    const difference = new ClockDifference()
    difference.heard(dateAt(start), start + hour, start)
    expect(difference.ahead).toBeNull()
  })
  test('is a fault from two minutes on, told in whole minutes', () => {
    expect([clockFault(null), clockFault(2 * minute), clockFault(-2 * minute)]).toEqual([null, null, null])
    expect(clockFault(2 * minute + 1)).toMatchObject({ what: 'clockAhead', seconds: 120 })
    expect(clockFault(-47 * hour - 29 * second)).toEqual({
      what: 'clockBehind',
      code: null,
      seconds: 47 * 3600,
    })
  })
})

describe('“too often” although the desk asks no more than it may', () => {
  const tooOften = faultOf(refused(45009))
  test('is the desk’s own until a block is over, and after that another program’s', () => {
    expect(byOthers(tooOften, rates.tokenlessSyncBlock - 1)).toEqual(tooOften)
    expect(byOthers(tooOften, rates.tokenlessSyncBlock)).toMatchObject({ what: 'usedByOthers', code: 45009 })
    expect(byOthers(faultOf(refused(60020)), hour)).toMatchObject({ what: 'refused' })
  })
})

describe('a desk whose clock is not WeCom’s', () => {
  let wecom: Emulator
  beforeAll(async () => {
    wecom = await startEmulator({ seed: 12 })
  })
  afterAll(() => wecom.stop())

  /** WeCom's clock stands at `start`, and this machine's is so far (ms) ahead of it. */
  async function connected(ahead: number) {
    const { control } = wecom
    await control.clearFaults()
    await control.setClock({ at: start, rate: 0 })
    const station = await control.station({ accounts: 1, customers: 1 })
    const clock = handClock(start + ahead)
    const desk = new Desk(clock)
    const channel = new WecomChannel(desk)
    onTestFinished(() => channel.stop())
    const { corpid, secret } = station
    const connection = channel.open({
      ...{ id: 'c1', corpid, secret, apiBase: wecom.url },
      ...{ ca: null, proxy: null, relay: null },
    })
    const { openKfid } = station.accounts[0]!
    connection.serve([{ account: 'a', openKfid }])
    const writes = (text: string) =>
      control.customerWrites({ account: openKfid, customer: station.customers[0]!, text })
    return { desk, clock, writes, health: () => desk.healths.at(-1)!.health }
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

  test('says by how much, from the first answers on, and that it is right again once it was set', async () => {
    const { desk, clock, health } = await connected(48 * hour)
    await passing(clock, minute)
    expect(health().fault).toEqual({ what: 'clockAhead', code: null, seconds: 48 * 3600 })
    expect(Math.abs((health().clockAhead as number) - 48 * hour)).toBeLessThanOrEqual(2 * second)
    expect(desk.lines).toContain('wecom: clockAhead by 172800 s')
    // Somebody sets it right: WeCom's clock moves instead, which is the same.
    await wecom.control.advance({ ms: 48 * hour })
    await passing(clock, minute)
    expect(health()).toMatchObject({ fault: null, clockAhead: 0 })
  })
  test('days behind takes no message’s time for a slip', async () => {
    const { desk, clock, writes, health } = await connected(-50 * hour)
    await writes('在吗')
    await passing(clock, minute)
    await writes('有人吗')
    await passing(clock, minute)
    expect(health().fault).toEqual({ what: 'clockBehind', code: null, seconds: 50 * 3600 })
    const times = desk.taken.flatMap(({ event }) => (event.event === 'message' ? [event.sentAt] : []))
    expect(times).toEqual([start, start + minute])
  })
  test('and one that is right says nothing of it', async () => {
    const { desk, clock, health } = await connected(0)
    await passing(clock, 2 * minute)
    expect(health()).toMatchObject({ fault: null, clockAhead: 0 })
    expect(desk.lines).toEqual([])
  })
  test('is told that another program uses the same app, where WeCom goes on saying “too often”', async () => {
    const { desk, clock, health } = await connected(0)
    await passing(clock, minute)
    const effect = { kind: 'error', errcode: 45009 } as const
    const { id } = await wecom.control.addFault({ path: '/cgi-bin/kf/sync_msg', effect })
    await passing(clock, minute)
    expect(health().fault).toEqual({ what: 'overLimit', code: 45009 })
    await passing(clock, 2 * minute)
    expect(health().fault).toEqual({ what: 'usedByOthers', code: 45009 })
    expect(desk.connections.at(-1)).toEqual({ ok: false, code: 45009, why: 'usedByOthers' })
    await wecom.control.removeFault({ id })
    await passing(clock, 6 * minute)
    expect(health().fault).toBeNull()
  })
})
