import { describe, expect, onTestFinished, test } from 'vitest'
import { ApiRefused } from '../../src/channels/wecom/api-error.ts'
import type { ContactsApi } from '../../src/channels/wecom/contacts/contacts.ts'
import { openContacts } from '../../src/channels/wecom/contacts/open.ts'
import { type Meaning, meaningOf } from '../../src/channels/wecom/contacts/refusals.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { type Emulator, startEmulator } from '../emulators/wecom/client.ts'
import { failureOf, wecomDesk } from '../support/wecom-desk.ts'

interface Corp {
  wecom: Emulator
  contacts: ContactsApi
  corpid: string
  secret: string
  /** Two members with the right to customers, and three customers. */
  members: string[]
  customers: string[]
}

async function corp(): Promise<Corp> {
  const wecom = await startEmulator({ seed: 3 })
  onTestFinished(() => wecom.stop())
  const { corpid, secret, servicers, customers } = await wecom.control.station({ customers: 3 })
  const { api } = wecomDesk(wecom.url, { corpid, secret })
  onTestFinished(() => api.close())
  return { wecom, contacts: openContacts(api), corpid, secret, members: servicers, customers }
}

const codeOf = async (asked: Promise<unknown>) => ((await failureOf(asked)) as ApiRefused).errcode

describe('客户联系 at the emulator', () => {
  test('friends of members with remark, description and tags, page by page and one by one', async () => {
    const { wecom, contacts, corpid, members, customers } = await corp()
    const [zhang, li] = members as [string, string]
    const { tags } = await wecom.control.addTagGroup({ corpid, name: '关爱', tags: ['独居', '残疾'] })
    for (const customer of customers) await wecom.control.befriend({ corpid, userid: zhang, customer })
    await wecom.control.befriend({ corpid, userid: li, customer: customers[0]!, addWay: 4 })
    await wecom.control.editContact({
      ...{ corpid, userid: zhang, customer: customers[0]! },
      ...{ remark: '三组 王桂兰', description: '老伴住院' },
      ...{ tags: [tags[0]!.id], personalTags: ['老同学'] },
    })
    expect(await contacts.members()).toEqual(expect.arrayContaining(members))
    const all = await contacts.friendsOf(members, null)
    expect(all.rows).toHaveLength(4)
    expect(all.next).toBeNull()
    expect(
      all.rows.find(({ userid, external }) => userid === zhang && external === customers[0]),
    ).toMatchObject({
      remark: '三组 王桂兰',
      description: '老伴住院',
      tags: [{ id: tags[0]!.id, name: null }],
      addWay: 1,
    })
    const one = await contacts.friend(customers[0]!)
    expect(one.map(({ userid }) => userid).sort()).toEqual([...members].sort())
    const noted = one.find(({ userid }) => userid === zhang)!
    expect(noted.tags).toEqual(
      expect.arrayContaining([
        { id: tags[0]!.id, name: '独居', group: '关爱' },
        expect.objectContaining({ id: null, name: '老同学' }),
      ]),
    )
    expect(noted.since).toBeGreaterThan(1_600_000_000_000)
  })

  test('a hundred to a page, and no one twice', async () => {
    const { wecom, contacts, corpid, members } = await corp()
    const customers: string[] = []
    for (let n = 0; n < 230; n += 1) {
      const { external } = await wecom.control.addCustomer({ corpid, nickname: `居民${n}` })
      customers.push(external)
      await wecom.control.befriend({ corpid, userid: members[0]!, customer: external })
    }
    const seen: string[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const page = await contacts.friendsOf(members, cursor)
      seen.push(...page.rows.map(({ external }) => external))
      cursor = page.next
      pages += 1
    } while (cursor !== null)
    expect(pages).toBe(3)
    expect(seen.sort()).toEqual(customers.sort())
  })

  test('remark and tags are written for one member, and refused (84061) for whom the resident is no friend of', async () => {
    const { wecom, contacts, corpid, members, customers } = await corp()
    const [zhang, li] = members as [string, string]
    const who = { corpid, userid: zhang, customer: customers[0]! }
    await wecom.control.befriend(who)
    const made = await contacts.addTags('关爱', ['独居'])
    const again = await contacts.addTags('关爱', ['残疾'])
    expect(again.id).toBe(made.id)
    const groups = await contacts.tagGroups()
    expect(
      groups
        .find(({ name }) => name === '关爱')
        ?.tags.map(({ name }) => name)
        .sort(),
    ).toEqual(['独居', '残疾'].sort())
    await contacts.remark(zhang, customers[0]!, { remark: '三组 王桂兰', description: '独居' })
    await contacts.markTags(zhang, customers[0]!, [made.tags[0]!.id], [])
    expect(await wecom.control.contact(who)).toMatchObject({
      remark: '三组 王桂兰',
      description: '独居',
      tags: [made.tags[0]!.id],
    })
    await contacts.remark(zhang, customers[0]!, { description: '' })
    await contacts.markTags(zhang, customers[0]!, [], [made.tags[0]!.id])
    expect(await wecom.control.contact(who)).toMatchObject({
      remark: '三组 王桂兰',
      description: '',
      tags: [],
    })
    expect(await codeOf(contacts.markTags(li, customers[0]!, [made.tags[0]!.id], []))).toBe(84061)
    expect(await codeOf(contacts.friend(customers[1]!))).toBe(84061)
    expect(await codeOf(contacts.markTags(zhang, customers[0]!, ['etnone'], []))).toBe(40068)
  })

  test('a broadcast is a task until its member confirms it; then each resident’s result is told', async () => {
    const { wecom, contacts, corpid, members, customers } = await corp()
    const [zhang] = members as [string]
    for (const customer of customers.slice(0, 2))
      await wecom.control.befriend({ corpid, userid: zhang, customer })
    const from = Date.now() - 60_000
    const { msgid, refused } = await contacts.createBroadcast({
      sender: zhang,
      externals: customers,
      text: '年底诈骗多，不要转账',
      attachments: [{ msgtype: 'link', link: { title: '反诈', url: 'https://example.cn/a' } }],
    })
    expect(msgid).toMatch(/^msg/)
    expect(refused).toEqual([customers[2]])
    const { rows } = await contacts.broadcasts(from, Date.now() + 60_000, null)
    expect(rows).toMatchObject([{ msgid, creator: null, text: '年底诈骗多，不要转账' }])
    await wecom.control.advance({ ms: 60_000 })
    expect((await contacts.tasks(msgid!, null)).rows).toMatchObject([{ userid: zhang, confirmed: false }])
    await contacts.remind(msgid!)
    await wecom.control.confirmBroadcast({ corpid, msgid: msgid! })
    await wecom.control.advance({ ms: 60_000 })
    expect((await contacts.tasks(msgid!, null)).rows).toMatchObject([{ userid: zhang, confirmed: true }])
    const results = await contacts.results(msgid!, zhang, null)
    expect(results.rows.map(({ external, state }) => [external, state]).sort()).toEqual(
      customers
        .slice(0, 2)
        .map((external) => [external, 'sent'])
        .sort(),
    )
    expect(results.rows[0]!.sentAt).toBeGreaterThan(from)
  })

  test('nobody to send to is refused; what was cancelled says so', async () => {
    const { wecom, contacts, corpid, members, customers } = await corp()
    const [zhang] = members as [string]
    const given = { sender: zhang, text: '在', attachments: [] }
    const nobody = await contacts
      .createBroadcast({ ...given, externals: customers })
      .catch((error: unknown) => error)
    if (nobody instanceof ApiRefused) expect([41048, 40096]).toContain(nobody.errcode)
    else expect(nobody).toMatchObject({ msgid: null, refused: customers })
    await wecom.control.befriend({ corpid, userid: zhang, customer: customers[0]! })
    const { msgid } = await contacts.createBroadcast({ ...given, externals: [customers[0]!] })
    await wecom.control.advance({ ms: 60_000 })
    await contacts.cancel(msgid!)
    await wecom.control.advance({ ms: 60_000 })
    expect(await codeOf(contacts.tasks('msgnone', null))).toBe(41047)
  })

  test('an app that may not is told by 48002, and that means unable', async () => {
    const { wecom, contacts, corpid } = await corp()
    await wecom.control.switchApp({ corpid, contactsAllowed: false })
    const failure = await failureOf(contacts.members())
    expect(failure).toMatchObject({ errcode: errorCodes.apiForbidden })
    expect(meaningOf(failure)).toMatchObject({ is: 'unable', code: 48002 })
  })
})

describe('what an error means to friends and broadcasts', () => {
  const cases: [code: number, is: Meaning['is']][] = [
    [errorCodes.systemBusy, 'later'],
    [errorCodes.tooFrequent, 'later'],
    [errorCodes.tooManyAtOnce, 'later'],
    [errorCodes.ipNotAllowed, 'later'],
    [errorCodes.appDisabled, 'later'],
    [errorCodes.broadcastDispatching, 'later'],
    [errorCodes.apiForbidden, 'unable'],
    [errorCodes.noPermission, 'unable'],
    [errorCodes.corpNotVerified, 'unable'],
    [errorCodes.notExternalContact, 'never'],
    [errorCodes.invalidExternalUserid, 'never'],
    [errorCodes.nobodyToSendTo, 'never'],
    [errorCodes.attachmentCount, 'never'],
    [errorCodes.attachmentType, 'never'],
    [errorCodes.broadcastCancelled, 'never'],
    [errorCodes.remindTooOften, 'never'],
    [errorCodes.invalidTagId, 'never'],
    [errorCodes.tagNameExists, 'never'],
    [errorCodes.tagNameLength, 'never'],
    [errorCodes.tagCountLimit, 'never'],
    [errorCodes.noPermissionForTag, 'never'],
  ]
  test.each(cases)('%i: %s', (code, is) => {
    expect(meaningOf(new ApiRefused(code, '/cgi-bin/externalcontact', 'no'))).toMatchObject({ is })
  })
})
