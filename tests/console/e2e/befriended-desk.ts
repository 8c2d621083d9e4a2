import type { CallName, Input, Output } from '../../../src/contract/index.ts'
import type { Emulator } from '../../emulators/wecom/client.ts'
import { demoPassword } from './at-the-desk.ts'

/** The demo station, with one account reached through the WeCom emulator and residents who are friends of officers. */

interface Console {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  close(): void
}
interface Station {
  login(user: string, password: string): Promise<Console>
}

export interface Befriended {
  corpid: string
  connection: string
  account: string
  /** By name. */
  contacts: Map<string, string>
  /** external_userids, in the order of `residents`. */
  customers: string[]
}

/** Whose friend each is; the last three are nobody's. */
export const residents = [
  { name: '王桂兰', villageGroup: '三组', tags: ['独居老人'], of: 'officer1' },
  { name: '李建国', villageGroup: '三组', tags: ['党员'], of: 'officer1' },
  { name: '张玉梅', villageGroup: '三组', tags: ['独居老人', '高龄'], of: 'officer1' },
  { name: '赵志强', villageGroup: '四组', tags: ['外出务工'], of: 'officer1' },
  { name: '周海燕', villageGroup: '四组', tags: ['党员'], of: 'officer2' },
  { name: '吴文斌', villageGroup: '四组', tags: [], of: 'officer2' },
  { name: '孙春花', villageGroup: '五组', tags: ['独居老人'], of: 'officer2' },
  { name: '胡国庆', villageGroup: '五组', tags: ['外出务工'], of: null },
  { name: '林小红', villageGroup: '五组', tags: ['高龄'], of: null },
  { name: '郭永福', villageGroup: '三组', tags: ['独居老人'], of: null },
] as const

export async function befriend(
  station: Station,
  wecom: Emulator,
  { permitted = true }: { permitted?: boolean } = {},
): Promise<Befriended> {
  const { control } = wecom
  const { corpid, secret, accounts, customers } = await control.station({
    accounts: 1,
    customers: residents.length,
    servicers: 2,
  })
  const { openKfid } = accounts[0]!
  if (!permitted) await control.switchApp({ corpid, contactsAllowed: false })
  for (const [at, resident] of residents.entries()) {
    const customer = customers[at]!
    await control.customerWrites({ account: openKfid, customer, text: `您好，我是${resident.name}` })
    if (resident.of === null) continue
    const remark = `${resident.name} 13${at}12345678`
    await control.befriend({ corpid, userid: resident.of, customer, remark, addWay: at % 4 })
  }
  const admin = await station.login('wumin', demoPassword)
  const { id: connection } = await admin.call('connection.add', {
    name: '县局企业微信',
    corpid,
    secret,
    apiBase: wecom.url,
    ca: null,
    proxy: null,
    relay: null,
  })
  const { account } = await admin.call('connection.bind', { connection, openKfid, name: '柳河微信客服' })
  await admin.call('colleague.link', { connection, userid: 'officer1', user: 'chenjun' })
  await admin.call('colleague.link', { connection, userid: 'officer2', user: 'liufang' })

  const officer = await station.login('chenjun', demoPassword)
  const contacts = await until('all of them have written', async () => {
    const { rows } = await officer.call('threads.list', { queue: 'all', account, offset: 0, limit: 50 })
    if (rows.length < residents.length) return null
    const previews = rows.map(({ contact, preview }) => [contact, preview ?? ''] as const)
    return new Map(
      residents.map(({ name }) => [name, previews.find(([, text]) => text.includes(name))?.[0] ?? '']),
    )
  })
  for (const { name, villageGroup, tags } of residents) {
    const card = { name, villageGroup, household: null, tags: [...tags] }
    await officer.call('contact.change', { contact: contacts.get(name)!, ...card })
  }
  await until('WeCom was asked for friends', async () => {
    const status = (await admin.call('friends.status', {}))[0]
    return status?.pulledAt || status?.contacts.able === false ? status : null
  })
  admin.close()
  officer.close()
  return { corpid, connection, account, contacts, customers }
}

/** Looks again and again for what comes by itself. */
export async function until<Found>(what: string, look: () => Promise<Found | null>): Promise<Found> {
  const end = Date.now() + 30_000
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
