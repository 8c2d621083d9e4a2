import { describe, expect, onTestFinished, test } from 'vitest'
import type { AccountHealth } from '../../src/channels/wecom/desk.ts'
import { realWecom } from '../../src/desk/connections/wecom.ts'
import { startEmulator } from '../emulators/wecom/client.ts'
import { anomalies } from '../support/audit.ts'
import { at, until } from '../support/console.ts'
import { entriesOf, hour, iso, minute, monday, screensFollowLedger, testStation } from '../support/station.ts'
import { kf, wecomVillage } from '../support/wecom-village.ts'

/** A station PC whose clock is not WeCom's. `ahead` in ms. */
const wrong = (ahead: number): AccountHealth => ({
  fault: {
    what: ahead > 0 ? 'clockAhead' : 'clockBehind',
    code: null,
    seconds: Math.abs(ahead) / 1_000,
  },
  by: 'asking',
  lateBy: 8,
  askedAt: null,
  clockAhead: ahead,
})
const right: AccountHealth = { ...wrong(0), fault: null }

async function village() {
  const self = await wecomVillage()
  const { station } = self.desk
  const get = async (thread: string) => self.zhang.call('thread.get', { thread })
  return {
    ...self,
    get zhang() {
      return self.zhang
    },
    /** WeCom has told how far this machine's clock is ahead of its own. */
    told: (health: AccountHealth) => station.linking.listener.health(kf, health),
    window: async (thread: string) => (await get(thread)).window,
    answers: async (thread: string, text: string) =>
      self.zhang.call('thread.answer', { thread, text, seen: (await get(thread)).lastSeq }),
    refused: async (thread: string) =>
      self.zhang.refused('thread.answer', { thread, text: '马上到', seen: (await get(thread)).lastSeq }),
  }
}

describe('the reply window of a machine two days ahead', () => {
  test('is open as long as WeCom’s is, and the answer leaves', async () => {
    const here = await village()
    const thread = here.hears('在吗', { at: monday - 49 * hour })
    expect((await here.window(thread))?.state).toBe('expired')
    expect(await here.refused(thread)).toMatchObject({ code: 'window_closed' })
    here.told(wrong(48 * hour))
    expect(await here.window(thread)).toEqual({
      ...{ state: 'open', left: 5, of: 5 },
      until: iso(monday - 49 * hour + 48 * hour + 48 * hour),
    })
    await here.answers(thread, '马上到')
    await here.settled()
    expect(here.sent.map(({ text }) => text)).toEqual(['马上到'])
    // What the ledger says of the time is this machine's word for it; WeCom's stands beside it.
    expect(entriesOf(here.desk.station, 'message.accepted')).toMatchObject([
      { at: iso(monday), data: { channelAt: iso(monday - 48 * hour) } },
    ])
    expect(entriesOf(here.desk.station, 'message.sent')).toMatchObject([{ at: iso(monday) }])
  })
  test('gives all five again when the resident writes after an answer', async () => {
    const here = await village()
    here.told(wrong(48 * hour))
    const thread = here.hears('在吗', { at: monday - 49 * hour })
    for (const n of [1, 2]) await here.answers(thread, `第${n}条`)
    await here.settled()
    here.hears('好', { at: monday - 48 * hour + minute })
    expect(await here.window(thread)).toMatchObject({ state: 'open', left: 5 })
    expect(screensFollowLedger(here.desk.station)).toBe(true)
  })
  test('is judged by what stands on record, until WeCom has told again after a restart', async () => {
    const here = await village()
    const thread = here.hears('在吗', { at: monday - 49 * hour })
    here.told(wrong(48 * hour))
    await here.desk.pass(minute)
    await here.desk.restart()
    const zhang = await at(here.desk, 'zhang')
    const shown = async () => (await zhang.call('thread.get', { thread })).window?.state
    expect(await shown()).toBe('open')
    here.desk.station.linking.listener.health(kf, right)
    expect(await shown()).toBe('expired')
  })
})

test('a machine behind shuts a window when WeCom does', async () => {
  const here = await village()
  const thread = here.hears('在吗', { at: monday })
  here.told(wrong(-48 * hour))
  expect((await here.window(thread))?.state).toBe('expired')
  here.told(wrong(-47 * hour))
  expect(await here.window(thread)).toMatchObject({ state: 'open', until: iso(monday + hour) })
})

describe('a clock that is wrong', () => {
  test('is a fault of the account while it lasts: on every screen, on record, on the handoff sheet, and its end', async () => {
    const here = await village()
    const health = async () =>
      (await here.zhang.call('accounts.list', {})).find(({ id }) => id === kf)?.health
    here.told(wrong(48 * hour))
    expect(await health()).toMatchObject({ state: 'fault', reason: 'clockAhead', seconds: 48 * 3600 })
    await here.desk.pass(minute)
    expect(entriesOf(here.desk.station, 'account.faulted')).toMatchObject([
      { subject: kf, at: iso(monday + minute), data: { what: 'clockAhead', code: null, seconds: 48 * 3600 } },
    ])
    const { handoff } = await here.zhang.call('handoff.start', { post: null })
    const { items } = await here.zhang.call('handoff.get', { handoff })
    expect(items.find(({ id }) => id === `account:${kf}`)?.trouble?.fault).toEqual({
      ...{ what: 'clockAhead', code: null, seconds: 48 * 3600 },
      since: iso(monday),
    })
    // Another difference is another fault, once it lasts.
    here.told(wrong(hour))
    await here.desk.pass(minute)
    expect(entriesOf(here.desk.station, 'account.faulted')).toMatchObject([{}, { data: { seconds: 3600 } }])
    here.told(right)
    await here.desk.pass(1_000)
    expect(entriesOf(here.desk.station, 'account.recovered')).toMatchObject([
      { data: { what: 'clockAhead', seconds: 3600 } },
    ])
    expect(await health()).toMatchObject({ state: 'ok', reason: null })
    expect(await health()).not.toHaveProperty('seconds')
    // Nothing was left unheard meanwhile: that is no break in the service.
    expect(await anomalies(await at(here.desk, 'ducha'), 'coverageBreak')).toEqual([])
    expect(screensFollowLedger(here.desk.station)).toBe(true)
  })
})

test('a desk two days ahead of WeCom hears a resident, answers, and says that its clock is wrong', {
  timeout: 30_000,
}, async () => {
  const wecom = await startEmulator({ seed: 31 })
  onTestFinished(() => wecom.stop())
  const { corpid, secret, accounts, customers } = await wecom.control.station({ accounts: 1, customers: 1 })
  const [customer] = customers as [string]
  const { openKfid } = accounts[0]!
  const desk = await testStation({ wecom: realWecom, clock: () => Date.now() + 48 * hour })
  const admin = await at(desk, 'guanli')
  const { id } = await admin.call('connection.add', {
    ...{ name: '县局', corpid, secret, apiBase: wecom.url },
    ...{ ca: null, proxy: null, relay: null },
  })
  await admin.call('connection.bind', { connection: id, openKfid, name: '柳河客服' })
  await wecom.control.customerWrites({ account: openKfid, customer, text: '在吗' })
  const heard = () => entriesOf(desk.station, 'message.received')[0]?.subject
  await until(() => heard() !== undefined, 10_000)
  const thread = heard()!
  const zhang = await at(desk, 'zhang')
  const { window, lastSeq } = await zhang.call('thread.get', { thread })
  expect(window).toMatchObject({ state: 'open', left: 5 })
  await zhang.call('thread.answer', { thread, text: '在的', seen: lastSeq })
  await until(() => entriesOf(desk.station, 'message.accepted').length > 0, 10_000)
  expect(await wecom.control.sent({ customer })).toHaveLength(1)
  const [connection] = await admin.call('connections.list', {})
  expect(connection!.clockWrongBy).toBe(48 * 3600)
})
