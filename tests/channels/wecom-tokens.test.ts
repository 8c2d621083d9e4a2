import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import { AccessTokens } from '../../src/channels/wecom/tokens.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { handClock } from '../support/hand-clock.ts'
import { failureOf, pass, type WecomDesk, wecomDesk } from '../support/wecom-desk.ts'

const minute = 60_000
const list = '/cgi-bin/kf/account/list'
const gettoken = '/cgi-bin/gettoken'

describe('the access token', () => {
  let wecom: Emulator
  let app: { corpid: string; secret: string }
  let desk: WecomDesk
  const fetched = async () => (await wecom.control.counts()).gettoken

  beforeAll(async () => {
    wecom = await startEmulator()
  })
  afterAll(() => wecom.stop())
  beforeEach(async () => {
    app = await wecom.control.station({ accounts: 1 })
    desk = wecomDesk(wecom.url, app)
    await wecom.control.clearLedgers()
  })
  afterEach(async () => {
    await wecom.control.clearFaults()
    await desk.api.close()
  })

  it('is fetched once for fifty calls that begin together', async () => {
    const lists = await Promise.all(Array.from({ length: 50 }, () => desk.api.accounts()))
    expect(lists.every((one) => one.length === 1)).toBe(true)
    expect(await fetched()).toBe(1)
  })

  for (const how of ['expired', 'invalid'] as const) {
    it(`that became ${how} before its time is fetched once more for fifty calls, and all of them succeed`, async () => {
      await desk.api.accounts()
      await wecom.control.endTokens({ corpid: app.corpid, how })
      const lists = await Promise.all(Array.from({ length: 50 }, () => desk.api.accounts()))
      expect(lists.every((one) => one.length === 1)).toBe(true)
      expect(await fetched()).toBe(2)
    })
  }

  it('is renewed shortly before it ends, and not earlier', async () => {
    await desk.api.accounts()
    await pass(desk, wecom, 114 * minute)
    await desk.api.accounts()
    expect(await fetched()).toBe(1)
    await pass(desk, wecom, 2 * minute)
    await desk.api.accounts()
    expect(await fetched()).toBe(2)
    const refused = (await wecom.control.calls({ path: list })).filter((call) => call.errcode !== 0)
    expect(refused).toEqual([])
  })

  it('still serves to its end when renewing it fails', async () => {
    await desk.api.accounts()
    await pass(desk, wecom, 116 * minute)
    await wecom.control.failNext({ path: gettoken, effect: { kind: 'reset' } })
    expect(await desk.api.accounts()).toHaveLength(1)
    await pass(desk, wecom, minute)
    expect(await desk.api.accounts()).toHaveLength(1)
    expect(await fetched()).toBe(3)
  })

  it('is not renewed at each call where the same one is handed out with little left of it', async () => {
    const given = { token: 'same-token', seconds: 280 }
    let asked = 0
    const clock = handClock(0)
    const tokens = new AccessTokens(
      async () => {
        asked += 1
        return given
      },
      { clock, log: () => {} },
    )
    for (let call = 0; call < 20; call++) {
      await tokens.get()
      clock.pass(1_000)
    }
    expect(asked).toBe(1)
  })

  it('that is refused again right after it was fetched is told, after exactly one replay', async () => {
    await desk.api.accounts()
    await wecom.control.addFault({ path: list, effect: { kind: 'error', errcode: 40014 } })
    const failure = await failureOf(desk.api.accounts())
    expect(failure).toMatchObject({ errcode: 40014, path: list })
    expect((await wecom.control.calls({ path: list })).length).toBe(1 + 2)
    expect(await fetched()).toBe(2)
  })

  it('is not fetched without end for an app whose tokens are always refused', async () => {
    await wecom.control.addFault({ path: list, effect: { kind: 'error', errcode: 40001 } })
    for (let call = 0; call < 100; call++) await failureOf(desk.api.accounts())
    expect(await fetched()).toBeLessThanOrEqual(61)
    // With the same token there is nothing to try again.
    expect(await wecom.control.calls({ path: list })).toHaveLength(60 * 2 + 40)
    desk.clock.pass(2 * minute)
    await failureOf(desk.api.accounts())
    expect(await fetched()).toBeLessThanOrEqual(62)
  })

  it('dropped by a slow call is not the new one that another call fetched meanwhile', async () => {
    let made = 0
    const fetch = async () => {
      made += 1
      return { token: `token-${made}`, seconds: 7_200 }
    }
    const tokens = new AccessTokens(fetch, { clock: handClock(0), log: () => {} })
    const stale = await tokens.get()
    expect(tokens.drop(stale)).toBe(true)
    const fresh = await tokens.get()
    expect(tokens.drop(stale)).toBe(true)
    expect(await tokens.get()).toBe(fresh)
    expect(made).toBe(2)
  })

  it('with a wrong secret is asked for in growing pauses, whatever is called in between', async () => {
    const wrong = wecomDesk(wecom.url, { ...app, secret: 'not-the-secret-of-it' })
    for (let call = 0; call < 30; call++) {
      expect(await failureOf(wrong.api.accounts())).toMatchObject({ errcode: 40001, path: gettoken })
    }
    expect(await fetched()).toBe(1)
    for (let minutes = 0; minutes < 60; minutes++) {
      wrong.clock.pass(minute)
      await failureOf(wrong.api.accounts())
    }
    const asked = await fetched()
    expect(asked).toBeGreaterThan(3)
    expect(asked).toBeLessThan(9)
    expect(wrong.logged.join('\n')).toContain('gettoken was refused (40001)')
    await wrong.api.close()
  })

  it('of an unknown corp, and of a secret of another corp, is refused as that', async () => {
    const other = await wecom.control.station({})
    const noCorp = wecomDesk(wecom.url, { ...app, corpid: 'wwNotThere' })
    expect(await failureOf(noCorp.api.accounts())).toMatchObject({ errcode: 40013 })
    const mixed = wecomDesk(wecom.url, { ...app, secret: other.secret })
    expect(await failureOf(mixed.api.accounts())).toMatchObject({ errcode: 40091 })
    await Promise.all([noCorp.api.close(), mixed.api.close()])
  })

  it('is asked for again after a minute where WeCom said too often, after a second where it was busy', async () => {
    const answers = [45009, -1, -1]
    let asked = 0
    const clock = handClock(0)
    const tokens = new AccessTokens(
      async () => {
        asked += 1
        const errcode = answers.shift()
        if (errcode !== undefined) throw new ApiRefused(errcode, gettoken, '')
        return { token: 'good', seconds: 7_200 }
      },
      { clock, log: () => {} },
    )
    const codeOf = () =>
      tokens.get().then(
        () => 0,
        (error: ApiRefused) => error.errcode,
      )
    expect([await codeOf(), await codeOf(), asked]).toEqual([45009, 45009, 1])
    clock.pass(minute)
    expect([await codeOf(), await codeOf(), asked]).toEqual([-1, -1, 2])
    clock.pass(1_000)
    expect([await codeOf(), asked]).toEqual([-1, 3])
    clock.pass(1_000)
    expect([await codeOf(), asked]).toEqual([-1, 3])
    clock.pass(1_000)
    expect([await codeOf(), asked]).toEqual([0, 4])
  })
})
