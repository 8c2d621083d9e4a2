import { beforeEach, describe, expect, test } from 'vitest'
import { Allowance, callsPerMinute } from '../../src/channels/wecom/allowance.ts'
import { Polling, pollingEvery } from '../../src/channels/wecom/polling.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'

const start = 1_700_000_000_000
const minute = 60_000
const hour = 60 * minute

let clock: HandClock
let allowance: Allowance
let polling: Polling
/** Every call without a token. */
let asked: { account: string; at: number }[]
/** Accounts that have so many more pages to fetch. */
let behind: Map<string, number>
let busy: Set<string>
/** WeCom does not answer. */
let deaf: boolean

beforeEach(() => {
  clock = handClock(start)
  allowance = new Allowance()
  asked = []
  behind = new Map()
  busy = new Set()
  deaf = false
  polling = new Polling({ clock, allowance, ask })
})

function ask(account: string): boolean {
  if (busy.has(account)) return false
  asked.push({ account, at: clock.now() })
  const left = behind.get(account) ?? 0
  if (left > 0) behind.set(account, left - 1)
  if (!deaf) clock.after(100, () => polling.asked(account, left > 0))
  return true
}

const accounts = (n: number) => Array.from({ length: n }, (_, at) => `a${at}`)

/** The most calls that fell into any minute. */
function peak(): number {
  return Math.max(
    0,
    ...asked.map(({ at }) => asked.filter((one) => one.at >= at && one.at < at + minute).length),
  )
}

const times = (account: string) => asked.filter((one) => one.account === account).map(({ at }) => at)
const pauses = (account: string) =>
  times(account).flatMap((at, n, all) => (n === 0 ? [] : [at - all[n - 1]!]))

describe('without a relay', () => {
  test('twenty accounts for an hour: never more than the limit allows, and all of them evenly', () => {
    polling.serve(accounts(20))
    clock.pass(hour)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
    // The allowance is used, too: 8 a minute, less the margin.
    expect(asked.length).toBeGreaterThan(7 * 60)
    const counts = accounts(20).map((account) => times(account).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    // The first turns are taken as fast as the limit allows, and then spread.
    const longest = Math.max(...accounts(20).flatMap((account) => pauses(account).slice(1)))
    expect(longest / 1000).toBeLessThanOrEqual(pollingEvery(20) + 10)
  })

  test.each([1, 2, 6, 9, 40])('%i accounts stay within the limit from the first minute on', (n) => {
    polling.serve(accounts(n))
    clock.pass(hour)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
    expect(new Set(asked.map(({ account }) => account)).size).toBe(n)
  })

  test('an account with much to fetch goes on at once, and does not starve the others', () => {
    behind.set('a0', 400)
    polling.serve(accounts(6))
    clock.pass(20 * minute)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
    for (const account of accounts(6).slice(1)) {
      expect(times(account).length).toBeGreaterThan(15)
      expect(Math.max(...pauses(account))).toBeLessThan(2.5 * minute)
    }
  })

  test('while others are idle, pages that follow use the whole allowance', () => {
    behind.set('a0', 400)
    polling.serve(accounts(1))
    clock.pass(10 * minute)
    expect(times('a0').length).toBeGreaterThanOrEqual(75)
  })

  test('news without a token is fetched before the even pace would come to it', () => {
    polling.serve(accounts(20))
    clock.pass(10 * minute + 500)
    const before = times('a7').length
    polling.hurry('a7')
    clock.pass(10_000)
    expect(times('a7')).toHaveLength(before + 1)
    clock.pass(hour)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
  })

  test('an account that is being read anyway costs nothing', () => {
    busy.add('a0')
    polling.serve(accounts(2))
    clock.pass(10 * minute)
    expect(times('a0')).toEqual([])
    polling.serve(['a0'])
    clock.pass(2 * minute)
    for (let n = 0; n < 20; n++) polling.hurry('a0')
    expect(allowance.openAt(clock.now())).toBeLessThanOrEqual(clock.now())
    busy.clear()
    clock.pass(minute)
    expect(times('a0').length).toBeGreaterThan(0)
  })

  test('a refusal for asking too often stops all asking for as long as it lasts', () => {
    polling.serve(accounts(5))
    clock.pass(5 * minute)
    const before = asked.length
    allowance.close(clock.now(), 65_000)
    clock.pass(64_000)
    expect(asked).toHaveLength(before)
    clock.pass(10_000)
    expect(asked.length).toBeGreaterThan(before)
  })

  test('accounts that are taken away are not asked again', () => {
    polling.serve(accounts(3))
    clock.pass(minute)
    polling.serve(['a1'])
    asked = []
    clock.pass(5 * minute)
    expect(new Set(asked.map(({ account }) => account))).toEqual(new Set(['a1']))
    polling.stop()
    asked = []
    clock.pass(5 * minute)
    expect(asked).toEqual([])
  })
})

describe('with a relay', () => {
  test('every account is asked at once when it is there, and again when it came back; then now and then', () => {
    polling.serve(accounts(6))
    clock.pass(10 * minute)
    asked = []
    polling.relay(true)
    clock.pass(minute)
    expect(new Set(asked.map(({ account }) => account)).size).toBe(6)
    asked = []
    clock.pass(hour)
    for (const account of accounts(6)) {
      expect(times(account).length).toBeGreaterThanOrEqual(11)
      expect(times(account).length).toBeLessThanOrEqual(12)
    }
    clock.pass(2 * minute)
    asked = []
    polling.relay(false)
    polling.relay(true)
    clock.pass(1_000)
    expect(new Set(asked.map(({ account }) => account)).size).toBe(6)
  })

  test('sixty accounts are reconciled as often as the limit lets them', () => {
    polling.serve(accounts(60))
    polling.relay(true)
    clock.pass(2 * hour)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
    const counts = accounts(60).map((account) => times(account).length)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(14)
  })

  test('when it is lost, asking in turn begins at once', () => {
    polling.serve(accounts(6))
    polling.relay(true)
    clock.pass(hour)
    asked = []
    polling.relay(false)
    clock.pass(minute)
    expect(new Set(asked.map(({ account }) => account)).size).toBe(6)
    expect(peak()).toBeLessThanOrEqual(callsPerMinute)
  })
})

describe('how late a message may be', () => {
  test('is a few seconds with the relay, and else the turns of all accounts', () => {
    polling.serve(accounts(20))
    clock.pass(10 * minute)
    expect(polling.lateBy('a3')).toBeGreaterThanOrEqual(pollingEvery(20))
    expect(polling.lateBy('a3')).toBeLessThan(pollingEvery(20) + 15)
    polling.relay(true)
    clock.pass(5 * minute)
    expect(polling.lateBy('a3')).toBeLessThan(10)
  })

  test('grows while nothing can be asked', () => {
    polling.serve(accounts(2))
    clock.pass(5 * minute)
    deaf = true
    clock.pass(20 * minute)
    expect(polling.lateBy('a1')).toBeGreaterThan(19 * 60)
    polling.relay(true)
    expect(polling.lateBy('a1')).toBeGreaterThan(19 * 60)
  })

  test('counts a pause that is still to come', () => {
    polling.serve(accounts(1))
    clock.pass(5 * minute)
    allowance.close(clock.now(), 10 * minute)
    expect(polling.lateBy('a0')).toBeGreaterThanOrEqual(10 * 60)
  })
})

describe('the allowance', () => {
  test('remembers what was asked just before the desk was started again, and lets tokens through', () => {
    const lately = Array.from({ length: 20 }, (_, n) => start - n * 2_000)
    allowance.recall([...lately, start - hour, start + hour], start)
    expect(allowance.openAt(start)).toBe(start - 14_000 + 62_000)
    expect(allowance.riskFrom(start)).toBeLessThanOrEqual(start)
  })

  test('holds also when the clock of the machine is put back', () => {
    for (let n = 0; n < callsPerMinute; n++) allowance.made(start)
    expect(allowance.openAt(start - hour)).toBeGreaterThan(start - hour + minute)
    expect(allowance.openAt(start - hour + 2 * minute)).toBeLessThanOrEqual(start - hour + 2 * minute)
    allowance.close(start, 60 * minute)
    expect(allowance.closedUntil(start - hour)).toBeLessThanOrEqual(start - hour + 15 * minute)
  })
})
