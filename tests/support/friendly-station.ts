import { at, type Console } from './console.ts'
import { type PretendedContacts, pretendedContacts } from './contacts.ts'
import { resident, type TestStation, testStation } from './station.ts'
import { pretendedWecom } from './wecom.ts'

/** A station with one WeCom account, whose residents may be friends of members. */
export interface FriendlyStation {
  desk: TestStation
  contacts: PretendedContacts
  /** The connection, and its account. */
  id: string
  account: string
  consoles: Record<'zhang' | 'li' | 'daiban' | 'ducha' | 'guanli', Console>
  /** Somebody writes for the first time. @returns the resident's id */
  resident(
    external: string,
    card?: { name?: string; villageGroup?: string; tags?: string[] },
  ): Promise<string>
  /** What there is to ask WeCom is asked; time goes by first. */
  works(ms?: number): Promise<void>
}

export async function friendlyStation(): Promise<FriendlyStation> {
  const wecom = pretendedWecom()
  const contacts = pretendedContacts()
  wecom.contacts = contacts
  const desk = await testStation({ wecom })
  contacts.now = () => desk.now
  const consoles = {
    zhang: await at(desk, 'zhang'),
    li: await at(desk, 'li'),
    daiban: await at(desk, 'daiban'),
    ducha: await at(desk, 'ducha'),
    guanli: await at(desk, 'guanli'),
  }
  const { id } = await consoles.guanli.call('connection.add', {
    name: '县局企业微信',
    corpid: 'wwDUTYDESK00000001',
    apiBase: 'https://qyapi.weixin.qq.com',
    ca: null,
    proxy: null,
    relay: null,
    secret: 'a-secret-of-the-app',
  })
  const { account } = await consoles.guanli.call('connection.bind', {
    connection: id,
    openKfid: 'wk1',
    name: '柳河客服',
  })
  await desk.station.linking.settled()
  const self: FriendlyStation = {
    desk,
    contacts,
    id,
    account,
    consoles,
    async resident(external, card) {
      const said = resident({ from: external, text: '在吗', at: desk.now, external: `hello-${external}` })
      wecom.listener.takeIn(account, [said], '')
      const contact = desk.station.views.people.contactByExternal(account, external)!
      if (card) {
        const { name = external, villageGroup = null, tags = [] } = card
        await consoles.zhang.call('contact.change', { contact, name, villageGroup, household: null, tags })
      }
      return contact
    },
    async works(ms = 0) {
      desk.now += ms
      desk.station.db.prepare('UPDATE session SET last_active = ?').run(desk.now)
      await desk.station.friends.tick()
      await desk.station.broadcasting.tick()
    },
  }
  return self
}
