import { describe, expect, it } from 'vitest'
import {
  addInput,
  changeInput,
  formOf,
  publicApi,
  testInput,
  wrongIn,
} from '../../src/console/screens/settings/connections/connection-form.ts'
import type { Connection } from '../../src/contract/connections.ts'
import { contract } from '../../src/contract/index.ts'

const able = { able: null, code: null, at: null }
const present: Connection = {
  id: 'c1',
  kind: 'wecom-kf',
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.example.gov.cn',
  proxy: 'http://10.0.0.1:8080',
  hasCa: true,
  relay: 'wss://relay.example.gov.cn/desks',
  enabled: true,
  hasSecret: true,
  state: { ok: true, code: null, why: null, since: '2026-11-23T06:00:00.000Z' },
  relayState: { state: 'connected', since: '2026-11-23T06:00:00.000Z' },
  pollingEvery: 60,
  accounts: 2,
  clockWrongBy: null,
  capabilities: { contacts: able, broadcasts: able },
  tested: null,
}
const filled = () => ({
  ...formOf(null),
  name: ' 县局 ',
  corpid: 'wwDUTYDESK00000001',
  secret: ' a-secret-of-the-app ',
})

describe('what an admin fills in to connect WeCom', () => {
  it('begins with the public address, and says what is missing', () => {
    expect(formOf(null).apiBase).toBe(publicApi)
    expect(wrongIn(formOf(null), null)).toEqual({ name: 'needed', corpid: 'needed', secret: 'needed' })
    expect(wrongIn(filled(), null)).toEqual({})
  })

  it('is held against what the contract takes, field by field', () => {
    const wrong = { ...filled(), corpid: 'ww 1', secret: 'short', apiBase: 'qyapi', relay: 'https://relay' }
    expect(wrongIn(wrong, null)).toEqual({
      corpid: 'corpid',
      secret: 'secret',
      apiBase: 'apiBase',
      relay: 'relay',
    })
    expect(contract['connection.add'].input.safeParse(addInput(filled())).success).toBe(true)
    expect(contract['connection.test'].input.safeParse(testInput(filled(), null)).success).toBe(true)
  })

  it('wants the relay’s token with a new relay, and keeps the one it has', () => {
    expect(wrongIn({ ...filled(), relay: 'wss://r.example' }, null)).toEqual({ relayToken: 'relayToken' })
    expect(wrongIn(formOf(present), present)).toEqual({})
    expect(wrongIn({ ...formOf(present), relay: 'wss://another' }, present)).toEqual({
      relayToken: 'relayToken',
    })
  })
})

describe('a connection that is changed', () => {
  it('keeps secret, certificate and proxy that were left alone', () => {
    const input = changeInput(formOf(present), present)
    expect(contract['connection.change'].input.safeParse(input).success).toBe(true)
    for (const kept of ['secret', 'relayToken', 'ca', 'proxy']) expect(input).not.toHaveProperty(kept)
  })

  it('drops a certificate or proxy only where that was asked for', () => {
    const without = changeInput({ ...formOf(present), noCa: true, noProxy: true }, present)
    expect([without.ca, without.proxy]).toEqual([null, null])
    const replaced = {
      ...formOf(present),
      noCa: false,
      ca: { name: 'ca.pem', pem: 'PEM' },
      proxy: 'http://p',
    }
    const another = changeInput(replaced, present)
    expect([another.ca, another.proxy]).toEqual(['PEM', 'http://p'])
  })

  it('is not asked for its secret, unless this machine has none', () => {
    expect(wrongIn(formOf({ ...present, hasSecret: false }), { ...present, hasSecret: false })).toEqual({
      secret: 'needed',
    })
  })
})
