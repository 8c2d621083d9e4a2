import { beforeEach, describe, expect, test } from 'vitest'
import { Allowance, callsPerMinute } from '../../src/channels/wecom/allowance.ts'
import { Unreachable } from '../../src/channels/wecom/api-error.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import type { Fault } from '../../src/channels/wecom/faults.ts'
import { Pump } from '../../src/channels/wecom/pump.ts'
import { type HandClock, handClock } from '../support/hand-clock.ts'
import { Desk, passing, refused, Sync, settled, textItem } from './wecom-listening.ts'

const start = 1_700_000_000_000
const seconds = start / 1000
const day = 24 * 60 * 60_000

let clock: HandClock
let desk: Desk
let sync: Sync
let allowance: Allowance
let pump: Pump
let hurried: number
let ahead: number
let faults: { what: string; code: number | null; failures: number }[]

/** A pump whose hurry is granted at once, as long as there is an allowance. */
beforeEach(() => {
  clock = handClock(start)
  desk = new Desk(clock)
  sync = new Sync(clock)
  allowance = new Allowance()
  hurried = 0
  ahead = 0
  faults = []
  pump = made()
})

function made(): Pump {
  const own: Pump = new Pump(
    { account: 'a', openKfid: 'wk1' },
    {
      api: sync,
      listener: desk,
      clockAhead: () => ahead,
      allowance,
      hurry: () => {
        hurried += 1
        own.turn()
      },
      taken: (_, { more }) => {
        if (more) own.turn()
      },
      failed: (_: string, { what, code }: Fault, failures: number) => faults.push({ what, code, failures }),
    },
  )
  return own
}

const token = (value = 'ENC1', life = 10 * 60_000) => ({ value, until: clock.now() + life })
const text = (id: string, after = 0) => textItem(id, seconds + after)

describe('page after page', () => {
  test('reads on as long as there is more, also past an empty page, each from where the last one led', async () => {
    sync.answers.push(
      { messages: [text('m1')], cursor: 'c1', more: true },
      { messages: [], cursor: 'c2', more: true },
      { messages: [text('m2')], cursor: 'c3', more: false },
    )
    pump.news(token())
    await settled()
    expect(sync.asked.map(({ cursor }) => cursor)).toEqual([null, 'c1', 'c2'])
    expect(desk.texts()).toEqual(['m1', 'm2'])
    expect(desk.far.get('a')).toEqual({ cursor: 'c3', askedAt: start })
  })

  test('of an account never read, too, what says there is more and names no cursor is a fault after a few tries', async () => {
    for (let n = 0; n < 500; n++) sync.answers.push({ messages: [], cursor: null, more: true })
    pump.news(token())
    for (let n = 0; n < 300; n++) await settled()
    expect(sync.asked.length).toBeLessThanOrEqual(5)
    expect(faults).toEqual([{ what: 'stuck', code: null, failures: 1 }])
  })

  test('never asks for two pages at once; many wake-ups while it reads make one more look', async () => {
    sync.held = []
    pump.news(token())
    await settled()
    for (let n = 0; n < 20; n++) pump.news(token(`ENC${n}`))
    for (let n = 0; n < 5; n++) {
      sync.held.shift()?.()
      await settled()
    }
    expect(sync.mostAtOnce).toBe(1)
    expect(sync.asked).toHaveLength(2)
  })

  test('orders a page by WeCom’s time, recalls behind what they recall', async () => {
    const recall = {
      msgid: 'r1',
      send_time: seconds,
      origin: 4,
      msgtype: 'event',
      event: {
        event_type: 'user_recall_msg',
        open_kfid: 'wk1',
        external_userid: 'wm1',
        recall_msgid: 'm1',
      },
    }
    sync.answers.push({ messages: [recall, text('m2', 5), text('m1', 1)], cursor: 'c1' })
    pump.news(token())
    await settled()
    expect(desk.taken.map(({ event }) => `${event.event} ${event.external}`)).toEqual([
      'message m1',
      'recall m1',
      'message m2',
    ])
  })

  test('an answer without a cursor leaves it where it was', async () => {
    desk.far.set('a', { cursor: 'old', askedAt: start })
    sync.answers.push({ messages: [text('m1')], cursor: null })
    pump.news(token())
    await settled()
    expect(desk.far.get('a')?.cursor).toBe('old')
    expect(desk.texts()).toEqual(['m1'])
  })

  test('what says there is more and leads nowhere is a fault after a few tries, and is tried on slowly', async () => {
    for (let n = 0; n < 12; n++) sync.answers.push({ messages: [text('m1')], cursor: 'c1', more: true })
    desk.far.set('a', { cursor: 'c1', askedAt: start })
    pump.news(token())
    await settled()
    expect(sync.asked).toHaveLength(5)
    expect(faults).toEqual([{ what: 'stuck', code: null, failures: 1 }])
    expect(desk.texts()).toEqual(['m1'])
    await passing(clock, 1_000)
    expect(sync.asked).toHaveLength(6)
    expect(faults.at(-1)).toMatchObject({ what: 'stuck', failures: 2 })
    sync.answers.splice(0)
    sync.answers.push({ messages: [text('m2')], cursor: 'c2' })
    await passing(clock, 10_000)
    expect(desk.texts()).toEqual(['m1', 'm2'])
  })

  test('a page too big to be taken is asked for in smaller pieces', async () => {
    const tooBig = () => new Unreachable('tooBig', '/cgi-bin/kf/sync_msg')
    sync.answers.push(tooBig(), tooBig(), { messages: [text('m1')], cursor: 'c1' })
    pump.news(token())
    await passing(clock, 60_000)
    expect(sync.asked.map(({ limit }) => limit)).toEqual([undefined, 125, 16])
    expect(desk.texts()).toEqual(['m1'])
    pump.news(token())
    await settled()
    expect(sync.asked.at(-1)?.limit).toBeUndefined()
  })
})

describe('callback tokens', () => {
  test('a fresh one serves all pages and later news, and one out of time is not used', async () => {
    sync.answers.push({ messages: [], cursor: 'c1', more: true })
    pump.news(token('ENC1'))
    await settled()
    pump.news(null)
    await settled()
    expect(sync.asked.map((one) => one.token)).toEqual(['ENC1', 'ENC1', 'ENC1'])
    clock.pass(10 * 60_000)
    pump.news(null)
    await settled()
    expect(sync.asked.at(-1)?.token).toBeNull()
    expect(hurried).toBe(1)
  })

  test('one that is refused is forgotten and counted, and the page is fetched without', async () => {
    sync.answers.push(refused(errorCodes.invalidSyncToken), { messages: [text('m1')], cursor: 'c1' })
    pump.news(token())
    await settled()
    expect(sync.asked.map((one) => one.token)).toEqual(['ENC1', null])
    expect(desk.texts()).toEqual(['m1'])
    expect(faults).toEqual([])
    for (let n = 0; n < callsPerMinute - 1; n++) allowance.made(clock.now())
    expect(allowance.openAt(clock.now())).toBeGreaterThan(clock.now())
  })

  test('a page without one is not granted where it would be of no use', async () => {
    sync.held = []
    expect(pump.turn()).toBe(true)
    await settled()
    expect(pump.turn()).toBe(false)
    sync.held.shift()?.()
    await settled()
    sync.held = null
    sync.answers.push(new Unreachable('lost', '/cgi-bin/kf/sync_msg'))
    pump.news(token())
    expect(pump.turn()).toBe(false)
    await settled()
    expect(pump.turn()).toBe(false)
    await passing(clock, 2_000)
    expect(sync.asked.map((one) => one.token)).toEqual([null, 'ENC1', 'ENC1'])
  })

  test('news of nothing, over and over, are answered less and less; of something, as soon as ever', async () => {
    for (const end = clock.now() + 60_000; clock.now() < end; ) {
      pump.news(token())
      await passing(clock, 50)
    }
    expect(sync.asked.length).toBeLessThan(20 + 40)
    const before = sync.asked.length
    sync.answers.push({ messages: [text('m1')], cursor: 'c1' })
    pump.news(token())
    await passing(clock, 2_000)
    expect(desk.texts()).toEqual(['m1'])
    for (let n = 0; n < 10; n++) {
      pump.news(token())
      await settled()
    }
    expect(sync.asked).toHaveLength(before + 11)
  })

  test('where one more refusal would meet the limit, a token is not tried before that is over', async () => {
    for (let n = 0; n < 9; n++) allowance.made(clock.now())
    pump.news(token())
    await passing(clock, 60_000)
    expect(sync.asked).toEqual([])
    await passing(clock, 5_000)
    expect(sync.asked.map((one) => one.token)).toEqual(['ENC1'])
  })

  test('one that outlasts a pause WeCom wants is used when that is over, without waiting for a turn', async () => {
    allowance.close(clock.now(), 65_000)
    pump.news(token())
    await passing(clock, 60_000)
    expect([sync.asked, hurried]).toEqual([[], 0])
    await passing(clock, 6_000)
    expect(sync.asked.map((one) => one.token)).toEqual(['ENC1'])
  })
})

describe('what goes wrong', () => {
  test('a page the desk cannot take in is offered again, the same, and nothing after it is asked for', async () => {
    sync.answers.push(
      { messages: [text('m1')], cursor: 'c1', more: true },
      { messages: [text('m2')], cursor: 'c2' },
    )
    desk.broken = true
    pump.news(token())
    await passing(clock, 60_000)
    expect(sync.asked).toHaveLength(1)
    expect(faults.at(-1)).toMatchObject({ what: 'ledger' })
    desk.broken = false
    await passing(clock, 60_000)
    expect(desk.texts()).toEqual(['m1', 'm2'])
    expect(desk.lines.join()).not.toContain('m1')
  })

  test('a refused cursor begins anew, as far back as WeCom keeps, and says so', async () => {
    desk.far.set('a', { cursor: 'gone', askedAt: start })
    sync.answers.push(refused(errorCodes.invalidParameter), { messages: [text('m1')], cursor: 'c1' })
    pump.news(token())
    await settled()
    expect(sync.asked.map(({ cursor }) => cursor)).toEqual(['gone', null])
    expect(desk.far.get('a')?.cursor).toBe('c1')
    expect(desk.lines).toEqual([expect.stringContaining('cursor was refused')])
    expect(faults).toEqual([])
  })

  test('what is refused with and without a cursor is a fault', async () => {
    desk.far.set('a', { cursor: 'gone', askedAt: start })
    sync.answers.push(refused(errorCodes.invalidParameter), refused(errorCodes.invalidParameter))
    pump.news(token())
    await settled()
    expect(faults).toEqual([{ what: 'refused', code: 40058, failures: 1 }])
    expect(desk.far.get('a')?.cursor).toBe('gone')
  })

  test('after an outage longer than WeCom keeps messages, the gap is told before the first page, once', async () => {
    desk.far.set('a', { cursor: 'c0', askedAt: start - 5 * day })
    sync.answers.push(() => {
      expect(desk.gaps).toEqual([])
      return { messages: [text('m1')], cursor: 'c1', more: true }
    })
    desk.broken = true
    pump.news(token())
    await passing(clock, 5_000)
    desk.broken = false
    await passing(clock, 5_000)
    expect(desk.gaps).toEqual([{ account: 'a', from: start - 5 * day, to: start - 3 * day }])
    expect(desk.texts()).toEqual(['m1'])
  })

  test('an outage in the middle of a backlog is a gap from the last time all was read', async () => {
    desk.far.set('a', { cursor: 'c1', askedAt: start - day, wholeAt: start - 4 * day })
    sync.answers.push({ messages: [text('m1')], cursor: 'c2' })
    pump.news(token())
    await settled()
    expect(desk.gaps).toEqual([{ account: 'a', from: start - 4 * day, to: start - 3 * day }])
  })

  test('three days and not longer are no gap, and neither is the very first time', async () => {
    pump.news(token())
    await settled()
    desk.far.set('a', { cursor: 'c0', askedAt: start - 3 * day })
    pump.news(token())
    await settled()
    expect(desk.gaps).toEqual([])
  })

  test('is tried again after longer and longer, and soon again once it works', async () => {
    const lost = () => new Unreachable('lost', '/cgi-bin/kf/sync_msg')
    sync.answers.push(lost(), lost(), lost(), lost(), { messages: [text('m1')], cursor: 'c1' })
    pump.news(token())
    await passing(clock, 30_000)
    expect(sync.asked.map(({ at }) => at - start)).toEqual([0, 1_000, 3_000, 7_000, 15_000])
    expect(desk.texts()).toEqual(['m1'])
    sync.answers.push(lost())
    pump.news(token())
    await passing(clock, 2_000)
    expect(faults.at(-1)?.failures).toBe(1)
    expect(sync.asked.at(-1)!.at - sync.asked.at(-2)!.at).toBe(1_000)
  })

  test('news that comes while it waits to try again is fetched then', async () => {
    sync.answers.push(refused(errorCodes.accountNotAuthorized))
    pump.news(token())
    await settled()
    pump.news(token('ENC2'))
    await settled()
    expect(sync.asked).toHaveLength(1)
    await passing(clock, 15_000)
    expect(sync.asked.map((one) => one.token)).toEqual(['ENC1', 'ENC2'])
  })

  test('takes a time for a slip by WeCom’s clock, not by a machine that is days behind', async () => {
    ahead = -50 * 60 * 60_000
    const sent = seconds + 50 * 60 * 60
    sync.answers.push({ messages: [textItem('m1', sent)], cursor: 'c1' })
    pump.news(token())
    await settled()
    expect(desk.taken).toMatchObject([{ event: { sentAt: sent * 1000 } }])
  })

  test('a resident’s words never reach the log', async () => {
    sync.answers.push({ messages: [textItem('m1', seconds, '我的密码是 secret-word')], cursor: 'c1' })
    const failing = desk.takeIn.bind(desk)
    desk.takeIn = (account, events, cursor) => {
      failing(account, events, cursor)
      throw new Error(JSON.stringify(events))
    }
    pump.news(token())
    await passing(clock, 5_000)
    expect(desk.lines.length).toBeGreaterThan(0)
    expect(desk.lines.join()).not.toContain('secret-word')
  })
})

describe('stopping', () => {
  test('waits for the page in hand, which the desk still gets, and asks for no other', async () => {
    sync.held = []
    sync.answers.push({ messages: [text('m1')], cursor: 'c1', more: true })
    pump.news(token())
    await settled()
    let stopped = false
    const stopping = pump.stop().then(() => {
      stopped = true
    })
    await settled()
    expect(stopped).toBe(false)
    sync.held.shift()?.()
    await stopping
    expect(desk.texts()).toEqual(['m1'])
    pump.news(token())
    expect(pump.turn()).toBe(false)
    await settled()
    expect(sync.asked).toHaveLength(1)
  })

  test('a call that does not come back is given up after a while', async () => {
    Object.assign(sync, {
      syncMessages: ({ signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Unreachable('stopped', '/cgi-bin/kf/sync_msg'))),
        ),
    })
    pump.news(token())
    await settled()
    const stopping = pump.stop()
    await passing(clock, 5_000)
    await stopping
    expect(faults).toEqual([])
  })
})
