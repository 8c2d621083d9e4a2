import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Station } from '../emulators/wecom/acts/station.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { type WecomDesk, wecomDesk } from '../support/wecom-desk.ts'
import type { Served } from '../support/wecom-net.ts'

/** For tests of the calls of WeCom: one emulator for the file, for each test a corp of its own and a desk that calls it. */

export const MiB = 1024 * 1024
export const sync = '/cgi-bin/kf/sync_msg'
export const send = '/cgi-bin/kf/send_msg'
export const get = '/cgi-bin/media/get'

export let wecom: Emulator
export let station: Station
export let desk: WecomDesk
export const kfid = () => station.accounts[0]!.openKfid
export const resident = () => station.customers[0]!
/** Closed and stopped after each test. */
export const open: { close(): Promise<void> }[] = []
export const serving: Served[] = []
/** The desk of this corp, calling another address. */
export const at = (url: string, changes = {}) => {
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
