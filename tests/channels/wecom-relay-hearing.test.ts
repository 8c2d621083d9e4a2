import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { InboundMessage } from '../../src/channels/channel.ts'
import type { NewsToken } from '../../src/channels/wecom/pump.ts'
import { readItem } from '../../src/channels/wecom/reading/item.ts'
import { hearRelay, type RelayHearing } from '../../src/channels/wecom/relay-hearing.ts'
import { deskTokens, liuhe, shatian, start, type TestRelay, testRelay } from '../support/relay.ts'
import { Desk, textItem } from './wecom-listening.ts'

/** A clock that runs, and that a test can move. */
let shift: number
/** How far the desk's clock is ahead of WeCom's (ms). */
let ahead: number
let relay: TestRelay
let desk: Desk
let hearing: RelayHearing
let reliable: boolean[]
let news: { openKfid: string | null; token: NewsToken | null }[]

beforeEach(async () => {
  shift = start - Date.now()
  ahead = 0
  const now = () => Date.now() + shift
  desk = new Desk({
    now,
    after(ms, then) {
      const timer = setTimeout(then, ms)
      return () => clearTimeout(timer)
    },
  })
  reliable = []
  news = []
  relay = await testRelay({ now: start })
})

function hear(corpid: string, token: string): void {
  hearing = hearRelay(
    {
      id: 'conn1',
      corpid,
      secret: 'x',
      apiBase: 'http://127.0.0.1:1',
      ca: null,
      proxy: null,
      relay: { url: relay.url.replace('http', 'ws'), token },
    },
    desk,
    {
      clockAhead: () => ahead,
      reliable: (is) => reliable.push(is),
      news: (openKfid, told) => news.push({ openKfid, token: told }),
    },
  )
  onTestFinished(() => hearing.stop())
}

async function until(true_: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !true_(); ) {
    if (Date.now() > end) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** One that was said so many seconds ago. */
const message = (secondsAgo: number) =>
  readItem(textItem('m', Math.floor((Date.now() + shift) / 1000) - secondsAgo), {
    openKfid: 'wk1',
    now: Date.now() + shift,
  }) as InboundMessage[]

describe('what the relay tells', () => {
  test('is handed on with its token, and only of this corp', async () => {
    hear(liuhe.corpid, deskTokens.both)
    await until(() => hearing.reliable)
    await relay.hears(shatian, 'wk9', 'ENCother')
    await relay.hears(liuhe, 'wk1', 'ENCtoken')
    await until(() => news.length > 0)
    expect(news).toMatchObject([{ openKfid: 'wk1', token: { value: 'ENCtoken' } }])
    expect(reliable).toEqual([true])
  })

  test('of a corp it does not serve is nothing: it is not relied on', async () => {
    hear('wwELSEWHERE', deskTokens.liuhe)
    await until(() => desk.relayStates.includes('refused'))
    expect(reliable).toEqual([])
    expect(desk.lines.some((line) => line.includes('does not serve'))).toBe(true)
  })

  test('is missing where messages are there that it did not tell of; until it speaks again it is not relied on', async () => {
    hear(liuhe.corpid, deskTokens.liuhe)
    await until(() => hearing.reliable)
    shift += 60_000
    hearing.fetched({ events: message(5), byNews: false })
    hearing.fetched({ events: message(40), byNews: true })
    expect(reliable).toEqual([true])
    hearing.fetched({ events: message(40), byNews: false })
    expect(reliable).toEqual([true, false])
    await relay.hears(liuhe, 'wk1', 'ENCtoken')
    await until(() => hearing.reliable)
    expect(reliable).toEqual([true, false, true])
  })

  test('what was there before it was connected is not held against it', async () => {
    hear(liuhe.corpid, deskTokens.liuhe)
    await until(() => hearing.reliable)
    hearing.fetched({ events: message(3_600), byNews: false })
    expect(hearing.reliable).toBe(true)
  })

  test('lost for a minute it is missed; for a moment it is not', async () => {
    hear(liuhe.corpid, deskTokens.liuhe)
    await until(() => hearing.reliable)
    await relay.relay.close()
    await until(() => !hearing.reliable)
    expect(hearing.missed).toBe(false)
    shift += 60_000
    expect(hearing.missed).toBe(true)
  })
})

describe('where this machine’s clock is wrong', () => {
  const wecomsMessage = (secondsAgo: number) => {
    const now = Date.now() + shift - ahead
    return readItem(textItem('m', Math.floor(now / 1000) - secondsAgo), {
      openKfid: 'wk1',
      now,
    }) as InboundMessage[]
  }
  test('five minutes behind, a relay that keeps silent is found out all the same', async () => {
    ahead = -5 * 60_000
    hear(liuhe.corpid, deskTokens.liuhe)
    await until(() => hearing.reliable)
    shift += 10 * 60_000
    hearing.fetched({ events: wecomsMessage(120), byNews: false })
    expect(hearing.reliable).toBe(false)
  })
  test('a minute and a half ahead, what was said this moment is not held against the relay', async () => {
    ahead = 90_000
    hear(liuhe.corpid, deskTokens.liuhe)
    await until(() => hearing.reliable)
    shift += 10 * 60_000
    hearing.fetched({ events: wecomsMessage(1), byNews: false })
    expect(hearing.reliable).toBe(true)
  })
})
