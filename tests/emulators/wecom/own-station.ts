import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { Station } from './acts/station.ts'
import { type Called, type Emulator, startEmulator } from './client.ts'

/** For the emulator's own tests: one emulator for the file, for each test a corp of its own while the clock stands still. */
export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

export let wecom: Emulator
export let station: Station
export let account: string
export let resident: string

beforeAll(async () => {
  wecom = await startEmulator({ seed: 5 })
})
afterAll(async () => {
  expect(wecom.complaints()).toBe('')
  await wecom.stop()
})

beforeEach(async () => {
  await wecom.control.setClock({ rate: 0 })
  await wecom.control.clearFaults()
  await wecom.control.settings({
    failLater: false,
    dispatching: 0,
    broadcastQuota: null,
    rangeAbove: 20 * 1024 * 1024,
  })
  station = await wecom.control.station({ accounts: 2, customers: 3 })
  account = station.accounts[0]!.openKfid
  resident = station.customers[0]!
})

export const ask = (path: string, body?: unknown, query: Record<string, string> = {}) =>
  wecom.call(`/cgi-bin/${path}`, { as: station, query, ...(body === undefined ? {} : { body }) })
export const code = async (path: string, body?: unknown, query: Record<string, string> = {}) =>
  (await ask(path, body, query)).errcode
export const gettoken = (query: Record<string, string> = {}) =>
  wecom.call('/cgi-bin/gettoken', { query: { corpid: station.corpid, corpsecret: station.secret, ...query } })
export const send = (more: Record<string, unknown> = {}) =>
  ask('kf/send_msg', {
    touser: resident,
    open_kfid: account,
    msgtype: 'text',
    text: { content: '收到' },
    ...more,
  })
export const writes = (text: string, more: Record<string, unknown> = {}) =>
  wecom.control.customerWrites({ account, customer: resident, text, ...more })

export interface Item {
  msgid: string
  msgtype: string
  origin: number
  send_time: number
  open_kfid?: string
  text?: { content: string; menu_id?: string }
  event?: Record<string, unknown>
}
export async function pull(more: Record<string, unknown> = {}): Promise<{ answer: Called; items: Item[] }> {
  const { token } = await wecom.control.syncToken({ account })
  const answer = await ask('kf/sync_msg', { open_kfid: account, token, ...more })
  return { answer, items: (answer.msg_list ?? []) as Item[] }
}
export async function state(): Promise<unknown> {
  return (await ask('kf/service_state/get', { open_kfid: account, external_userid: resident })).service_state
}
export const trans = (service_state: number, more: Record<string, unknown> = {}) =>
  ask('kf/service_state/trans', { open_kfid: account, external_userid: resident, service_state, ...more })
