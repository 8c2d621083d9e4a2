import { describe, expect, it } from 'vitest'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import { failureOf } from '../support/wecom-desk.ts'
import { answering } from '../support/wecom-net.ts'
import { at, desk, get, kfid, MiB, resident, serving, station, sync, wecom } from './wecom-own-emulator.ts'

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
