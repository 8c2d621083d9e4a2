import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { decrypt, encrypt, signature } from './wecom/crypto.ts'
import {
  account,
  ask,
  code,
  gettoken,
  hour,
  minute,
  pull,
  resident,
  second,
  send,
  station,
  wecom,
  writes,
} from './wecom/own-station.ts'

/** The emulator keeps the rules of the fact sheet, so that what holds against it may hold against Tencent: who may call, and what goes wrong. */

describe('encryption of callbacks', () => {
  const aesKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
  const corpid = 'wwDUTYDESK00000001'
  const prefix = Buffer.from('0123456789abcdef')
  const sign = (encrypted: string) => signature('QDG6eKDutyDeskTok01', '1700000000', '1597212914', encrypted)

  it('gives the vector of the fact sheet byte for byte', () => {
    const message =
      '<xml><ToUserName><![CDATA[wwDUTYDESK00000001]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENCtoken]]></Token><OpenKfId><![CDATA[wkDESK0001]]></OpenKfId></xml>'
    const encrypted = encrypt(aesKey, corpid, message, prefix)
    expect(encrypted).toBe(
      '4j/AuRx71kQlxVlzbpsMWEkQvKdKmGqqW8WUsiLQLHE4rCmDjuExQNA9EqMafnFXw/RWyfATGiWNF41/jvN2VpE9vkpgzOOIbN1iOvisoZ+vAj3J1r3ZCLb1TnNwBprW7Mii73KFgs+30U8Vk5AQ/TymHnPsvcUuF0m9yq/FT0931cP7DsLoZS8OW+BuqlMs43y0VErN3ky1cbCP3jXzW7klDAqdcQ1LmWvSUmO71yHor5nVGm01P0cMBwZNG0Ynm8GRE1NRRpUoq7Ssa8+MwWzdW2dAkTD+eXoxSdCGahzRP4+6k4SF2somCIpvrmno9ZYBQm1ekRsjwWobkl6B11+gGpG6qVsBBoCk/BPAhZZtbX5p6Qn7wIkVAxrvRbyGaVPLzWLKrdFWGV+kE5Qat+aBSvHO1IsxolnG10oBOcw=',
    )
    expect(sign(encrypted)).toBe('2e2ee8dd3eb140f11c6e309d88778554d0f480f0')
    expect(decrypt(aesKey, encrypted)).toEqual({ message, receiveid: corpid })
  })

  it('and that of the address check', () => {
    const echostr = encrypt(aesKey, corpid, '4815162342', prefix)
    expect(echostr).toBe(
      '4j/AuRx71kQlxVlzbpsMWJYsaFnocQaATfzyRSIGfvHY487pxENntlE/BZMaI27HsD314k0Vidm7Xp83988ulw==',
    )
    expect(sign(echostr)).toBe('4feda1d92288a86100ece59eaa144110de4d8630')
  })
})

describe('tokens', () => {
  it('are the same until five minutes are left of two hours, and the older one stays good', async () => {
    const first = await gettoken()
    expect(first).toMatchObject({ errcode: 0, expires_in: 7200 })
    await wecom.control.advance({ ms: 2 * hour - 5 * minute - second })
    expect((await gettoken()).access_token).toBe(first.access_token)
    await wecom.control.advance({ ms: 2 * second })
    const later = await gettoken()
    expect(later.access_token).not.toBe(first.access_token)
    const listed = () =>
      wecom.call('/cgi-bin/kf/account/list', { query: { access_token: String(first.access_token) } })
    expect((await listed()).errcode).toBe(0)
    await wecom.control.advance({ ms: 5 * minute })
    expect(await listed()).toMatchObject({
      errcode: 42001,
      errmsg: expect.stringMatching(/^access_token expired, hint: \[/),
    })
  })

  it('tell wrong corp, wrong secret, secret of another corp, missing and broken apart', async () => {
    const other = await wecom.control.station()
    expect((await gettoken({ corpid: 'wwNOBODY' })).errcode).toBe(40013)
    expect((await gettoken({ corpsecret: 'no' })).errcode).toBe(40001)
    expect((await gettoken({ corpsecret: other.secret })).errcode).toBe(40091)
    expect((await wecom.call('/cgi-bin/kf/account/list')).errcode).toBe(41001)
    expect((await wecom.call('/cgi-bin/kf/account/list', { query: { access_token: 'x' } })).errcode).toBe(
      40014,
    )
  })

  it('end early, go bad, and with a new secret the old one is wrong', async () => {
    const list = async (token: unknown) =>
      (await wecom.call('/cgi-bin/kf/account/list', { query: { access_token: String(token) } })).errcode
    const { access_token: first } = await gettoken()
    expect(await list(first)).toBe(0)
    await wecom.control.failNext({ path: '/cgi-bin/kf/account/list', effect: { kind: 'tokenExpired' } })
    expect([await list(first), await list(first)]).toEqual([42001, 42001])
    const { access_token: next } = await gettoken()
    expect(await list(next)).toBe(0)
    await wecom.control.endTokens({ corpid: station.corpid, how: 'invalid' })
    expect(await list(next)).toBe(40014)
    await wecom.control.changeSecret({ corpid: station.corpid })
    expect((await gettoken()).errcode).toBe(40001)
  })
})

describe('who may call', () => {
  it.each([
    [{ allowedIps: ['203.0.113.9'] }, 60020],
    [{ enabled: false }, 50003],
    [{ kfAllowed: false }, 48002],
    [{ apiSwitch: false }, 95017],
    [{ grantedToProvider: true }, 95023],
    [{ standaloneSecret: true }, 95011],
  ])('%o is answered %i', async (switches, errcode) => {
    expect(await code('kf/account/list')).toBe(0)
    await wecom.control.switchApp({ corpid: station.corpid, ...switches })
    expect(await code('kf/account/list')).toBe(errcode)
  })

  it('an account is missing, malformed, unknown or of another app', async () => {
    const pullOf = (open_kfid?: unknown) => code('kf/sync_msg', { open_kfid })
    expect(await pullOf()).toBe(40058)
    expect(await pullOf('')).toBe(40058)
    expect(await pullOf('abc')).toBe(95000)
    expect(await pullOf('wkNOBODY')).toBe(95004)
    await wecom.control.manage({ account, managed: false })
    expect(await pullOf(account)).toBe(48007)
    expect((await ask('kf/account/list', {})).account_list).toMatchObject([
      { open_kfid: account, manage_privilege: false },
      { manage_privilege: true },
    ])
  })

  it('GET where POST is wanted, and what is no JSON', async () => {
    expect(await code('kf/sync_msg')).toBe(40058)
    const token = String((await gettoken()).access_token)
    const answer = await fetch(`${wecom.url}/cgi-bin/kf/sync_msg?access_token=${token}`, {
      method: 'POST',
      body: '{"a":',
    })
    expect(await answer.json()).toMatchObject({
      errcode: 40058,
      errmsg: expect.stringContaining('wrong json format'),
    })
  })

  it('servicers outside the visible range, unknown or added twice', async () => {
    await wecom.control.switchApp({ corpid: station.corpid, visible: ['officer1'] })
    const userid_list = ['officer1', 'officer2', 'nobody']
    expect((await ask('kf/servicer/add', { open_kfid: account, userid_list })).result_list).toMatchObject([
      { errcode: 0, errmsg: 'ignored' },
      { errcode: 60030 },
      { errcode: 40003 },
    ])
    await wecom.control.servicerStatus({ account, servicer: 'officer2', receiving: false, stopType: 1 })
    expect((await ask('kf/servicer/list', undefined, { open_kfid: account })).servicer_list).toEqual([
      { userid: 'officer1', status: 0 },
      { userid: 'officer2', status: 1, stop_type: 1 },
    ])
    expect((await pull()).items[0]?.event).toMatchObject({ status: 2, stop_type: 1 })
  })

  it('too often in a minute is refused for a minute', async () => {
    await wecom.control.limits({ perMinute: 3 })
    const codes: number[] = []
    for (let n = 0; n < 5; n++) codes.push(await code('kf/account/list'))
    await wecom.control.advance({ ms: minute })
    codes.push(await code('kf/account/list'))
    await wecom.control.limits({ perMinute: 10_000 })
    expect(codes).toEqual([0, 0, 0, 45009, 45009, 0])
  })
})

describe('callbacks', () => {
  let relay: Server
  let bodies: string[]
  let answers: (number | 'silence')[]

  beforeEach(async () => {
    bodies = []
    answers = []
    relay = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        bodies.push(Buffer.concat(parts).toString())
        const status = answers.shift() ?? 200
        if (status !== 'silence') response.writeHead(status).end('success')
      })
    })
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}/callback`
    station.callback = await wecom.control.setCallback({ corpid: station.corpid, url })
    await wecom.control.callbackSettings({ retryAfter: 10, answerWithin: 200, coalesce: 0 })
    await wecom.control.clearLedgers()
    return () => relay.closeAllConnections()
  })

  it('tell of news with a token that opens sync_msg, and nothing of the message', async () => {
    await writes('秘密')
    await wecom.control.callbacksDone()
    const encrypted = /<Encrypt><!\[CDATA\[(.+)\]\]>/.exec(bodies[0]!)![1]!
    const { message, receiveid } = decrypt(station.callback!.aesKey, encrypted)
    expect(receiveid).toBe(station.corpid)
    expect(message).toContain(`<OpenKfId><![CDATA[${account}]]>`)
    expect(message).not.toContain('秘密')
    const token = /<Token><!\[CDATA\[(.+?)\]\]>/.exec(message)![1]
    expect(await code('kf/sync_msg', { open_kfid: account, token })).toBe(0)
    expect((await wecom.control.calls({ last: 1 }))[0]).toMatchObject({ tokenless: false })
  })

  it('are tried three times when not answered in time', async () => {
    answers = [500, 'silence', 500, 200]
    await writes('在吗')
    await wecom.control.callbacksDone()
    const results = (await wecom.control.callbacks()).map((record) => record.result)
    expect(results).toEqual([500, 'timeout', 500])
  })

  it('can be lost, told twice, or told together', async () => {
    await wecom.control.failNext({ effect: { kind: 'dropCallback' } })
    await writes('一')
    await wecom.control.failNext({ effect: { kind: 'duplicateCallback' } })
    await writes('二')
    await wecom.control.callbacksDone()
    expect(bodies).toHaveLength(2)
    await wecom.control.callbackSettings({ coalesce: 50 })
    for (const text of ['三', '四', '五']) await writes(text)
    await wecom.control.callbacksDone()
    expect(bodies).toHaveLength(3)
  })

  it('the address check wants the bare plaintext back', async () => {
    expect(await wecom.control.verifyCallback({ corpid: station.corpid })).toMatchObject({
      ok: false,
      answer: 'success',
    })
  })
})

describe('faults', () => {
  const path = '/cgi-bin/kf/send_msg'

  it('a connection torn before or after the work was done', async () => {
    await writes('在吗')
    for (const done of [false, true]) {
      await wecom.control.failNext({ path, effect: { kind: 'reset', done } })
      await expect(send({ msgid: `torn-${done}` })).rejects.toThrow()
    }
    expect((await wecom.control.sent({ customer: resident })).map((sent) => sent.msgid)).toEqual([
      'torn-true',
    ])
    expect((await wecom.control.calls({ path, last: 2 })).map((call) => call.done)).toEqual([false, true])
  })

  it('no answer, half an answer, no JSON, an error of the server, any code', async () => {
    await writes('在吗')
    await wecom.control.failNext({ path, effect: { kind: 'truncated' } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'garbage' } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'http', status: 500 } })
    await expect(send()).rejects.toThrow()
    await wecom.control.failNext({ path, effect: { kind: 'error', errcode: -1, done: true } })
    expect((await send()).errcode).toBe(-1)
    await wecom.control.failNext({ path, effect: { kind: 'silent' } })
    const waited = await Promise.race([send(), new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))])
    expect(waited).toBe('nothing')
    const outcomes = (await wecom.control.calls({ path, last: 5 })).map((call) => call.outcome)
    expect(outcomes).toEqual(['truncated', 'garbage', 'http', 'answered', 'silent'])
    expect(await wecom.control.sent({ customer: resident })).toHaveLength(2)
  })

  it('strike by chance, the same way for the same seed', async () => {
    await wecom.control.addFault({
      path: '/cgi-bin/kf/*',
      chance: 0.3,
      effect: { kind: 'error', errcode: 45033 },
    })
    const run = async () => {
      await wecom.control.seed({ seed: 11 })
      const codes: number[] = []
      for (let n = 0; n < 30; n++) codes.push(await code('kf/account/list'))
      return codes
    }
    const first = await run()
    expect(first).toContain(45033)
    expect(first).toContain(0)
    expect(await run()).toEqual(first)
  })

  it('more than five sync_msg of an app at once', async () => {
    await wecom.control.failNext({
      path: '/cgi-bin/kf/sync_msg',
      times: 7,
      effect: { kind: 'latency', ms: 100 },
    })
    const all = await Promise.all(Array.from({ length: 7 }, () => pull()))
    expect(all.filter(({ answer }) => answer.errcode === 45033).length).toBeGreaterThan(0)
    expect((await pull()).answer.errcode).toBe(0)
  })
})
