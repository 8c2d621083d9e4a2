import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { matchedSql } from '../../src/desk/friends/view.ts'
import { answerLost, refusal } from '../support/contacts.ts'
import { erase } from '../support/erasing.ts'
import { friendlyStation } from '../support/friendly-station.ts'
import { entriesOf, hour, iso, minute, screensFollowLedger } from '../support/station.ts'

const day = 24 * hour
const loner = { corpTag: 'et1', name: '独居老人', group: '关爱' }

/** One resident who is a friend of one member, and known to the desk as such. */
async function befriended() {
  const given = await friendlyStation()
  const { contacts, resident, works } = given
  contacts.groups.push({ id: 'etG', name: '关爱', tags: [{ id: 'et1', name: '独居老人' }] })
  const contact = await resident('wm1', { name: '王桂兰', villageGroup: '三组', tags: ['独居老人'] })
  contacts.befriend('ZhangSan', 'wm1', {
    remark: '三组王姨 13812345678',
    tags: [{ id: 'et1', name: '独居老人', group: '关爱' }],
    since: given.desk.now - day,
  })
  await works()
  return { ...given, contact }
}

describe('whose friends residents are', () => {
  test('is read from WeCom by itself, and shown with remark and tags, numbers masked', async () => {
    const { desk, contact, consoles, id } = await befriended()
    expect(await consoles.zhang.call('friends.of', { contact })).toEqual({
      contact,
      connection: id,
      friends: [
        {
          userid: 'ZhangSan',
          user: null,
          userName: 'ZhangSan',
          remark: '三组王姨 138****5678',
          description: '',
          tags: [loner],
          since: iso(desk.now - day),
          addWay: 1,
          changedAt: iso(desk.now),
        },
      ],
      why: null,
      code: null,
      askedAt: iso(desk.now),
      suggested: { remark: '三组 王桂兰', tags: [{ tag: '独居老人', corpTag: null }] },
    })
    await consoles.guanli.call('colleague.link', { connection: id, userid: 'ZhangSan', user: 'zhang' })
    const { friends } = await consoles.zhang.call('friends.of', { contact })
    expect(friends).toMatchObject([{ user: 'zhang', userName: '张建国' }])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('is on record without a word of it in the entry itself', async () => {
    const { desk, contact } = await befriended()
    const [found] = entriesOf(desk.station, 'friend.found')
    expect(found).toMatchObject({ subject: contact, data: { userid: 'ZhangSan', addWay: 1 } })
    expect(JSON.stringify(found)).not.toMatch(/王姨|独居老人/)
  })

  test('nothing new is no entry; what changed, and who is a friend no longer, is', async () => {
    const { desk, contacts, contact, consoles, works } = await befriended()
    await works(day)
    expect(entriesOf(desk.station, 'friend.updated')).toEqual([])
    contacts.friendships[0]!.remark = '王桂兰 三组'
    await works(day)
    expect(entriesOf(desk.station, 'friend.updated')).toHaveLength(1)
    contacts.friendships.length = 0
    await works(day)
    expect(entriesOf(desk.station, 'friend.lost')).toHaveLength(1)
    expect(await consoles.zhang.call('friends.of', { contact })).toMatchObject({
      friends: [],
      why: 'notFriend',
      code: 84061,
    })
  })

  test('all are read once a night, at three in the morning', async () => {
    const { contacts, works } = await befriended()
    const pulls = () => contacts.asked.filter((name) => name === 'members').length
    expect(pulls()).toBe(1)
    // 10:00 on Monday to 02:59 on Tuesday.
    await works(16 * hour + 59 * minute)
    expect(pulls()).toBe(1)
    await works(minute)
    expect(pulls()).toBe(2)
    await works(hour)
    expect(pulls()).toBe(2)
  })

  test('a pull that broke off is begun again later; what was read until then stays', async () => {
    const { desk, contacts, resident, works } = await friendlyStation()
    await resident('wm1')
    contacts.befriend('ZhangSan', 'wm1')
    contacts.fails.set('friendsOf', [answerLost()])
    await works()
    expect(entriesOf(desk.station, 'friend.found', 'friends.pulled')).toEqual([])
    await works(30_000)
    expect(entriesOf(desk.station, 'friend.found')).toEqual([])
    await works(minute)
    expect(entriesOf(desk.station, 'friend.found', 'friends.pulled').map(({ type }) => type)).toEqual([
      'friend.found',
      'friends.pulled',
    ])
  })

  test('and does not wait until a clock put right has caught up', async () => {
    const { desk, contacts, resident, works } = await friendlyStation()
    await resident('wm1')
    contacts.befriend('ZhangSan', 'wm1')
    contacts.fails.set('friendsOf', [answerLost()])
    await works()
    desk.now -= 24 * hour
    await works(minute)
    expect(entriesOf(desk.station, 'friend.found')).toHaveLength(1)
  })

  test('one member that WeCom refuses does not hide the friends of the others', async () => {
    const { desk, contacts, resident, works } = await friendlyStation()
    const contact = await resident('wm1')
    contacts.memberList.push('Gone')
    contacts.befriend('ZhangSan', 'wm1')
    contacts.fails.set('friendsOf', [refusal(errorCodes.useridNotFound), refusal(errorCodes.useridNotFound)])
    await works()
    expect(desk.station.views.friends.of(contact)).toHaveLength(1)
  })

  test('a resident who comes later is asked about singly, once', async () => {
    const { contacts, consoles, resident, works } = await befriended()
    contacts.befriend('LiSi', 'wm2')
    const [friend, stranger] = [await resident('wm2'), await resident('wm3')]
    expect(await consoles.zhang.call('friends.of', { contact: friend })).toMatchObject({ why: 'notAsked' })
    await works(minute)
    await works(minute)
    expect(contacts.asked.filter((name) => name === 'friend')).toHaveLength(2)
    expect(await consoles.zhang.call('friends.of', { contact: friend })).toMatchObject({ why: null })
    expect(await consoles.zhang.call('friends.of', { contact: stranger })).toMatchObject({
      why: 'notFriend',
    })
  })

  test('news of the relay is asked about at once: of one resident, of one member', async () => {
    const { desk, contacts, contact, id, works } = await befriended()
    contacts.friendships[0]!.remark = '搬走了'
    desk.station.linking.listener.contactsChanged(id, { userid: 'ZhangSan', external: 'wm1' })
    await works()
    expect(desk.station.views.friends.one(contact, 'ZhangSan')?.noted?.remark).toBe('搬走了')
    contacts.friendships[0]!.remark = '又回来了'
    desk.station.linking.listener.contactsChanged(id, { userid: 'ZhangSan', external: null })
    await works()
    expect(desk.station.views.friends.one(contact, 'ZhangSan')?.noted?.remark).toBe('又回来了')
  })

  test('news of the relay without end have neither all friends read over and over, nor strangers asked about', async () => {
    const { desk, contacts, id, works } = await befriended()
    const size = desk.station.ledger.head().size
    contacts.asked.length = 0
    for (let n = 0; n < 2_000; n++) {
      desk.station.linking.listener.contactsChanged(id, { userid: null, external: `wmELSEWHERE${n}` })
      desk.station.linking.listener.contactsChanged(id, { userid: null, external: null })
      if (n % 100 === 0) await works(1_000)
    }
    expect(contacts.asked).toEqual([])
    expect(desk.station.ledger.head().size).toBe(size)
    await works(10 * minute)
    expect(contacts.asked.filter((name) => name === 'members')).toHaveLength(1)
  })

  test('an officer’s own tags, which many at once come without, are not lost by the night', async () => {
    const { contacts, contact, consoles, works } = await befriended()
    contacts.friendships[0]!.tags.push({ id: null, name: '老同学', group: '我的' })
    const own = { corpTag: null, name: '老同学', group: '我的' }
    const { friends } = await consoles.zhang.call('friends.pull', { contact })
    expect(friends[0]!.tags).toEqual(expect.arrayContaining([own, loner]))
    await works(day)
    const after = await consoles.zhang.call('friends.of', { contact })
    expect(after.friends[0]!.tags).toEqual(expect.arrayContaining([own, loner]))
  })

  test('with members, friends and strangers counted; and no index is gone around', async () => {
    const { desk, contacts, consoles, works, id } = await befriended()
    contacts.befriend('LiSi', 'wm-never-wrote')
    await works(day)
    expect(await consoles.guanli.call('friends.status', {})).toMatchObject([
      {
        connection: id,
        contacts: { able: true, code: null },
        broadcasts: { able: true, code: null },
        members: 2,
        residents: 1,
        friends: 1,
        strangers: 1,
        pulledAt: iso(desk.now),
        pulling: false,
      },
    ])
    const plan = desk.station.db
      .prepare(`EXPLAIN QUERY PLAN ${matchedSql}`)
      .all({ connection: 'c', externals: '[]' })
    const steps = plan.map((step) => (step as { detail: string }).detail)
    expect(steps).toContain('SEARCH c USING INDEX contact_external (account=? AND external=?)')
  })
})

describe('what the app may not do', () => {
  test('is on record with the code, told to everybody, and tried again at night', async () => {
    const { desk, contacts, consoles, resident, works } = await friendlyStation()
    const contact = await resident('wm1')
    contacts.fails.set('members', [refusal(errorCodes.apiForbidden)])
    await works()
    expect(await consoles.zhang.call('friends.status', {})).toMatchObject([
      { contacts: { able: false, code: 48002, at: iso(desk.now) }, pulledAt: null },
    ])
    expect(await consoles.zhang.call('friends.of', { contact })).toMatchObject({
      why: 'notPermitted',
      code: 48002,
    })
    await works(hour)
    expect(contacts.asked.filter((name) => name === 'members')).toHaveLength(1)
    contacts.befriend('ZhangSan', 'wm1')
    await works(day)
    expect(await consoles.zhang.call('friends.status', {})).toMatchObject([{ contacts: { able: true } }])
  })

  test('nobody with the right to customers: 84061, and the connection’s settings say it too', async () => {
    const { consoles, works } = await friendlyStation()
    await works()
    const [status] = await consoles.zhang.call('friends.status', {})
    expect(status).toMatchObject({ contacts: { able: false, code: 84061 } })
    const [connection] = await consoles.guanli.call('connections.list', {})
    expect(connection!.capabilities.contacts).toMatchObject({ able: false, code: 84061 })
  })

  test('broadcasts apart from friends', async () => {
    const { contacts, consoles, works } = await friendlyStation()
    contacts.befriend('ZhangSan', 'wm1')
    contacts.fails.set('broadcasts', [refusal(errorCodes.noPermission)])
    await works()
    expect(await consoles.zhang.call('friends.status', {})).toMatchObject([
      { contacts: { able: true }, broadcasts: { able: false, code: 60011 } },
    ])
  })
})

describe('remark and tags are given back to WeCom', () => {
  test('as the officer chose, on record, and not read back as a change', async () => {
    const { desk, contacts, contact, consoles, works } = await befriended()
    await consoles.zhang.call('friend.pushRemark', { contact, userid: 'ZhangSan', remark: '三组 王桂兰' })
    expect(contacts.friendships[0]).toMatchObject({ remark: '三组 王桂兰' })
    const [pushed] = entriesOf(desk.station, 'contact.remarkPushed')
    expect(pushed).toMatchObject({
      actor: { user: 'zhang' },
      data: { userid: 'ZhangSan', remark: true, description: false },
    })
    await works(day)
    expect(entriesOf(desk.station, 'friend.updated')).toEqual([])
    const state = await consoles.li.call('friends.of', { contact })
    expect(state.friends).toMatchObject([{ remark: '三组 王桂兰', description: '' }])
    expect((await consoles.li.call('contact.card', { contact })).name).toBe('王桂兰')
  })

  test('tags by what an admin linked them to; the others are named and left out', async () => {
    const { contacts, contact, consoles, id, works, desk } = await befriended()
    contacts.friendships[0]!.tags = []
    await consoles.guanli.call('corpTag.link', { connection: id, tag: '独居老人', corpTag: 'et1' })
    const asked = { contact, userid: 'ZhangSan', add: ['独居老人', '重点'], remove: [] }
    expect(await consoles.zhang.call('friend.pushTags', asked)).toEqual({ unlinked: ['重点'] })
    expect(contacts.friendships[0]!.tags).toMatchObject([{ id: 'et1' }])
    await works(day)
    expect(entriesOf(desk.station, 'friend.updated')).toEqual([])
    expect(await consoles.zhang.refused('friend.pushTags', { ...asked, add: ['重点'] })).toMatchObject({
      code: 'nothing_to_do',
    })
  })

  test('WeCom’s no is told with its code, nothing is on record, and the resident is asked about anew', async () => {
    const { desk, contacts, contact, consoles, works } = await befriended()
    contacts.friendships.length = 0
    const asked = { contact, userid: 'ZhangSan', remark: '王桂兰' }
    expect(await consoles.zhang.refused('friend.pushRemark', asked)).toMatchObject({
      code: 'channel_refused',
      errcode: 84061,
    })
    expect(entriesOf(desk.station, 'contact.remarkPushed')).toEqual([])
    await works()
    expect(entriesOf(desk.station, 'friend.lost')).toHaveLength(1)
    expect(await consoles.zhang.refused('friend.pushRemark', asked)).toMatchObject({ code: 'not_found' })
  })

  test('not while the ledger cannot be written: nothing of it would be on record', async () => {
    const { desk, contacts, contact, consoles } = await befriended()
    desk.station.readOnly = { since: desk.now, reason: 'SQLITE_FULL' }
    const asked = { contact, userid: 'ZhangSan', remark: '王桂兰' }
    expect(await consoles.zhang.refused('friend.pushRemark', asked)).toMatchObject({
      code: 'ledger_unwritable',
    })
    expect(contacts.asked).not.toContain('remark')
    desk.station.readOnly = null
  })

  test('an admin has missing tags made, once, and sees which tag is which', async () => {
    const { contacts, consoles, id } = await befriended()
    const add = { connection: id, group: '关爱', tags: ['独居老人', '残疾人'] }
    expect(await consoles.guanli.call('corpTags.add', add)).toEqual({ added: 1, linked: 2 })
    expect(await consoles.guanli.call('corpTags.add', add)).toEqual({ added: 0, linked: 0 })
    expect(contacts.groups[0]!.tags.map(({ name }) => name)).toEqual(['独居老人', '残疾人'])
    expect(await consoles.zhang.call('corpTags.list', { connection: id })).toMatchObject({
      deskTags: [{ tag: '独居老人', residents: 1, corpTag: 'et1' }],
    })
    const none = { connection: id, tag: '独居老人', corpTag: 'et-none' }
    expect(await consoles.guanli.refused('corpTag.link', none)).toMatchObject({ code: 'not_found' })
  })
})

describe('rule 11', () => {
  test('a resident known only from a private thread is nobody’s business: neither friends, remark nor tags', async () => {
    const { desk, contact, consoles, id } = await befriended()
    const thread = desk.station.db.prepare('SELECT id FROM thread WHERE contact = ?').pluck().get(contact)
    await consoles.zhang.call('thread.setPrivate', {
      thread: thread as string,
      private: true,
      reason: '家事',
    })
    for (const name of ['friends.of', 'friends.pull'] as const)
      expect(await consoles.li.refused(name, { contact })).toEqual({ code: 'private_thread' })
    const push = { contact, userid: 'ZhangSan', remark: '王' }
    expect(await consoles.li.refused('friend.pushRemark', push)).toEqual({ code: 'private_thread' })
    expect((await consoles.li.call('corpTags.list', { connection: id })).deskTags).toEqual([])
    expect((await consoles.daiban.call('corpTags.list', { connection: id })).deskTags).toHaveLength(1)
    expect((await consoles.daiban.call('friends.of', { contact })).friends).toHaveLength(1)
  })
})

describe('erasing (PIPL art. 47)', () => {
  test('a resident’s card takes along what officers noted of them in WeCom, and the night brings nothing back', async () => {
    const { desk, contact, consoles, works } = await befriended()
    const thread = desk.station.views.warnings.newestThread(contact)!
    const { lastSeq } = await consoles.zhang.call('thread.get', { thread })
    await consoles.zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen: lastSeq })
    await works(200 * day)
    await erase(consoles.guanli, { kind: 'contact', contact })
    const held = desk.station.db.prepare('SELECT count(*) FROM content WHERE body LIKE ?').pluck()
    expect(held.get('%王姨%')).toBe(0)
    await works(day)
    expect(held.get('%王姨%')).toBe(0)
    expect(await consoles.zhang.call('friends.of', { contact })).toMatchObject({
      friends: [],
      why: 'erased',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

describe('a restart', () => {
  test('forgets nothing of friends, and reads them once more only at night', async () => {
    const { desk, contact, contacts, works } = await befriended()
    await desk.restart()
    await desk.station.linking.settled()
    await works()
    expect(desk.station.views.friends.of(contact)).toHaveLength(1)
    expect(contacts.asked.filter((name) => name === 'members')).toHaveLength(1)
  })
})
