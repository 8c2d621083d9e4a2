import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import { Http } from '../../src/channels/wecom/http.ts'
import { nameIn } from '../../src/channels/wecom/media-calls.ts'
import type { Station } from '../emulators/wecom/acts/station.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { failureOf, pass, shownOf, type WecomDesk, wecomDesk } from '../support/wecom-desk.ts'
import { answering, behindTls, connectProxy, ownCa, type Served } from '../support/wecom-net.ts'

const MiB = 1024 * 1024
const sync = '/cgi-bin/kf/sync_msg'
const send = '/cgi-bin/kf/send_msg'
const get = '/cgi-bin/media/get'

let wecom: Emulator
let station: Station
let desk: WecomDesk
const kfid = () => station.accounts[0]!.openKfid
const resident = () => station.customers[0]!
const open: { close(): Promise<void> }[] = []
const serving: Served[] = []
const at = (url: string, changes = {}) => {
  const one = wecomDesk(url, station, changes)
  open.push(one.api)
  return one
}

beforeAll(async () => {
  wecom = await startEmulator()
})
afterAll(() => wecom.stop())
beforeEach(async () => {
  station = await wecom.control.station({ accounts: 1, customers: 2, servicers: 2 })
  desk = at(wecom.url)
})
afterEach(async () => {
  await wecom.control.clearFaults()
  await Promise.all(open.splice(0).map((one) => one.close()))
  await Promise.all(serving.splice(0).map((one) => one.stop()))
})

describe('the calls of WeCom', () => {
  it('list all accounts, however many pages', async () => {
    for (let n = 0; n < 100; n++) await wecom.control.addAccount({ corpid: station.corpid, name: `第${n}号` })
    await wecom.control.manage({ account: kfid(), managed: false })
    const accounts = await desk.api.accounts()
    expect(accounts).toHaveLength(101)
    expect(new Set(accounts.map((one) => one.openKfid)).size).toBe(101)
    expect(accounts.filter((one) => !one.managed).map((one) => one.openKfid)).toEqual([kfid()])
    expect(accounts[1]?.name).toBe('第0号')
  })

  it('list who answers, and whether they receive', async () => {
    const [first, second] = station.servicers as [string, string]
    await wecom.control.servicerStatus({ account: kfid(), servicer: second, receiving: false, stopType: 1 })
    expect(await desk.api.servicers(kfid())).toEqual([
      { userid: first, receiving: true, suspended: false },
      { userid: second, receiving: false, suspended: true },
    ])
  })

  it('read messages as they came, page by page, from where reading stopped', async () => {
    for (const text of ['一', '二', '三']) {
      await wecom.control.customerWrites({ account: kfid(), customer: resident(), text })
    }
    const raw = { msgtype: 'hologram', hologram: { depth: 3 }, extra: [null, 1.5] }
    await wecom.control.customerWrites({ account: kfid(), customer: resident(), raw })
    const { token } = await wecom.control.syncToken({ account: kfid() })
    const first = await desk.api.syncMessages({ openKfid: kfid(), cursor: null, token, limit: 2 })
    expect(first).toMatchObject({ more: true, messages: [{ text: { content: '一' } }, {}] })
    const rest = await desk.api.syncMessages({ openKfid: kfid(), cursor: first.cursor, token })
    expect(rest.more).toBe(false)
    expect(rest.messages).toMatchObject([{ text: { content: '三' } }, raw])
  })

  it('send, and tell in which state a conversation is and move it', async () => {
    await wecom.control.customerWrites({ account: kfid(), customer: resident(), text: '在吗' })
    const to = { openKfid: kfid(), external: resident(), msgid: 'dd-1' }
    expect(await desk.api.sendMessage(to, { msgtype: 'text', text: { content: '在的' } })).toBe('dd-1')
    expect(await desk.api.serviceState(kfid(), resident())).toEqual({ state: 1, servicer: null })
    const servicer = station.servicers[0]!
    const code = await desk.api.changeServiceState(kfid(), resident(), { state: 3, servicer })
    expect(code).toMatch(/./)
    expect(await desk.api.serviceState(kfid(), resident())).toEqual({ state: 3, servicer })
    expect(await desk.api.sendOnEvent(code!, 'dd-2', { msgtype: 'text', text: { content: '请稍等' } })).toBe(
      'dd-2',
    )
    const again = desk.api.sendOnEvent(code!, 'dd-3', { msgtype: 'text', text: { content: '再次' } })
    expect(await failureOf(again)).toMatchObject({ errcode: 41050 })
  })

  it('know residents who wrote, and say of whom they know nothing', async () => {
    const { external } = await wecom.control.addCustomer({
      corpid: station.corpid,
      nickname: '王桂兰',
      gender: 2,
    })
    await wecom.control.customerWrites({ account: kfid(), customer: external, text: '你好' })
    const { known, unknown } = await desk.api.customers([external, resident()])
    expect(known).toMatchObject([{ external, name: '王桂兰', gender: 'female' }])
    expect(known[0]?.avatar).toMatch(/^https:/)
    expect(unknown).toEqual([resident()])
  })

  it('let an answer through while messages and files are slow', async () => {
    await desk.api.accounts()
    await wecom.control.addFault({ path: sync, effect: { kind: 'silent' } })
    await wecom.control.addFault({ path: get, effect: { kind: 'silent' } })
    await wecom.control.customerWrites({ account: kfid(), customer: resident(), text: '在吗' })
    const question = { openKfid: kfid(), cursor: null, token: 'ENC' }
    const slow = Array.from({ length: 20 }, () => [
      failureOf(desk.api.syncMessages(question)),
      failureOf(desk.api.downloadMedia('m', MiB)),
    ]).flat()
    const to = { openKfid: kfid(), external: resident(), msgid: 'dd-now' }
    expect(await desk.api.sendMessage(to, { msgtype: 'text', text: { content: '在' } })).toBe('dd-now')
    await desk.api.close()
    await Promise.all(slow)
  })

  it('are never more than eight at once, and sync_msg never more than five', async () => {
    let now = 0
    let most = 0
    const slow = await answering((_, answer) => {
      now += 1
      most = Math.max(most, now)
      setTimeout(() => {
        now -= 1
        answer.end('{"errcode":0,"access_token":"t","expires_in":7200}')
      }, 15)
    })
    serving.push(slow)
    const there = at(slow.url)
    await Promise.all(Array.from({ length: 40 }, () => there.api.servicers('wk1')))
    expect(most).toBe(8)
    most = 0
    const question = { openKfid: 'wk1', cursor: null, token: 'ENC' }
    await Promise.all(Array.from({ length: 40 }, () => there.api.syncMessages(question)))
    expect(most).toBe(5)
  })
})

describe('files', () => {
  const give = async (file: Record<string, unknown>) => {
    const writing = { account: kfid(), customer: resident(), file: { kind: 'file' as const, ...file } }
    const { mediaId } = await wecom.control.customerWrites(writing)
    return mediaId!
  }

  it('come with their name, however it is written in the headers', async () => {
    const bytes = randomBytes(5_000)
    for (const nameForm of ['plain', 'percent', 'rfc5987'] as const) {
      const name = '户口本 第1页.pdf'
      const type = 'application/pdf'
      const id = await give({ base64: bytes.toString('base64'), name, contentType: type, nameForm })
      expect(await desk.api.downloadMedia(id, 20 * MiB)).toEqual({ file: bytes, name, type })
    }
  })

  it('that are large come piece by piece, and are whole and the same', async () => {
    const bytes = randomBytes(19 * MiB + 7)
    const id = await give({ base64: bytes.toString('base64'), name: 'a.zip', encrypted: true })
    await wecom.control.clearLedgers()
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    const { file, name } = await desk.api.downloadMedia(id, 20 * MiB)
    expect(file.equals(bytes)).toBe(true)
    expect(name).toBe('a.zip')
    expect((await wecom.control.counts()).perPath[get]).toEqual({ 830002: 1, 0: 3 })
  })

  it('larger than asked for are not taken in, whole or in pieces', async () => {
    const id = await give({ size: 300_000 })
    expect(await failureOf(desk.api.downloadMedia(id, 200_000))).toMatchObject({ why: 'tooBig', path: get })
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    expect(await failureOf(desk.api.downloadMedia(id, 200_000))).toMatchObject({ why: 'tooBig' })
    expect((await desk.api.downloadMedia(id, 300_000)).file).toHaveLength(300_000)
    const large = await give({ size: 19 * MiB })
    await wecom.control.clearLedgers()
    await wecom.control.failNext({ path: get, effect: { kind: 'error', errcode: 830002 } })
    expect(await failureOf(desk.api.downloadMedia(large, 18 * MiB))).toMatchObject({ why: 'tooBig' })
    expect(await wecom.control.calls({ path: get })).toHaveLength(2)
  })

  it('that are gone are refused as that, and one that holds JSON is none', async () => {
    const id = await give({ size: 10_000 })
    await pass(desk, wecom, 73 * 3_600_000)
    expect(await failureOf(desk.api.downloadMedia(id, MiB))).toMatchObject({ errcode: 40007 })
    const json = Buffer.from('{"errcode":40007,"errmsg":"a resident’s own file"}')
    const base64 = json.toString('base64')
    const own = await give({ base64, name: 'a.json', contentType: 'application/json' })
    expect((await desk.api.downloadMedia(own, MiB)).file).toEqual(json)
  })

  it('are not a page that something between answered with', async () => {
    const portal = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      return answer.setHeader('content-type', 'text/html').end('<html>log in first</html>')
    })
    serving.push(portal)
    expect(await failureOf(at(portal.url).api.downloadMedia('m', MiB))).toMatchObject({ why: 'notJson' })
  })

  it('that come in pieces of nothing are given up', async () => {
    let pieces = 0
    const endless = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      if (asked.headers.range === undefined) {
        answer.setHeader('content-type', 'application/json')
        return answer.end('{"errcode":830002,"errmsg":"too big"}')
      }
      pieces += 1
      const piece = pieces === 1 ? 'x' : ''
      answer.setHeader('content-range', `bytes ${pieces === 1 ? '0-0' : '1-0'}/100`)
      answer.setHeader('content-disposition', 'attachment; filename="a"')
      return answer.writeHead(206).end(piece)
    })
    serving.push(endless)
    expect(await failureOf(at(endless.url).api.downloadMedia('m', MiB))).toMatchObject({ why: 'unexpected' })
    expect(pieces).toBe(2)
  })

  it('go out under their own name and come back the same', async () => {
    const file = randomBytes(400_000)
    const name = '"笔录"\r\n副本.docx'
    const id = await desk.api.uploadMedia({ kind: 'file', name, type: 'application/octet-stream', file })
    const back = await desk.api.downloadMedia(id, MiB)
    expect(back.file.equals(file)).toBe(true)
    expect(back.name).toBe('_笔录___副本.docx')
  })

  it('have no folder and nothing unprintable in their name', () => {
    expect(nameIn('attachment; filename="..\\..\\a/b\u0000.txt"')).toBe('b.txt')
    expect(nameIn('attachment; filename=plain.txt')).toBe('plain.txt')
    expect(nameIn('attachment; filename="100%.txt"')).toBe('100%.txt')
    expect(nameIn('attachment')).toBeNull()
    expect(nameIn(null)).toBeNull()
  })
})

describe('an answer that is none', () => {
  it('is told as what it is, and never as a crash', async () => {
    const cases: [effect: object, expected: object][] = [
      [{ kind: 'garbage' }, { why: 'notJson', status: 200 }],
      [{ kind: 'truncated' }, { why: 'notJson', status: 200 }],
      [
        { kind: 'http', status: 502 },
        { why: 'http', status: 502 },
      ],
      [
        { kind: 'http', status: 302 },
        { why: 'http', status: 302 },
      ],
      [
        { kind: 'http', status: 404 },
        { why: 'http', status: 404 },
      ],
      [
        { kind: 'reset', done: true },
        { why: 'lost', sent: true },
      ],
      [{ kind: 'error', errcode: -1 }, { errcode: -1 }],
    ]
    await desk.api.accounts()
    for (const [effect, expected] of cases) {
      await wecom.control.failNext({ path: sync, effect: effect as never })
      const { token } = await wecom.control.syncToken({ account: kfid() })
      const asked = desk.api.syncMessages({ openKfid: kfid(), cursor: null, token })
      expect(await failureOf(asked)).toMatchObject({ ...expected, path: sync })
    }
  })

  it('is told where its form is another, and what is not there is not missed', async () => {
    const answers = [
      'null',
      '[]',
      '{}',
      '{"errcode":"0","errmsg":null,"account_list":null,"more":{}}',
      '{"errcode":0,"account_list":7}',
      '{"errcode":0,"account_list":[{"open_kfid":5}]}',
      '{"errcode":"45009"}',
      '{"errcode":0,"account_list":[{"open_kfid":"wk1","extra":[]}]}',
      `{"errcode":0,"account_list":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    ]
    const odd = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) {
        answer.end('{"errcode":0,"access_token":"t","expires_in":"soon"}')
      } else answer.end(answers.shift())
    })
    serving.push(odd)
    const there = at(odd.url)
    const one = () =>
      there.api.accounts().catch((error) => (error instanceof ApiRefused ? error.errcode : error.why))
    expect(await one()).toBe('unexpected')
    expect(await one()).toBe('unexpected')
    expect(await one()).toBe('unexpected')
    expect(await one()).toEqual([])
    expect(await one()).toBe('unexpected')
    expect(await one()).toBe('unexpected')
    expect(await one()).toBe(45009)
    expect(await one()).toEqual([{ openKfid: 'wk1', name: '', managed: false }])
    expect(await one()).toBe('unexpected')
  })

  it('is no success where its status is none, whatever it says', async () => {
    const gateway = await answering((asked, answer) => {
      if (!asked.url?.includes('gettoken')) answer.statusCode = 504
      answer.end('{"errcode":0,"access_token":"t","msgid":"dd-1"}')
    })
    serving.push(gateway)
    const to = { openKfid: 'wk1', external: 'wm1', msgid: 'dd-1' }
    const asked = at(gateway.url).api.sendMessage(to, { msgtype: 'text', text: { content: '在' } })
    expect(await failureOf(asked)).toMatchObject({ why: 'http', status: 504 })
  })

  it('that is announced as too long is not waited for', async () => {
    const long = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      return answer.writeHead(200, { 'content-length': '99999999' }).flushHeaders()
    })
    serving.push(long)
    const began = performance.now()
    expect(await failureOf(at(long.url).api.accounts())).toMatchObject({ why: 'tooBig' })
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('that has no end is cut off', async () => {
    const endless = await answering((asked, answer) => {
      if (asked.url?.includes('gettoken')) return answer.end('{"errcode":0,"access_token":"t"}')
      const more = () => {
        while (!answer.destroyed && answer.write(Buffer.alloc(256 * 1024, 32)));
        answer.once('drain', more)
      }
      return more()
    })
    serving.push(endless)
    expect(await failureOf(at(endless.url).api.accounts())).toMatchObject({ why: 'tooBig' })
  })
})

describe('the way to WeCom', () => {
  it('is not there where nothing answers, and nothing was sent then', async () => {
    const gone = await answering(() => {})
    await gone.stop()
    expect(await failureOf(at(gone.url).api.accounts())).toMatchObject({
      why: 'refusedConnection',
      sent: false,
    })
    for (const url of ['http://no-such-host.invalid', 'ftp://wecom', 'nonsense']) {
      expect(await failureOf(at(url).api.accounts())).toMatchObject({ why: 'address', sent: false })
    }
  })

  it('needs the certificate of a government edition, and goes with it', async () => {
    const tls = await behindTls(wecom.url)
    serving.push(tls)
    const untrusted = await failureOf(at(tls.url).api.accounts())
    expect(untrusted).toMatchObject({ why: 'certificate', sent: false })
    expect(await at(tls.url, { ca: ownCa }).api.accounts()).toHaveLength(1)
    const both = `a note before it\n${ownCa}\n${ownCa}`
    expect(await at(tls.url, { ca: both }).api.accounts()).toHaveLength(1)
    for (const ca of ['no certificate', '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----']) {
      expect(await failureOf(at(wecom.url, { ca }).api.accounts())).toMatchObject({ why: 'certificate' })
    }
  })

  it('leads through the proxy that is set, with its user and password', async () => {
    const tls = await behindTls(wecom.url)
    const proxy = await connectProxy('zhiban:p@ss wörd')
    serving.push(tls, proxy)
    const address = new URL(proxy.url)
    address.username = 'zhiban'
    address.password = 'p@ss wörd'
    const through = at(tls.url, { ca: ownCa, proxy: address.href })
    expect(await through.api.accounts()).toHaveLength(1)
    expect([...new Set(proxy.asked)]).toEqual([new URL(tls.url).host])
    const untrusting = at(tls.url, { proxy: address.href })
    expect(await failureOf(untrusting.api.accounts())).toMatchObject({ why: 'certificate', sent: false })

    const wrong = at(tls.url, { ca: ownCa, proxy: proxy.url.replace('//', '//zhiban:not-this@') })
    const refused = await failureOf(wrong.api.accounts())
    expect(refused).toMatchObject({ why: 'proxy', status: 407, sent: false })
    expect(shownOf(refused)).not.toContain('not-this')
    expect(proxy.refused).toBeGreaterThan(0)
    await proxy.stop()
    expect(await failureOf(at(tls.url, { ca: ownCa, proxy: proxy.url }).api.accounts())).toMatchObject({
      why: 'proxy',
      sent: false,
    })
  })

  it('is given up where the other side is silent, or says its answer letter by letter', async () => {
    const slow = await answering((asked, answer) => {
      if (asked.url === '/drip') setInterval(() => answer.write(' '), 200).unref()
      if (asked.url === '/half') answer.write(' ')
    })
    serving.push(slow)
    const patience = { words: { quiet: 1_000, whole: 60_000 }, file: { quiet: 60_000, whole: 2_000 } }
    const http = new Http({ apiBase: slow.url, ca: null, proxy: null }, patience)
    open.push(http)
    const began = performance.now()
    const ask = (path: string, file: boolean) =>
      failureOf(http.request({ method: 'GET', path, mostBytes: MiB, file }))
    const given = await Promise.all([ask('/silent', false), ask('/half', false), ask('/drip', true)])
    for (const one of given) expect(one).toMatchObject({ why: 'timeout', sent: true })
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('is below a path where the address has one', async () => {
    const asked: string[] = []
    const below = await answering((request, answer) => {
      asked.push(request.url?.split('?')[0] ?? '')
      answer.end('{"errcode":0,"access_token":"t","expires_in":7200}')
    })
    serving.push(below)
    await at(`${below.url}/gov/wx/`).api.accounts()
    expect(asked).toEqual(['/gov/wx/cgi-bin/gettoken', '/gov/wx/cgi-bin/kf/account/list'])
  })

  it('is left at once by who gives up waiting, and by all when it is closed', async () => {
    await desk.api.accounts()
    await wecom.control.addFault({ path: '/cgi-bin/kf/account/list', effect: { kind: 'silent' } })
    const stop = new AbortController()
    const began = performance.now()
    const asked = failureOf(desk.api.accounts(stop.signal))
    setTimeout(() => stop.abort(), 50)
    expect(await asked).toMatchObject({ why: 'stopped', sent: true })
    expect(performance.now() - began).toBeLessThan(5_000)
    const many = Array.from({ length: 20 }, () => failureOf(desk.api.accounts()))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await desk.api.close()
    for (const one of await Promise.all(many)) expect(one).toMatchObject({ why: 'stopped' })
  })
})

describe('what is sent on', () => {
  it('leaves out what is not there: WeCom refuses some empty strings', async () => {
    const said: string[] = []
    const ears = await answering((asked, answer) => {
      asked.on('data', (part: Buffer) => said.push(part.toString()))
      asked.on('end', () => answer.end('{"errcode":0,"access_token":"t","next_cursor":""}'))
    })
    serving.push(ears)
    const page = await at(ears.url).api.syncMessages({ openKfid: 'wk1', cursor: null, token: null })
    expect(said.map((one) => JSON.parse(one))).toEqual([{ open_kfid: 'wk1', limit: 1000 }])
    expect(page).toEqual({ messages: [], cursor: null, more: false })
  })
})

describe('secrets', () => {
  it('and tokens are in nothing that is thrown or logged, whatever goes wrong', async () => {
    const secret = 'PLANTED-secret-0123456789-abcdefghijklmnopqrst'
    const token = `PLANTED-token-${'t'.repeat(190)}`
    const password = 'PLANTED-password'
    let mode = ''
    const nasty = await answering((asked, answer) => {
      const url = asked.url ?? ''
      const said = `wrong ${url} ${secret} ${token}, hint: [1], from ip: 10.0.0.1`
      if (url.includes('gettoken') && mode !== 'token') {
        return answer.end(JSON.stringify({ errcode: 0, access_token: token, expires_in: 7200 }))
      }
      if (mode === 'reset') return asked.socket.destroy()
      if (mode === 'redirect') return answer.writeHead(302, { location: `http://x/?${token}` }).end(said)
      if (mode === 'page') return answer.writeHead(500).end(`<html>${said}</html>`)
      if (mode === 'headers') return asked.socket.end(`HTTP/1.1 200 OK\r\nbad header ${token}\r\n\r\n`)
      return answer.end(JSON.stringify({ errcode: 40001, errmsg: said, access_token: 5, account_list: said }))
    })
    serving.push(nasty)
    const shown: string[] = []
    for (const way of ['', 'token', 'reset', 'redirect', 'page', 'headers']) {
      mode = way
      const one = wecomDesk(nasty.url, { corpid: station.corpid, secret })
      open.push(one.api)
      for (let call = 0; call < 2; call++) shown.push(shownOf(await failureOf(one.api.accounts())))
      const download = one.api.downloadMedia('m', 1_000)
      shown.push(shownOf(await failureOf(download)), ...one.logged)
    }
    const proxied = wecomDesk(
      'https://wecom.invalid',
      { corpid: station.corpid, secret },
      {
        proxy: nasty.url.replace('//', `//user:${password}@`),
      },
    )
    open.push(proxied.api)
    const broken = wecomDesk(`http://user:${password}@[broken/`, { corpid: station.corpid, secret })
    shown.push(shownOf(await failureOf(proxied.api.accounts())))
    shown.push(shownOf(await failureOf(broken.api.accounts())))
    expect(shown.length).toBeGreaterThan(20)
    const all = shown.join('\n')
    expect(all).not.toContain('PLANTED')
    expect(all).not.toContain('tttttttt')
    expect(all).not.toContain('access_token=')
    expect(all).not.toContain('corpsecret')
  })

  it('are not in the query of what is sent on, except where WeCom wants them', async () => {
    const seen: string[] = []
    const ears = await answering((asked, answer) => {
      seen.push(`${asked.url} ${JSON.stringify(asked.headers)}`)
      answer.end('{"errcode":0,"access_token":"TOKEN","expires_in":7200}')
    })
    serving.push(ears)
    const one = at(ears.url)
    await one.api.sendMessage(
      { openKfid: 'wk1', external: 'wm1', msgid: 'dd-1' },
      { msgtype: 'text', text: { content: '你好' } },
    )
    expect(seen).toHaveLength(2)
    expect(seen[0]).toContain(`corpsecret=${one.settings.secret}`)
    expect(seen[1]).toContain(`${send}?access_token=TOKEN `)
    expect(seen[1]).not.toContain(one.settings.secret)
  })
})
