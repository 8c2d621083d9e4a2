import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Outgoing, OutMedia, SendResult } from '../../src/channels/channel.ts'
import { Sending } from '../../src/channels/wecom/sending.ts'
import { connections as en } from '../../src/console/i18n/en/connections.ts'
import { connections as zh } from '../../src/console/i18n/zh/connections.ts'
import type { Station } from '../emulators/wecom/acts/station.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { pass, type WecomDesk, wecomDesk } from '../support/wecom-desk.ts'

const send = '/cgi-bin/kf/send_msg'
const upload = '/cgi-bin/media/upload'
const hour = 3_600_000
const MiB = 1024 * 1024

let wecom: Emulator
let station: Station
let desk: WecomDesk
let sending: Sending
let seq = 0

const kfid = () => station.accounts[0]!.openKfid
const resident = (n = 0) => station.customers[n]!
const writes = (n = 0) =>
  wecom.control.customerWrites({ account: kfid(), customer: resident(n), text: '在吗' })
const sent = async (n = 0) =>
  (await wecom.control.sent({ account: kfid() })).filter((one) => one.customer === resident(n))
const callsOf = async (path: string) => (await wecom.control.calls({ path })).length

function message(changes: Partial<Outgoing> = {}): Outgoing {
  seq += 1
  return {
    seq,
    id: `dd-test-${seq}`,
    again: false,
    account: 'hu-hu-tong',
    contact: 'contact-1',
    contactExternal: resident(),
    conversation: resident(),
    text: '您好，民警马上联系您',
    media: null,
    menu: null,
    ...changes,
  }
}
const file = (kind: OutMedia['kind'], type: string, bytes: Buffer, name = 'a'): OutMedia => ({
  kind,
  type,
  name,
  bytes: bytes.length,
  read: async () => bytes,
})
const picture = (bytes = 5_000) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(bytes)])
const jpeg = (bytes = picture()) => file('image', 'image/jpeg', bytes, '现场.jpg')

/** And what is told the officer has words. */
async function refusedAs(outgoing: Outgoing): Promise<Extract<SendResult, { sent: false }>> {
  const result = await sending.send(outgoing)
  if (result.sent) throw new Error('it was sent')
  for (const { delivery, errors } of [zh, en]) {
    expect({ ...errors, ...delivery }[result.reason as never], result.reason).toBeTruthy()
  }
  return result
}

beforeAll(async () => {
  wecom = await startEmulator()
})
afterAll(() => wecom.stop())
beforeEach(async () => {
  station = await wecom.control.station({ accounts: 1, customers: 6, servicers: 1 })
  desk = wecomDesk(wecom.url, station)
  const openKfidOf = (account: string) => (account === 'hu-hu-tong' ? kfid() : null)
  sending = new Sending({
    api: desk.api,
    clock: desk.clock,
    log: (line) => desk.logged.push(line),
    openKfidOf,
  })
  await wecom.control.clearLedgers()
})
afterEach(async () => {
  await wecom.control.clearFaults()
  await desk.api.close()
})

describe('an answer to a resident', () => {
  it('arrives as it was written, under its own number', async () => {
    await writes()
    const text = '第一行\n第二行 😀 {"a":1} <b>'
    const outgoing = message({ text })
    expect(await sending.send(outgoing)).toEqual({ sent: true })
    expect(await sent()).toMatchObject([{ msgid: outgoing.id, msgtype: 'text', content: { content: text } }])
  })

  it('of an account that is bound to none goes nowhere', async () => {
    expect(await refusedAs(message({ account: 'another' }))).toMatchObject({
      retry: 'never',
      reason: 'notBound',
    })
    expect(await callsOf(send)).toBe(0)
  })

  it('is refused before the call where WeCom would cut it or refuse it', async () => {
    await writes()
    const most = '汉'.repeat(682)
    expect(await sending.send(message({ text: `${most}ab` }))).toEqual({ sent: true })
    const menu = (count: number, text = '是', head = '请选择') => ({
      head,
      choices: Array.from({ length: count }, (_, n) => ({ id: `c${n}`, text })),
      tail: '',
    })
    const cases: [Partial<Outgoing>, string][] = [
      [{ text: `${most}abc` }, 'tooLong'],
      [{ text: ' \n ' }, 'empty'],
      [{ media: jpeg(Buffer.alloc(5)) }, 'mediaEmpty'],
      [{ media: jpeg(Buffer.alloc(10 * MiB + 1)) }, 'mediaTooBig'],
      [{ media: file('voice', 'audio/amr', Buffer.alloc(2 * MiB + 1)) }, 'mediaTooBig'],
      [{ media: file('file', 'application/zip', Buffer.alloc(20 * MiB + 1)) }, 'mediaTooBig'],
      [{ media: file('image', 'image/gif', Buffer.alloc(900)) }, 'mediaType'],
      [{ media: file('voice', 'audio/mpeg', Buffer.alloc(900)) }, 'mediaType'],
      [{ media: file('video', 'video/quicktime', Buffer.alloc(900)) }, 'mediaType'],
      [{ menu: menu(0) }, 'menuTooLong'],
      [{ menu: menu(11) }, 'menuTooLong'],
      [{ menu: menu(2, '汉'.repeat(43)) }, 'menuTooLong'],
      [{ menu: menu(2, '') }, 'menuTooLong'],
      [{ menu: menu(2, '是', '汉'.repeat(342)) }, 'menuTooLong'],
    ]
    await wecom.control.clearLedgers()
    for (const [changes, reason] of cases) {
      expect(await refusedAs(message(changes))).toMatchObject({ retry: 'never', reason })
    }
    expect((await wecom.control.counts()).total).toBe(0)
  })

  it('with a number WeCom cannot know is never taken for one that arrived before', async () => {
    await writes()
    for (const id of ['', 'with a space', 'x'.repeat(33)]) {
      expect(await refusedAs(message({ id, again: true }))).toMatchObject({ retry: 'never', reason: '40058' })
    }
    expect(await sent()).toEqual([])
  })

  it('with choices can be pressed by the resident', async () => {
    await writes()
    const menu = { head: '还需要什么？', choices: [{ id: 'm-1', text: '请回电' }], tail: '' }
    expect(await sending.send(message({ menu, text: '' }))).toEqual({ sent: true })
    await wecom.control.customerClicks({ account: kfid(), customer: resident(), id: 'm-1' })
    const [last] = (await wecom.control.arrivals({ account: kfid(), customer: resident() })).slice(-1)
    expect(last?.msgtype).toBe('text')
  })
})

describe('an answer of which nobody knows whether it arrived', () => {
  it('is tried again under the same number and arrives once', async () => {
    await writes()
    const outgoing = message()
    await desk.api.accounts()
    await wecom.control.failNext({ path: send, effect: { kind: 'reset', done: true } })
    expect(await refusedAs(outgoing)).toEqual({
      sent: false,
      retry: 'later',
      reason: 'unreachable',
      unsure: true,
    })
    expect(await sending.send({ ...outgoing, again: true })).toEqual({ sent: true })
    expect(await sent()).toMatchObject([{ msgid: outgoing.id, asked: 2 }])
    expect(desk.logged.join('\n')).toContain(`${outgoing.id} was taken before`)
  })

  it('and did not, arrives with the next try', async () => {
    await writes()
    for (const effect of [
      { kind: 'reset' },
      { kind: 'http', status: 503 },
      { kind: 'garbage' },
      { kind: 'truncated' },
      { kind: 'error', errcode: -1 },
    ]) {
      await wecom.control.failNext({ path: send, effect: effect as never })
      const outgoing = message({ contactExternal: resident(1) })
      await writes(1)
      expect(await refusedAs(outgoing)).toMatchObject({ retry: 'later' })
      expect(await sending.send({ ...outgoing, again: true })).toEqual({ sent: true })
    }
    expect(await sent(1)).toHaveLength(5)
  })

  it('is not taken for sent where the number was never given out before', async () => {
    await writes()
    const outgoing = message()
    await sending.send(outgoing)
    expect(await refusedAs({ ...outgoing, again: false })).toMatchObject({ retry: 'never', reason: '40058' })
  })
})

describe('a refusal of WeCom', () => {
  it('tells that the five are used up, and that the resident must write again', async () => {
    await writes()
    for (let n = 0; n < 5; n++) expect(await sending.send(message())).toEqual({ sent: true })
    expect(await refusedAs(message())).toMatchObject({
      retry: 'never',
      reason: 'windowSpent',
      learnt: 'windowSpent',
    })
    await writes()
    expect(await sending.send(message())).toEqual({ sent: true })
  })

  it('tells that the 48 hours are over', async () => {
    await writes()
    await pass(desk, wecom, 49 * hour)
    expect(await refusedAs(message())).toMatchObject({
      retry: 'never',
      reason: 'windowExpired',
      learnt: 'windowExpired',
    })
  })

  it('tells who serves the resident instead: a colleague, the queue, or nobody any more', async () => {
    const servicer = station.servicers[0]!
    const states = [
      [0, { state: 3, servicer }, { reason: 'elsewhere', learnt: 'elsewhere' }],
      [1, { state: 2 }, { reason: 'waiting', learnt: 'elsewhere' }],
      [2, { state: 4 }, { reason: 'ended' }],
    ] as const
    for (const [n, session, expected] of states) {
      await writes(n)
      await wecom.control.setSession({ account: kfid(), customer: resident(n), ...session })
      const result = await refusedAs(message({ contactExternal: resident(n) }))
      expect(result).toEqual({ sent: false, retry: 'never', ...expected })
      expect(await wecom.control.session({ account: kfid(), customer: resident(n) })).toMatchObject({
        state: session.state,
      })
    }
  })

  it('is looked at again where the resident wrote in between', async () => {
    await writes()
    await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode: 95013 } })
    const outgoing = message()
    expect(await refusedAs(outgoing)).toMatchObject({ retry: 'later', after: 1_000 })
    expect(await sending.send({ ...outgoing, again: true })).toEqual({ sent: true })
  })

  it('of the state alone, where nobody else serves them, means that their 48 hours are over', async () => {
    await writes()
    await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode: 95018 } })
    expect(await refusedAs(message())).toMatchObject({ retry: 'never', learnt: 'windowExpired' })
  })

  it('whose reason cannot be asked for now is asked for later', async () => {
    await writes()
    await wecom.control.setSession({ account: kfid(), customer: resident(), state: 2 })
    await wecom.control.failNext({ path: '/cgi-bin/kf/service_state/get', effect: { kind: 'reset' } })
    expect(await refusedAs(message())).toMatchObject({ retry: 'later', reason: 'unreachable' })
  })

  it('keeps the answer while an admin sees to secret, address or switches', async () => {
    await writes()
    const kept = { retry: 'later', reason: 'connection', after: 60_000 }
    await wecom.control.switchApp({ corpid: station.corpid, allowedIps: ['198.51.100.4'] })
    expect(await refusedAs(message())).toMatchObject(kept)
    await wecom.control.switchApp({ corpid: station.corpid, allowedIps: null, apiSwitch: false })
    expect(await refusedAs(message())).toMatchObject(kept)
    await wecom.control.switchApp({ corpid: station.corpid, apiSwitch: true })
    await wecom.control.changeSecret({ corpid: station.corpid })
    expect(await refusedAs(message())).toMatchObject(kept)
  })

  it('of one who asks too often waits the minute', async () => {
    await writes()
    await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode: 45009 } })
    expect(await refusedAs(message())).toMatchObject({ retry: 'later', after: 60_000 })
  })

  it('without a word of its own for the officer has the word of its code', async () => {
    await writes()
    for (const errcode of [40201, 95004, 40096]) {
      await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode } })
      expect(await refusedAs(message())).toMatchObject({ retry: 'never', reason: String(errcode) })
    }
  })
})

describe('a file', () => {
  it('arrives as the picture it is', async () => {
    await writes()
    const bytes = picture(700_000)
    expect(await sending.send(message({ media: jpeg(bytes) }))).toEqual({ sent: true })
    const [one] = await sent()
    expect(one).toMatchObject({ msgtype: 'image' })
    const got = await desk.api.downloadMedia((one!.content as { media_id: string }).media_id, MiB)
    expect(got.file.equals(bytes)).toBe(true)
    expect(got.type).toBe('image/jpeg')
  })

  it('for several residents at once is uploaded once, and again only after its days are over', async () => {
    const media = jpeg()
    const all = [0, 1, 2, 3, 4, 5]
    await Promise.all(all.map(writes))
    const results = await Promise.all(
      all.map((n) => sending.send(message({ contactExternal: resident(n), media }))),
    )
    expect(results.every((one) => one.sent)).toBe(true)
    expect(await callsOf(upload)).toBe(1)
    await pass(desk, wecom, 60 * hour)
    await writes()
    expect(await sending.send(message({ media }))).toEqual({ sent: true })
    expect(await callsOf(upload)).toBe(1)
    await pass(desk, wecom, 11 * hour)
    expect(await sending.send(message({ media }))).toEqual({ sent: true })
    expect(await callsOf(upload)).toBe(2)
  })

  it('that WeCom lost before its time is uploaded anew, once', async () => {
    await writes()
    const media = jpeg()
    await sending.send(message({ media }))
    await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode: 40007 } })
    expect(await sending.send(message({ media }))).toEqual({ sent: true })
    expect(await callsOf(upload)).toBe(2)

    await wecom.control.clearLedgers()
    await wecom.control.failNext({ path: send, effect: { kind: 'error', errcode: 40007 }, times: 5 })
    expect(await refusedAs(message({ media }))).toMatchObject({ retry: 'never', reason: 'mediaGone' })
    expect([await callsOf(upload), await callsOf(send)]).toEqual([1, 2])
    expect(await refusedAs(message({ media: jpeg() }))).toMatchObject({ reason: 'mediaGone' })
    expect([await callsOf(upload), await callsOf(send)]).toEqual([2, 3])
  })

  it('whose upload failed is uploaded with the next try', async () => {
    await writes()
    const media = jpeg()
    const outgoing = message({ media })
    await wecom.control.failNext({ path: upload, effect: { kind: 'reset' } })
    expect(await refusedAs(outgoing)).toMatchObject({ retry: 'later' })
    expect(await sending.send({ ...outgoing, again: true })).toEqual({ sent: true })
  })

  it('that WeCom does not take, or that is no longer on the desk, is told for good', async () => {
    await writes()
    const noVideo = file('video', 'video/mp4', randomBytes(2_000))
    expect(await refusedAs(message({ media: noVideo }))).toMatchObject({ retry: 'never', reason: '40004' })
    const read = () => Promise.reject(new Error('ENOENT'))
    expect(await refusedAs(message({ media: { ...jpeg(), read } }))).toMatchObject({
      retry: 'never',
      reason: 'mediaMissing',
    })
  })
})

describe('a file under another name', () => {
  it('reaches each resident under the name it was sent with, not under the one another resident’s had', async () => {
    await writes(0)
    await writes(1)
    const bytes = randomBytes(2_000)
    const named = (name: string) => file('file', 'application/pdf', bytes, name)
    await sending.send(message({ media: named('张三-报警回执.pdf') }))
    await sending.send(message({ contactExternal: resident(1), media: named('李四-报警回执.pdf') }))
    const [one] = await sent(1)
    const mediaId = (one!.content as { media_id: string }).media_id
    const got = await desk.api.downloadMedia(mediaId, 1 * MiB)
    expect(got.name).toBe('李四-报警回执.pdf')
  })
})
