import { describe, expect, it } from 'vitest'
import { Http } from '../../src/channels/wecom/http.ts'
import { failureOf, shownOf, wecomDesk } from '../support/wecom-desk.ts'
import { answering, behindTls, connectProxy, ownCa } from '../support/wecom-net.ts'
import { at, desk, MiB, open, send, serving, station, wecom } from './wecom-own-emulator.ts'

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
