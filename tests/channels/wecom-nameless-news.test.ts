import { expect, test } from 'vitest'
import { eventXml, notification } from '../support/callbacks.ts'
import { deskTokens, liuhe, soon, testRelay } from '../support/relay.ts'
import { connected, tooFrequent } from './wecom-own-corp.ts'

test('a callback that names no account does not use up what WeCom allows', async () => {
  const relay = await testRelay({ now: Date.now() })
  const own = await connected({
    accounts: 12,
    customers: 1,
    clock: {
      now: () => Date.now(),
      after: (ms, then) => {
        const t = setTimeout(then, ms)
        return () => clearTimeout(t)
      },
    },
    station: { corpid: liuhe.corpid },
    over: { relay: { url: relay.url.replace('http', 'ws'), token: deskTokens.liuhe } },
  })
  own.connection.serve(own.bound)
  await soon(() => expect(own.desk.relayStates).toContain('connected'))
  const xml = eventXml('kf_msg_or_event', {
    CreateTime: String(Math.floor(Date.now() / 1000)),
    Token: 'ENCofOneOfThem',
  })
  relay.now = Date.now()
  expect((await relay.post(notification(liuhe, xml, relay.now))).status).toBe(200)
  await new Promise((r) => setTimeout(r, 3_000))
  expect(await tooFrequent()).toBe(0)
})
