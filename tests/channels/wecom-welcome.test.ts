import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Welcoming } from '../../src/channels/wecom/welcoming.ts'
import { welcome as en } from '../../src/console/i18n/en/welcome.ts'
import { welcome as zh } from '../../src/console/i18n/zh/welcome.ts'
import { realWecom } from '../../src/desk/connections/wecom.ts'
import type { Station } from '../emulators/wecom/acts/station.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { at } from '../support/console.ts'
import { entriesOf, testStation } from '../support/station.ts'
import { pass, type WecomDesk, wecomDesk } from '../support/wecom-desk.ts'

/** The words for a resident who opens a conversation, on their way to WeCom. */

const path = '/cgi-bin/kf/send_msg_on_event'
const second = 1_000

let wecom: Emulator
beforeAll(async () => {
  wecom = await startEmulator({ seed: 23 })
})
afterAll(() => wecom.stop())
afterEach(() => wecom.control.clearFaults())

describe('words on their way to a resident', () => {
  let station: Station
  let desk: WecomDesk
  let welcoming: Welcoming
  let closed = 0
  let entered = 0

  beforeEach(async () => {
    station = await wecom.control.station({ accounts: 1, customers: 9, servicers: 1 })
    desk = wecomDesk(wecom.url, station)
    closed = 0
    entered = 0
    welcoming = new Welcoming({
      api: desk.api,
      clock: desk.clock,
      log: (line) => desk.logged.push(line),
      closedUntil: () => closed,
    })
    await wecom.control.clearLedgers()
    return () => desk.api.close()
  })

  const account = () => station.accounts[0]!.openKfid
  const calls = async () => (await wecom.control.calls({ path })).length
  const shown = () => wecom.control.sent({ account: account() })
  /** The next resident comes in; answers the words for them. */
  async function comes(text = '您好，现在没有民警值班') {
    const customer = station.customers[entered++]!
    const { welcomeCode } = await wecom.control.customerEnters({ account: account(), customer })
    return { code: welcomeCode!, id: `dd-welcome-${entered}`, text, until: desk.clock.now() + 20 * second }
  }
  /** And why it was not said has words in both languages. */
  async function unsaid(words: Parameters<Welcoming['say']>[0]) {
    const told = await welcoming.say(words)
    if (told.sent) throw new Error('it was said')
    for (const { why } of [zh, en]) expect(why[told.why as keyof typeof why], told.why).toBeTruthy()
    return told
  }

  it('arrive as they were written, without a place of the five', async () => {
    const words = await comes('第一行\n急事拨打110 😀')
    expect(await welcoming.say(words)).toEqual({ sent: true })
    expect(await shown()).toMatchObject([
      { msgid: words.id, by: 'event', customer: station.customers[0], content: { content: words.text } },
    ])
    const session = await wecom.control.session({ account: account(), customer: station.customers[0]! })
    expect(session).toMatchObject({ sentInWindow: 0 })
  })

  it('go once: a code that was used or is too old is a clear no', async () => {
    const words = await comes()
    await welcoming.say(words)
    const spent = { sent: false, why: 'spent', code: 41050, unsure: false }
    expect(await unsaid({ ...words, id: 'another' })).toEqual(spent)
    const late = await comes()
    await wecom.control.advance({ ms: 20 * second })
    expect(await unsaid(late)).toEqual(spent)
    expect(await shown()).toHaveLength(1)
  })

  it('are not even tried once the time is over', async () => {
    const words = await comes()
    await pass(desk, wecom, 20 * second)
    expect(await unsaid(words)).toMatchObject({ why: 'late' })
    expect(await calls()).toBe(0)
  })

  it.each([
    ['taken, and the answer lost', { kind: 'reset', done: true }, 'unreachable', 1],
    ['lost before WeCom took them', { kind: 'reset' }, 'unreachable', 0],
    ['answered with what is no answer', { kind: 'garbage', done: true }, 'unreachable', 1],
    ['answered with “busy”', { kind: 'error', errcode: -1 }, 'busy', 0],
  ] as const)('%s: nobody knows, and they are not said again', async (_, effect, why, arrived) => {
    await wecom.control.failNext({ path, effect })
    expect(await unsaid(await comes())).toMatchObject({ why, unsure: true })
    expect([await calls(), (await shown()).length]).toEqual([1, arrived])
  })

  it('refused by WeCom are told with its code', async () => {
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: 48002 } })
    expect(await unsaid(await comes())).toMatchObject({ code: 48002, unsure: false })
  })

  it('with a token that ran out they go with another, which is no second time', async () => {
    await desk.api.knock()
    await wecom.control.failNext({ path, effect: { kind: 'tokenExpired' } })
    expect(await welcoming.say(await comes())).toEqual({ sent: true })
    expect(await shown()).toHaveLength(1)
  })

  it('give way: after a limit was hit nothing is said for a minute, nor while WeCom is asked nothing', async () => {
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: 45009 } })
    expect(await unsaid(await comes())).toMatchObject({ why: 'tooFrequent', code: 45009 })
    expect(await unsaid(await comes())).toMatchObject({ why: 'tooFrequent', code: null })
    expect(await calls()).toBe(1)
    await pass(desk, wecom, 60 * second)
    expect(await welcoming.say(await comes())).toEqual({ sent: true })
    welcoming.giveWay()
    expect(await unsaid(await comes())).toMatchObject({ why: 'tooFrequent' })
    await pass(desk, wecom, 60 * second)
    closed = desk.clock.now() + second
    expect(await unsaid(await comes())).toMatchObject({ why: 'connection' })
    expect(await calls()).toBe(2)
  })

  it('leave most of the calls at the same time to answers', async () => {
    await wecom.control.addFault({ path, effect: { kind: 'latency', ms: 300 } })
    const all = [await comes(), await comes(), await comes(), await comes()].map((words) =>
      welcoming.say(words),
    )
    let inFlight = 0
    await Promise.race(all)
    inFlight = await calls()
    expect(inFlight).toBeLessThanOrEqual(3)
    expect(await Promise.all(all)).toEqual(Array(4).fill({ sent: true }))
  })
})

it('the whole way: a resident comes in at WeCom, and sees the words that an admin saved', async () => {
  const { corpid, secret, accounts, customers } = await wecom.control.station({ customers: 1 })
  await wecom.control.setClock({ at: Date.now(), rate: 1 })
  const desk = await testStation({ wecom: realWecom, clock: () => Date.now() })
  const admin = await at(desk, 'guanli')
  const settings = { name: '县局企业微信', corpid, apiBase: wecom.url, ca: null, proxy: null, relay: null }
  const { id } = await admin.call('connection.add', { ...settings, secret })
  const switched = (enabled: boolean) =>
    admin.call('connection.change', { ...settings, connection: id, enabled })
  // Switched off until the resident has come in, so that nobody has to wait for the next question.
  await switched(false)
  const { openKfid } = accounts[0]!
  const { account } = await admin.call('connection.bind', { connection: id, openKfid, name: '柳河客服' })
  await admin.call('welcome.change', { account, enabled: true, onShift: '民警在岗', offShift: '' })
  onTestFinished(() => wecom.control.clearLedgers())
  await wecom.control.clearLedgers()
  const customer = customers[0]!
  const { welcomeCode } = await wecom.control.customerEnters({ account: openKfid, customer })
  await switched(true)
  const shown = () => wecom.control.sent({ account: openKfid })
  await expect
    .poll(shown, { timeout: 10_000 })
    .toMatchObject([{ customer, by: 'event', msgtype: 'text', content: { content: '民警在岗' } }])
  const types = () =>
    entriesOf(desk.station, 'contact.welcomeQueued', 'contact.welcomed', 'contact.welcomeFailed').map(
      ({ type }) => type,
    )
  await expect.poll(types).toEqual(['contact.welcomeQueued', 'contact.welcomed'])
  expect(desk.logged.join() + JSON.stringify(entriesOf(desk.station))).not.toContain(welcomeCode)
})
