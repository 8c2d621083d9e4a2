import { describe, expect, test } from 'vitest'
import { proxyOf, wrongAddress } from '../../src/desk/connections/addresses.ts'
import { type Known, profile } from '../../src/desk/connections/profiling.ts'
import {
  addConnection,
  bindAccount,
  type Change,
  type ConnectionState,
  changeConnection,
  findGap,
  lastingAfter,
  linkColleague,
  recordTurn,
  type Standing,
  secretsAgain,
} from '../../src/desk/connections/rules.ts'
import type { Decision } from '../../src/desk/decision.ts'
import { namelessName } from '../../src/desk/people/nameless.ts'

const made = (decision: Decision) => ('entries' in decision ? decision.entries : decision.refused)
const kept = { secret: 'wecom-secret-c-1', relay: 'wecom-relay-c-1', proxy: null }
const present: ConnectionState = {
  id: 'c',
  kind: 'wecom-kf',
  name: '县局',
  corpid: 'ww1',
  apiBase: 'https://qyapi.weixin.qq.com',
  proxy: null,
  relay: 'wss://relay.example.cn/desk',
  enabled: true,
  kept,
  ca: null,
}
const same: Change = {
  connection: 'c',
  name: '县局',
  corpid: 'ww1',
  apiBase: 'https://qyapi.weixin.qq.com',
  relay: 'wss://relay.example.cn/desk',
  enabled: true,
  ca: undefined,
  proxy: undefined,
  fresh: { secret: null, relay: null, proxy: null },
}
const nobody = { sameName: false, sameApp: null }
const alone = { ...nobody, accounts: 0 }

describe('a connection', () => {
  const given = {
    name: '县局',
    corpid: 'ww1',
    apiBase: 'https://qyapi.weixin.qq.com',
    relay: null,
    proxy: null,
    ca: null,
  }
  const names = { secret: 's', relay: null, proxy: null }

  test('of a name that is there already is refused', () => {
    expect(made(addConnection('c', given, names, { ...nobody, sameName: true }))).toEqual({
      code: 'already_there',
      what: 'connection',
      id: '县局',
    })
  })
  test('with a relay needs the token the relay knows the desk by', () => {
    expect(made(addConnection('c', { ...given, relay: 'wss://r.cn' }, names, nobody))).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'relayToken' }],
    })
  })
  test('tells of its certificates that there are some, and keeps them apart', () => {
    const [entry] = made(addConnection('c', { ...given, ca: 'PEM' }, names, nobody)) as unknown as [
      { data: object },
    ]
    expect(entry).toMatchObject({ type: 'connection.added', data: { hasCa: true }, content: { ca: 'PEM' } })
    expect(JSON.stringify(entry.data)).not.toContain('PEM')
  })
  test('that is changed in nothing is nothing to do', () => {
    expect(made(changeConnection(present, same, alone))).toEqual({ code: 'nothing_to_do' })
  })
  test('that is not there cannot be changed', () => {
    expect(made(changeConnection(null, same, alone))).toMatchObject({ code: 'not_found', what: 'connection' })
  })
  test('keeps what is not given', () => {
    const change = changeConnection(
      { ...present, ca: 'PEM', proxy: 'http://p:1' },
      { ...same, name: '新' },
      alone,
    )
    expect(made(change)).toMatchObject([
      { data: { name: '新', kept, hasCa: true, proxy: 'http://p:1' }, content: { ca: 'PEM' } },
    ])
  })
  test('names the new secret only', () => {
    const fresh = { secret: 'wecom-secret-c-2', relay: null, proxy: null }
    expect(made(changeConnection(present, { ...same, fresh }, alone))).toMatchObject([
      { data: { kept: { secret: 'wecom-secret-c-2', relay: kept.relay } } },
    ])
  })
  test('without a relay needs no token of it any more', () => {
    expect(made(changeConnection(present, { ...same, relay: null }, alone))).toMatchObject([
      { data: { relay: null, kept: { relay: null } } },
    ])
  })
  test('with accounts bound to it stays with its corp', () => {
    const other = { ...same, corpid: 'ww2' }
    expect(made(changeConnection(present, other, { ...nobody, accounts: 1 }))).toMatchObject({
      code: 'in_use',
    })
    expect(made(changeConnection(present, other, alone))).toMatchObject([{ data: { corpid: 'ww2' } }])
  })
})

describe('a secret that is kept goes nowhere else', () => {
  const again = (change: Partial<Change>, before: Partial<ConnectionState> = {}) =>
    secretsAgain({ ...present, ...before }, { ...same, ...change })

  test.each<[string, Partial<Change>, Partial<ConnectionState>, { secret: boolean; relay: boolean }]>([
    ['nothing changed', {}, {}, { secret: false, relay: false }],
    ['another API address', { apiBase: 'https://evil.example' }, {}, { secret: true, relay: false }],
    ['another port', { apiBase: 'https://qyapi.weixin.qq.com:444' }, {}, { secret: true, relay: false }],
    ['in the clear', { apiBase: 'http://qyapi.weixin.qq.com' }, {}, { secret: true, relay: false }],
    [
      'another path of the same',
      { apiBase: 'https://qyapi.weixin.qq.com/x' },
      {},
      { secret: false, relay: false },
    ],
    ['other people to trust', { ca: 'PEM' }, {}, { secret: true, relay: true }],
    ['the same people', { ca: 'PEM' }, { ca: 'PEM' }, { secret: false, relay: false }],
    ['nobody to trust besides', { ca: null }, { ca: 'PEM' }, { secret: false, relay: false }],
    ['another relay', { relay: 'wss://evil.example' }, {}, { secret: false, relay: true }],
    ['a relay where there was none', {}, { relay: null }, { secret: false, relay: true }],
    [
      'a proxy that sees only TLS',
      { proxy: { shown: 'http://p:1', login: false } },
      {},
      { secret: false, relay: false },
    ],
    [
      'a proxy that sees everything',
      { proxy: { shown: 'http://p:1', login: false }, apiBase: 'http://in.example' },
      { apiBase: 'http://in.example' },
      { secret: true, relay: false },
    ],
  ])('%s', (_what, change, before, expected) => {
    expect(again(change, before)).toEqual(expected)
  })
  test('and a change that would send it there is refused until it is given again', () => {
    const elsewhere = { ...same, apiBase: 'https://gov.example.cn' }
    expect(made(changeConnection(present, elsewhere, alone))).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'secret' }],
    })
    const fresh = { secret: 'wecom-secret-c-2', relay: null, proxy: null }
    expect(made(changeConnection(present, { ...elsewhere, fresh }, alone))).toMatchObject([
      { data: { apiBase: 'https://gov.example.cn' } },
    ])
  })
})

describe('addresses', () => {
  const fine = { apiBase: 'https://a.cn', relay: 'wss://r.cn/desk', proxy: 'http://u:p%40ss@10.0.0.1:8080' }
  test('a proxy may hold a password, and is shown without it', () => {
    expect(wrongAddress(fine)).toBeNull()
    expect(proxyOf(fine.proxy)).toEqual({ shown: 'http://10.0.0.1:8080', login: fine.proxy })
    expect(proxyOf('http://10.0.0.1:8080')).toEqual({ shown: 'http://10.0.0.1:8080', login: null })
  })
  test.each([
    ['apiBase', { apiBase: 'https://user:secret@a.cn' }],
    ['apiBase', { apiBase: 'https://a.cn/?token=secret' }],
    ['relay', { relay: 'wss://r.cn/desk?token=secret' }],
    ['relay', { relay: 'wss://:secret@r.cn' }],
    ['proxy', { proxy: 'http://u:secret@[bad' }],
  ])('%s with a secret in it, or none at all, is refused without being repeated', (path, over) => {
    const wrong = wrongAddress({ ...fine, ...over })
    expect(wrong).toMatchObject({ code: 'invalid', issues: [{ path }] })
    expect(JSON.stringify(wrong)).not.toContain('secret')
  })
})

describe('an account', () => {
  const bound = { id: 'a', connection: 'c', openKfid: 'wk1', name: '柳河村' }
  test('is bound to the connection and its own id there', () => {
    expect(made(bindAccount(present, bound, { sameName: false, boundAs: null }))).toMatchObject([
      { type: 'account.added', subject: 'a', data: { kind: 'wecom-kf', connection: 'c', openKfid: 'wk1' } },
    ])
  })
  test('is bound once', () => {
    expect(made(bindAccount(present, bound, { sameName: false, boundAs: '云溪村' }))).toMatchObject({
      code: 'already_there',
      id: '云溪村',
    })
  })
  test('has a name of its own', () => {
    expect(made(bindAccount(present, bound, { sameName: true, boundAs: null }))).toMatchObject({
      code: 'already_there',
      id: '柳河村',
    })
  })
  test('needs a connection', () => {
    expect(made(bindAccount(null, bound, { sameName: false, boundAs: null }))).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('a colleague', () => {
  const link = { connection: 'c', userid: 'WangWu', user: 'li' }
  const facts = { connection: true, works: true, present: null }
  test('is linked to somebody who works here, or to nobody', () => {
    expect(made(linkColleague(link, facts))).toMatchObject([
      { type: 'colleague.linked', data: { user: 'li' } },
    ])
    expect(made(linkColleague({ ...link, user: null }, { ...facts, present: 'li' }))).toMatchObject([
      { data: { user: null } },
    ])
    expect(made(linkColleague(link, { ...facts, works: false }))).toMatchObject({
      code: 'not_found',
      what: 'person',
    })
    expect(made(linkColleague(link, { ...facts, present: 'li' }))).toEqual({ code: 'nothing_to_do' })
  })
})

describe('a fault', () => {
  const t0 = Date.parse('2026-11-23T02:00:00.000Z')
  const fault = { what: 'unreachable', code: null }
  const ill: Standing = { fault, since: t0, sameSince: t0 }
  const well: Standing = { fault: null, since: t0, sameSince: t0 }
  const turn = (recorded: Parameters<typeof recordTurn>[2], standing: Standing, after: number) =>
    made(recordTurn('account', 'a', recorded, standing, t0 + after))

  test('that passes within a minute is never on record', () => {
    expect(turn(null, ill, lastingAfter - 1)).toEqual({ code: 'nothing_to_do' })
    expect(turn(null, well, lastingAfter)).toEqual({ code: 'nothing_to_do' })
  })
  test('that lasts is on record with the time it began', () => {
    expect(turn(null, ill, lastingAfter)).toMatchObject([
      {
        type: 'account.faulted',
        data: { what: 'unreachable', code: null, since: '2026-11-23T02:00:00.000Z' },
      },
    ])
  })
  test('is on record once', () => {
    expect(turn({ ...fault, since: t0 }, ill, 10 * lastingAfter)).toEqual({ code: 'nothing_to_do' })
  })
  test('that became another is on record when that one has lasted', () => {
    const recorded = { what: 'busy', code: -1, since: t0 - 5_000 }
    const other = { ...ill, since: t0 - 5_000 }
    expect(turn(recorded, other, lastingAfter - 1)).toEqual({ code: 'nothing_to_do' })
    expect(turn(recorded, other, lastingAfter)).toMatchObject([
      { type: 'account.faulted', data: { what: 'unreachable', since: '2026-11-23T01:59:55.000Z' } },
    ])
  })
  test('that is over is on record as over', () => {
    expect(turn({ ...fault, since: t0 }, well, 0)).toMatchObject([
      { type: 'account.recovered', data: { what: 'unreachable', since: '2026-11-23T02:00:00.000Z' } },
    ])
  })
  test('of a connection, and of its way to the relay, are told apart', () => {
    const of = (part: 'connection' | 'relay') => made(recordTurn(part, 'c', null, ill, t0 + lastingAfter))
    expect(of('connection')).toMatchObject([{ type: 'connection.faulted', data: { of: 'connection' } }])
    expect(of('relay')).toMatchObject([{ type: 'connection.faulted', data: { of: 'relay' } }])
  })
})

test('a gap is on record once, and only where there is one', () => {
  expect(made(findGap('a', 1, 2, false))).toMatchObject([{ type: 'account.gapFound' }])
  expect(made(findGap('a', 1, 2, true))).toEqual({ code: 'nothing_to_do' })
  expect(made(findGap('a', 2, 2, false))).toEqual({ code: 'nothing_to_do' })
})

describe('a resident', () => {
  const external = 'wmABCD1234'
  const known: Known = {
    id: 'k',
    account: 'a',
    name: namelessName(external),
    external,
    villageGroup: null,
    household: null,
    phone: null,
    tags: [],
    nickname: null,
    profiled: false,
  }
  const told = { name: '桂兰', avatar: null, gender: 'female' } as const

  test('without a name is called by the end of the id', () => {
    expect(known.name).toBe('微信居民 ·1234')
  })
  test('gets the nickname for a name', () => {
    expect(made(profile(known, told))).toMatchObject([
      { type: 'contact.profiled', content: { name: '桂兰', nickname: '桂兰', gender: 'female' } },
    ])
  })
  test('keeps the label an officer gave, and all else of the card', () => {
    const labelled = { ...known, name: '王桂兰', villageGroup: '三组', phone: '13800000000', tags: ['独居'] }
    expect(made(profile(labelled, told))).toMatchObject([
      {
        content: {
          name: '王桂兰',
          nickname: '桂兰',
          villageGroup: '三组',
          phone: '13800000000',
          tags: ['独居'],
        },
      },
    ])
  })
  test('of whom WeCom says nothing keeps the placeholder and is not asked for again', () => {
    expect(made(profile(known, null))).toMatchObject([{ content: { name: known.name, nickname: null } }])
  })
  test('who changes the nickname is called by the new one, unless labelled', () => {
    const named = { ...known, name: '桂兰', nickname: '桂兰', profiled: true }
    expect(made(profile(named, { ...told, name: '兰姐' }))).toMatchObject([{ content: { name: '兰姐' } }])
    expect(made(profile({ ...named, name: '王桂兰' }, { ...told, name: '兰姐' }))).toMatchObject([
      { content: { name: '王桂兰', nickname: '兰姐' } },
    ])
    expect(made(profile(named, told))).toEqual({ code: 'nothing_to_do' })
  })
  test('whose nickname is not text at all is not broken by it', () => {
    const odd = profile(known, { ...told, name: `\ud800${'很'.repeat(300)}` })
    const [{ content }] = made(odd) as unknown as [{ content: { name: string } }]
    expect([content.name.isWellFormed(), [...content.name].length]).toEqual([true, 100])
    expect(made(profile(known, { ...told, name: '   ' }))).toMatchObject([{ content: { nickname: null } }])
  })
})
