import type { AccountHealth } from '../../src/channels/wecom/desk.ts'
import { at, type Console } from './console.ts'
import { hour, resident, type TestStation, testStation } from './station.ts'
import { type PretendedWecom, pretendedWecom } from './wecom.ts'

/** A connection that opens, and the secret of its app. */
export const settings = {
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.weixin.qq.com',
  ca: null,
  proxy: null,
  relay: null,
}
export const secret = 'a-secret-of-the-app'
export const day = 24 * hour

/** How an account that asks in turn says it is. */
export const asking: AccountHealth = { fault: null, by: 'asking', lateBy: 8, askedAt: null }
export const ill: AccountHealth = { ...asking, fault: { what: 'unreachable', code: null } }

interface Connected {
  desk: TestStation
  wecom: PretendedWecom
  admin: Console
  /** The connection and its one account. */
  id: string
  account: string
  settled(): Promise<void>
  /** What is late by a clock of its own. */
  tick(ms: number): Promise<void>
}

/** A station whose admin has connected a corp and bound one account of it. */
export async function connected(): Promise<Connected> {
  const wecom = pretendedWecom()
  const desk = await testStation({ wecom })
  const admin = await at(desk, 'guanli')
  const { id } = await admin.call('connection.add', { ...settings, secret })
  const { account } = await admin.call('connection.bind', {
    connection: id,
    openKfid: 'wk1',
    name: '柳河客服',
  })
  const settled = () => desk.station.linking.settled()
  await settled()
  return { desk, wecom, admin, id, account, settled, tick: (ms) => desk.pass(ms) }
}

/** A resident of the WeCom account writes; only the channel's id of them is known. */
export const says = (from: string, text: string, at: number, external = `m-${text}`) => ({
  ...resident({ from, text, at, external }),
  contact: { external: from, name: '' },
})
