import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type News, news } from '../../src/channels/wecom/relay-wire.ts'
import { type Moment, readNotification, readVerification } from '../../src/hosts/relay/callback.ts'
import { readXml } from '../../src/hosts/relay/callback-xml.ts'
import { aesKeyOf } from '../../src/hosts/relay/crypto.ts'
import { verification } from '../support/callbacks.ts'
import {
  bytesOf,
  damaged,
  fresh,
  mutated,
  type Right,
  right,
  type Sent,
  strangeInside,
  wrong,
} from '../support/made-up-callbacks.ts'
import { seeded } from '../support/random.ts'
import { bareDesk, deskTokens, liuhe, minute, pathOf, soon, start, testRelay } from '../support/relay.ts'

/**
 * Everything that can come in from outside, made up. Whatever it is: no crash, no hang, the right status, and nobody is
 * told of anything that was not signed, enciphered and meant for this corp.
 */

const keys = { token: liuhe.token, aesKey: aesKeyOf(liuhe.aesKey), receiver: liuhe.corpid }
const moment: Moment = { now: start, window: 10 * minute }

/** An input that takes this long (ms) is a way to stop the relay. */
const tooLong = 500

test('50,000 callbacks: what is right is told, and nothing else is', { timeout: 120_000 }, () => {
  const random = seeded(20_261_123)
  const rights = new Map<string, Right>()
  const seen = { told: 0, acknowledged: 0, refused: 0 }
  let slowest = 0
  for (let round = 0; round < 50_000; round += 1) {
    const kind = random.below(10)
    const sent =
      kind < 3 ? right(random) : kind < 5 ? damaged(random) : kind < 7 ? strangeInside(random) : wrong(random)
    const before = performance.now()
    const read = readNotification(keys, new URLSearchParams(sent.query), sent.body, moment)
    slowest = Math.max(slowest, performance.now() - before)
    if ('why' in read) {
      if (kind < 3 || (kind >= 5 && kind < 7 && !isUtf8Trouble(read.why))) {
        throw new Error(`a right one was refused: ${read.why}: ${sent.query}`)
      }
      if (read.status !== 400 && read.status !== 403) throw new Error(`answered with ${read.status}`)
      seen.refused += 1
      continue
    }
    if (kind >= 7) throw new Error(`taken for genuine: ${sent.query} ${sent.body}`)
    if (read.news === null) seen.acknowledged += 1
    else {
      seen.told += 1
      if (!isDeepStrictEqual(news.parse(read.news), read.news) || read.news.corpid !== liuhe.corpid) {
        throw new Error(`not fit for a desk: ${JSON.stringify(read.news)}`)
      }
    }
    if (kind < 3) {
      const { told } = sent as Right
      rights.set(read.signature, sent as Right)
      // vitest's own comparing would take longer than all the rest.
      const asMeant = told === null ? null : { ...read.news, ...told }
      if (!isDeepStrictEqual(read.news, asMeant)) throw new Error(`told otherwise: ${JSON.stringify(told)}`)
    }
  }
  expect(rights.size).toBeGreaterThan(14_000)
  expect(seen.refused).toBeGreaterThan(20_000)
  expect(slowest).toBeLessThan(tooLong)
})

/** Plaintext of no proper UTF-8 is refused though it was signed. */
const isUtf8Trouble = (why: string) => why.includes('deciphered')

test('what was damaged is told as it was meant, or not at all', () => {
  const random = seeded(7)
  let stillRight = 0
  for (let round = 0; round < 5_000; round += 1) {
    const original = right(random)
    const body = mutated(random, original.body)
    const read = readNotification(keys, new URLSearchParams(original.query), body, moment)
    if ('why' in read) continue
    // Only what is around the enciphered part has changed.
    stillRight += 1
    if (original.told === null) expect(read.news).toBeNull()
    else expect(read.news).toMatchObject(original.told)
  }
  expect(stillRight).toBeGreaterThan(50)
})

test('20,000 addresses to verify: nothing is said back that was not enciphered for it', () => {
  const random = seeded(11)
  for (let round = 0; round < 20_000; round += 1) {
    const plaintext = fresh('echo')
    const good = verification(liuhe, plaintext, start)
    const whole = random.below(4) === 0
    const query = whole ? good : mutated(random, Buffer.from(good)).toString('latin1')
    const read = readVerification(keys, new URLSearchParams(query), moment)
    if ('plaintext' in read ? read.plaintext !== plaintext : whole || ![400, 403].includes(read.status)) {
      throw new Error(`wrong answer to ${query}`)
    }
  }
})

test('the reader of XML returns for any text, soon', () => {
  const random = seeded(13)
  const pieces = [
    '<',
    '>',
    '<xml>',
    '</xml>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '?>',
    '&',
    ';',
    '&lt;',
  ]
  const more = [
    '<!DOCTYPE',
    '[',
    ']',
    '"',
    "'",
    '=',
    ' ',
    'a',
    '报',
    '\u0000',
    '\ud83d\ude00',
    '\ufffe',
    '/',
    '\r\n',
  ]
  for (let round = 0; round < 20_000; round += 1) {
    const length = random.below(40)
    const text = Array.from({ length }, () => random.one([...pieces, ...more])).join('')
    const read = readXml(text)
    if (read !== null)
      expect([...read.values()].flat().every((value) => typeof value === 'string')).toBe(true)
  }
  for (const text of [
    '<a'.repeat(32_000),
    '<a>'.repeat(21_000),
    `<a ${'b="" '.repeat(10_000)}/>`,
    `<a ${Array.from({ length: 7_000 }, (_, n) => `b${n}=""`).join(' ')}/>`,
    `<a>${'&lt;'.repeat(16_000)}</a>`,
    `<a><b>${']]'.repeat(30_000)}</b></a>`,
    `<a><![CDATA[${']'.repeat(60_000)}`,
    `<!--${'-'.repeat(60_000)}`,
    `<!DOCTYPE ${'['.repeat(60_000)}`,
    `<a>${'<b/>'.repeat(3_900)}</a>`,
    `<${'x'.repeat(64_000)}>`,
  ]) {
    const before = performance.now()
    readXml(text)
    expect(performance.now() - before, text.slice(0, 20)).toBeLessThan(tooLong)
  }
})

test.each([
  ['a document type', '<!DOCTYPE xml><xml><a>1</a></xml>'],
  ['an instruction to another program', '<?php x ?><xml><a>1</a></xml>'],
  ['nine levels', `${'<a>'.repeat(9)}${'</a>'.repeat(9)}`],
  ['four thousand elements', `<xml>${'<a/>'.repeat(4_000)}</xml>`],
  ['two roots', '<xml/><xml/>'],
  ['no end', '<xml><a>1</a>'],
  ['no root', 'text'],
])('XML with %s is not read at all', (_, text) => {
  expect(readXml(text)).toBeNull()
})

test('XML as WeCom and others write it is read: declaration, spaces, nesting, repeated and empty elements', () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
    <xml> <A>1</A><A><![CDATA[<2>]]>&amp;</A><B/><C><A>inside</A>x</C> </xml>`
  expect([...(readXml(text) ?? [])]).toEqual([
    ['A', ['1', '<2>&']],
    ['B', ['']],
    ['C', ['x']],
  ])
})

describe('over HTTP', () => {
  test('4,000 requests and bare bytes: the right status each, and the desk hears what is genuine, once', {
    timeout: 120_000,
  }, async () => {
    const relay = await testRelay()
    const desk = await bareDesk(relay.url, deskTokens.liuhe)
    const random = seeded(17)
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const expected: Partial<News>[] = []
    const post = (sent: Sent) =>
      new Promise<number>((resolve, reject) => {
        const asked = request(
          {
            port: relay.port,
            host: '127.0.0.1',
            method: 'POST',
            path: `${pathOf(liuhe)}?${safe(sent.query)}`,
            agent,
          },
          (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
        )
        asked.on('error', reject)
        asked.end(sent.body)
      })
    const work: (() => Promise<void>)[] = []
    for (let round = 0; round < 4_000; round += 1) {
      const kind = random.below(10)
      if (kind < 3) {
        const sent = right(random)
        if (sent.told) expected.push(sent.told)
        const times = 1 + random.below(3)
        work.push(async () => {
          for (let time = 0; time < times; time += 1) expect(await post(sent)).toBe(200)
        })
      } else if (kind < 9) {
        const sent = wrong(random)
        const wanted = sent.body.length > 64 * 1024 ? [413] : [400, 403]
        work.push(async () => expect(wanted).toContain(await post(sent)))
      } else work.push(() => bytes(relay.port, bytesOf(random, random.below(500))))
    }
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let job = work.pop(); job; job = work.pop()) await job()
      }),
    )
    agent.destroy()
    await soon(() => expect(desk.news).toHaveLength(expected.length))
    const byText = (told: Partial<News>) => JSON.stringify(told)
    const heard = desk.news.map((told) => nameOf(told)).sort()
    expect(heard).toEqual(expected.map(nameOf).sort())
    expect(new Set(expected.map(byText)).size).toBe(expected.length)
    expect(relay.logged.filter((line) => line.includes('could not be handled'))).toEqual([])
    expect((await relay.ask('/health')).status).toBe(200)
  })
})

/** What identifies it: every one of these tests has ids of its own. */
function nameOf(told: Partial<News>): string {
  const { kind } = told
  if (kind === 'messages') return `messages ${told.account} ${told.token}`
  if (kind === 'accounts') return `accounts ${told.added}`
  return `${kind} ${JSON.stringify((told as { ids?: object }).ids)}`
}

/** Node itself refuses to send some characters. */
const safe = (query: string) => query.replace(/[^\x21-\x7e]/g, '%00')

function bytes(port: number, what: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(what))
    socket.on('data', () => {})
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })
}
