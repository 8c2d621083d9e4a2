import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import type { Audience } from '../../src/contract/broadcasts.ts'
import { audienceSql } from '../../src/desk/broadcasts/audience.ts'
import { hiddenSql } from '../../src/desk/broadcasts/view.ts'
import type { Console } from '../support/console.ts'
import { answerLost, neverSent, refusal } from '../support/contacts.ts'
import { type FriendlyStation, friendlyStation } from '../support/friendly-station.ts'
import { entriesOf, hour, minute, screensFollowLedger } from '../support/station.ts'

const day = 24 * hour
const page = { offset: 0, limit: 50 }
const everybody: Audience = { where: { accounts: [], villageGroups: [], tags: [] }, also: [], without: [] }
const words = { purpose: '反诈提醒', text: '年底诈骗多，不要转账', attachments: [] }

/** Wang and Li are friends of members, Zhao is nobody's. */
async function village() {
  const given = await friendlyStation()
  const { contacts, resident, works } = given
  const wang = await resident('wm1', { name: '王桂兰', villageGroup: '三组', tags: ['独居'] })
  const li = await resident('wm2', { name: '李大海', villageGroup: '五组' })
  const zhao = await resident('wm3', { name: '赵六', villageGroup: '三组' })
  contacts.befriend('ZhangSan', 'wm1')
  contacts.befriend('LiSi', 'wm2')
  await works()
  return { ...given, wang, li, zhao }
}

const draft = async (console: Console, audience: Audience = everybody) =>
  (await console.call('broadcast.draft', { ...words, audience })).broadcast

async function approve({ consoles }: FriendlyStation, broadcast: string) {
  const { version, audience } = await consoles.daiban.call('broadcast.get', { broadcast })
  const { reachable } = await consoles.daiban.call('broadcasts.preview', {
    audience: audience!,
    of: 'reachable',
    ...page,
  })
  await consoles.daiban.call('broadcast.approve', { broadcast, version, reachable })
}

/** Drafted by Zhang, approved by the supervisor, its tasks made in WeCom. */
async function made(audience: Audience = everybody) {
  const given = await village()
  const broadcast = await draft(given.consoles.zhang, audience)
  await approve(given, broadcast)
  await given.works()
  const get = () => given.consoles.zhang.call('broadcast.get', { broadcast })
  return { ...given, broadcast, get }
}

const typesOf = ({ desk }: FriendlyStation) =>
  entriesOf(desk.station)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('broadcast.'))

describe('whom a broadcast would reach', () => {
  test('is told before it is written: how many, by whom, who not and why, and what they had this month', async () => {
    const { consoles, account, zhao } = await village()
    const ask = { audience: everybody, of: 'unreachable' as const, ...page }
    expect(await consoles.zhang.call('broadcasts.preview', ask)).toMatchObject({
      residents: 3,
      reachable: 2,
      unreachable: { notFriend: 1, quota: 0, noConnection: 0 },
      members: [
        { userid: 'LiSi', residents: 1 },
        { userid: 'ZhangSan', residents: 1 },
      ],
      quota: { of: 30, most: 0, least: 0 },
      rows: [{ contact: zhao, account, contactName: '三组 赵六', why: 'notFriend', userid: null, had: 0 }],
      total: 1,
    })
  })

  test('by village group, tag, hand-picked and left out', async () => {
    const { consoles, wang, li, account } = await village()
    const reached = async (audience: Audience) =>
      (await consoles.zhang.call('broadcasts.preview', { audience, of: 'reachable', ...page })).rows.map(
        ({ contact }) => contact,
      )
    const where = { accounts: [account], villageGroups: ['三组'], tags: [] as string[] }
    expect(await reached({ ...everybody, where })).toEqual([wang])
    expect(await reached({ ...everybody, where: { ...where, tags: ['独居'] } })).toEqual([wang])
    expect(await reached({ ...everybody, where: { ...where, tags: ['没有'] } })).toEqual([])
    expect(await reached({ where: null, also: [li], without: [] })).toEqual([li])
    expect(await reached({ ...everybody, without: [wang] })).toEqual([li])
    expect(await consoles.zhang.call('broadcasts.choices', { accounts: [account] })).toEqual({
      villageGroups: [
        { name: '三组', residents: 2 },
        { name: '五组', residents: 1 },
      ],
      tags: [{ name: '独居', residents: 1 }],
    })
  })

  test('an account worked by hand reaches nobody, and says so', async () => {
    const { desk, consoles } = await village()
    desk.hears({ from: '张三', text: '在吗' })
    const { unreachable } = await consoles.zhang.call('broadcasts.preview', {
      audience: everybody,
      of: 'reachable',
      ...page,
    })
    expect(unreachable).toMatchObject({ noConnection: 1, notFriend: 1 })
  })

  test('no table is gone through for what can be looked up', async () => {
    const { desk } = await village()
    const plan = (sql: string) =>
      (
        desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({
          ...{ accounts: '[]', villageGroups: '[]', tags: '[]', also: '[]', without: '[]' },
          ...{ hidden: '[]', preferred: '', month: 0, broadcasts: '[]' },
        }) as { detail: string }[]
      ).map(({ detail }) => detail)
    const scanned = (sql: string) => plan(sql).filter((step) => /^SCAN \w+$/.test(step))
    const where = { accounts: ['柳河'], villageGroups: [], tags: [] }
    expect(scanned(audienceSql(where))).toEqual(['SCAN h'])
    expect(plan(audienceSql(where))).toContain('SEARCH c USING INDEX contact_group (account=?)')
    expect(plan(hiddenSql)).toContain('SEARCH r USING COVERING INDEX broadcast_recipient_contact (contact=?)')
  })
})

describe('two people', () => {
  test('draft and approve, never one: also not whoever bettered a word of it', async () => {
    const given = await village()
    const { consoles } = given
    const broadcast = await draft(consoles.daiban)
    const { version, may } = await consoles.daiban.call('broadcast.get', { broadcast })
    expect(may).toEqual({ change: true, approve: false, decline: true, cancel: true, remind: false })
    const asked = { broadcast, version, reachable: 2 }
    expect(await consoles.daiban.refused('broadcast.approve', asked)).toEqual({ code: 'own_draft' })
    expect(await consoles.zhang.refused('broadcast.approve', asked)).toMatchObject({ code: 'forbidden' })
    const other = await draft(consoles.zhang)
    const before = await consoles.daiban.call('broadcast.get', { broadcast: other })
    await consoles.daiban.call('broadcast.change', {
      broadcast: other,
      version: before.version,
      ...words,
      text: '改过了',
      audience: everybody,
    })
    const after = await consoles.daiban.call('broadcast.get', { broadcast: other })
    expect(after).toMatchObject({ text: '改过了', writers: [{ user: 'zhang' }, { user: 'daiban' }] })
    expect(
      await consoles.daiban.refused('broadcast.approve', {
        broadcast: other,
        version: after.version,
        reachable: 2,
      }),
    ).toEqual({ code: 'own_draft' })
    expect(typesOf(given)).not.toContain('broadcast.approved')
  })

  test('what is approved is what was seen: a changed draft or audience is refused', async () => {
    const { consoles, contacts, works, zhao } = await village()
    const broadcast = await draft(consoles.zhang)
    const { version } = await consoles.daiban.call('broadcast.get', { broadcast })
    await consoles.zhang.call('broadcast.change', { broadcast, version, ...words, audience: everybody })
    expect(
      await consoles.daiban.refused('broadcast.approve', { broadcast, version, reachable: 2 }),
    ).toMatchObject({ code: 'draft_changed' })
    const now = (await consoles.daiban.call('broadcast.get', { broadcast })).version
    contacts.befriend('ZhangSan', 'wm3')
    await consoles.zhang.call('friends.pull', { contact: zhao })
    await works()
    expect(
      await consoles.daiban.refused('broadcast.approve', { broadcast, version: now, reachable: 2 }),
    ).toEqual({ code: 'audience_changed', reachable: 3 })
    await consoles.daiban.call('broadcast.approve', { broadcast, version: now, reachable: 3 })
  })

  test('a declined one tells why, and is a draft again once it was changed', async () => {
    const { consoles } = await village()
    const broadcast = await draft(consoles.zhang)
    const { version } = await consoles.daiban.call('broadcast.get', { broadcast })
    await consoles.daiban.call('broadcast.decline', { broadcast, version, reason: '写上咨询电话' })
    const declined = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(declined).toMatchObject({ broadcast: { state: 'declined' }, declinedReason: '写上咨询电话' })
    await consoles.zhang.call('broadcast.change', {
      ...{ broadcast, version: declined.version, ...words, audience: everybody },
      text: '咨询 13812345678',
    })
    const again = await consoles.daiban.call('broadcast.get', { broadcast })
    // A notice to the public: whoever approves it sees the number that goes out.
    expect(again).toMatchObject({ text: '咨询 13812345678', declinedReason: null })
    expect(again.broadcast.state).toBe('drafted')
  })
})

describe('an approved broadcast', () => {
  test('becomes a task for each member, with the words as approved; nobody has it yet', async () => {
    const { contacts, get, consoles, broadcast } = await made()
    expect(contacts.made.map(({ sender, externals, text }) => ({ sender, externals, text }))).toEqual([
      { sender: 'LiSi', externals: ['wm2'], text: words.text },
      { sender: 'ZhangSan', externals: ['wm1'], text: words.text },
    ])
    const detail = await get()
    expect(detail.broadcast).toMatchObject({
      state: 'sending',
      counts: { members: 2, confirmed: 0, residents: 2, waiting: 2, sent: 0 },
    })
    expect(detail.tasks).toMatchObject([{ state: 'created' }, { state: 'created' }])
    const { rows } = await consoles.zhang.call('broadcasts.list', { of: 'open', ...page })
    expect(rows).toMatchObject([{ id: broadcast, purpose: '反诈提醒', approvedByName: '陈所长' }])
  })

  test('is followed: who confirmed, who got it, who not and why; then it is finished', async () => {
    const given = await made()
    const { desk, contacts, get, works, consoles, broadcast, wang, li } = given
    contacts.confirm('msg1')
    await works(5 * minute)
    expect((await get()).broadcast).toMatchObject({
      state: 'sending',
      counts: { confirmed: 1, sent: 1, waiting: 1 },
    })
    contacts.confirm('msg2', { wm1: 'notFriend' })
    await works(5 * minute)
    const { broadcast: finished, tasks } = await get()
    expect(finished).toMatchObject({
      state: 'finished',
      counts: { confirmed: 2, sent: 1, notFriend: 1, waiting: 0, quota: 0, unsent: 0 },
    })
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'done'])
    const failed = await consoles.zhang.call('broadcast.results', { broadcast, state: 'notFriend', ...page })
    const thread = desk.station.views.warnings.newestThread(wang)
    expect(failed).toMatchObject({ total: 1, rows: [{ contact: wang, state: 'notFriend', thread }] })
    const { rows } = await consoles.zhang.call('broadcast.results', { broadcast, ...page })
    expect(rows.map(({ contact, sentAt }) => [contact, sentAt !== null])).toEqual([
      [li, true],
      [wang, false],
    ])
    expect(typesOf(given).at(-1)).toBe('broadcast.finished')
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('what was had this month counts against the next one', async () => {
    const { contacts, works, consoles, desk } = await made()
    for (const { msgid } of contacts.made) contacts.confirm(msgid, { wm1: 'quota' })
    await works(5 * minute)
    const preview = () =>
      consoles.zhang.call('broadcasts.preview', { audience: everybody, of: 'reachable', ...page })
    expect((await preview()).quota).toEqual({ of: 30, most: 1, least: 0 })
    desk.station.db
      .prepare(
        `WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 128)
         INSERT INTO broadcast_recipient (task, n, broadcast, contact, state, sent_at)
         SELECT task, i, broadcast, contact, state, sent_at FROM broadcast_recipient, n WHERE state = 'sent'`,
      )
      .run()
    expect(await preview()).toMatchObject({ reachable: 1, unreachable: { quota: 1 } })
  })

  test('results that are not there yet (41063) are asked for again', async () => {
    const { contacts, get, works } = await made()
    for (const each of contacts.made) {
      each.dispatching = true
      contacts.confirm(each.msgid)
    }
    await works(minute)
    expect((await get()).broadcast.counts).toMatchObject({ confirmed: 0 })
    for (const each of contacts.made) each.dispatching = false
    await works(minute)
    expect((await get()).broadcast).toMatchObject({ state: 'finished', counts: { sent: 2 } })
  })

  test('whoever WeCom will not send to is told apart at once', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.befriend('LiSi', 'wm4')
    await given.resident('wm4', { name: '孙七' })
    await works(day)
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    contacts.friendships = contacts.friendships.filter(({ external }) => external !== 'wm4')
    await works()
    const { rows } = await consoles.zhang.call('broadcast.results', { broadcast, state: 'unsent', ...page })
    expect(rows).toMatchObject([{ contactName: '孙七' }])
  })

  test('ids that WeCom refuses whole (40096) are taken out, and the others are asked for again', async () => {
    const given = await village()
    const { contacts, consoles, works, wang, zhao } = given
    contacts.befriend('ZhangSan', 'wm3')
    await consoles.zhang.call('friends.pull', { contact: zhao })
    const broadcast = await draft(consoles.zhang, { where: null, also: [wang, zhao], without: [] })
    await approve(given, broadcast)
    const { createBroadcast } = contacts
    contacts.createBroadcast = async () => {
      contacts.createBroadcast = createBroadcast
      return { msgid: null, refused: ['wm3'], code: 40096 }
    }
    await works()
    expect(contacts.made.map(({ externals }) => externals)).toEqual([['wm1']])
    const { rows } = await consoles.zhang.call('broadcast.results', { broadcast, state: 'unsent', ...page })
    expect(rows.map(({ contact }) => contact)).toEqual([zhao])
  })

  test('members who do not confirm are reminded, and after a week nobody waits any more', async () => {
    const given = await made()
    const { contacts, get, works, consoles, broadcast } = given
    expect(await consoles.zhang.call('broadcast.remind', { broadcast })).toEqual({ reminded: 2 })
    expect(contacts.made.map(({ reminded }) => reminded)).toEqual([1, 1])
    contacts.fails.set('remind', [refusal(errorCodes.remindTooOften), refusal(errorCodes.remindTooOften)])
    expect(await consoles.zhang.refused('broadcast.remind', { broadcast })).toMatchObject({
      code: 'channel_refused',
      errcode: 41094,
    })
    contacts.confirm('msg1')
    await works(6 * day)
    await works(day)
    expect((await get()).broadcast).toMatchObject({
      state: 'finished',
      counts: { confirmed: 1, sent: 1, unsent: 1, waiting: 0 },
    })
    expect(typesOf(given).filter((type) => type === 'broadcast.lapsed')).toHaveLength(1)
  })

  test('takes its links along', async () => {
    const given = await village()
    const { consoles, contacts, works } = given
    const link = {
      kind: 'link' as const,
      title: '反诈',
      url: 'https://example.cn/a',
      description: '',
      picture: '',
    }
    const { broadcast } = await consoles.zhang.call('broadcast.draft', {
      ...words,
      text: null,
      attachments: [link],
      audience: everybody,
    })
    await approve(given, broadcast)
    await works()
    expect(contacts.made[0]).toMatchObject({
      text: null,
      attachments: [{ msgtype: 'link', link: { title: '反诈', url: 'https://example.cn/a' } }],
    })
  })

  test('takes its pictures along, put into WeCom once, and shows them', async () => {
    const given = await village()
    const { consoles, contacts, works } = given
    const upload = '0198f000-0000-7000-8000-000000000001'
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(64)])
    await consoles.zhang.call('media.put', {
      ...{ upload, name: '海报.png', offset: 0, total: png.length },
      bytes: png.toString('base64'),
    })
    const attachments = [{ kind: 'image' as const, upload }]
    const stranger = { ...words, attachments, audience: everybody }
    expect(await consoles.li.refused('broadcast.draft', stranger)).toMatchObject({ code: 'wrong_file' })
    const { broadcast } = await consoles.zhang.call('broadcast.draft', stranger)
    const { attachments: shown, version } = await consoles.daiban.call('broadcast.get', { broadcast })
    expect(shown).toMatchObject([{ kind: 'image', name: '海报.png', type: 'image/png', bytes: png.length }])
    const { sha256 } = shown[0] as { sha256: string }
    const kept = [{ kind: 'keptImage' as const, sha256 }]
    await consoles.zhang.call('broadcast.change', { ...stranger, broadcast, version, attachments: kept })
    const piece = await consoles.daiban.call('broadcast.image', { broadcast, sha256, offset: 0 })
    expect(Buffer.from(piece.bytes, 'base64')).toEqual(png)
    await approve(given, broadcast)
    await works()
    expect(contacts.uploads).toEqual([{ name: '海报.png', type: 'image/png', bytes: png.length }])
    expect(contacts.made.map((each) => each.attachments)).toEqual(
      Array(2).fill([{ msgtype: 'image', image: { media_id: 'media1' } }]),
    )
  })
})

describe('nobody gets it twice', () => {
  test('a task whose answer was lost is found again, not made again', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    expect(contacts.made).toHaveLength(2)
    await works(30_000)
    await works(minute)
    expect(contacts.made).toHaveLength(2)
    const { tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state)).toEqual(['created', 'created'])
    expect(
      entriesOf(given.desk.station, 'broadcast.created')
        .map(({ data }) => data.msgid)
        .sort(),
    ).toEqual(['msg1', 'msg2'])
  })

  test('also when the core died in between', async () => {
    const given = await village()
    const { contacts, consoles, works, desk } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    await approve(given, await draft(consoles.zhang))
    await works()
    await desk.restart()
    await desk.station.linking.settled()
    await works(5 * minute)
    await works(5 * minute)
    expect(contacts.made).toHaveLength(2)
    expect(entriesOf(desk.station, 'broadcast.created')).toHaveLength(2)
  })

  test('while WeCom hands out one that may be it, nothing is made', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }])
    await approve(given, await draft(consoles.zhang))
    await works()
    contacts.made[0]!.dispatching = true
    await works(2 * minute)
    expect(contacts.made).toHaveLength(2)
    contacts.made[0]!.dispatching = false
    await works(minute)
    expect(contacts.made).toHaveLength(2)
    expect(entriesOf(given.desk.station, 'broadcast.created')).toHaveLength(2)
  })

  test('the same words once more within the hour are another broadcast, not the first one again', async () => {
    const given = await made()
    await approve(given, await draft(given.consoles.zhang))
    await given.works()
    expect(given.contacts.made).toHaveLength(4)
    const msgids = entriesOf(given.desk.station, 'broadcast.created').map(({ data }) => data.msgid)
    expect(new Set(msgids).size).toBe(4)
  })

  test('one that surely never left is made later; the same words of another day are another broadcast', async () => {
    const given = await made()
    const { contacts, consoles, works, desk } = given
    for (const { msgid } of contacts.made) contacts.confirm(msgid)
    await works(day)
    contacts.fails.set('createBroadcast', [neverSent(), refusal(errorCodes.tooFrequent)])
    await approve(given, await draft(consoles.zhang))
    await works()
    expect(contacts.made).toHaveLength(2)
    await works(minute)
    expect(contacts.made).toHaveLength(4)
    expect(entriesOf(desk.station, 'broadcast.created')).toHaveLength(4)
  })
})

describe('what WeCom refuses', () => {
  test('for the whole app: it failed, the code is told, and the next preview reaches nobody', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    const no = () => refusal(errorCodes.apiForbidden)
    contacts.fails.set('createBroadcast', [no(), no()])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    const { broadcast: failed, tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(failed).toMatchObject({ state: 'failed', counts: { unsent: 2, waiting: 0 } })
    expect(tasks).toMatchObject([{ code: 48002 }, { code: 48002 }])
    const ask = { audience: everybody, of: 'reachable' as const, ...page }
    expect(await consoles.zhang.call('broadcasts.preview', ask)).toMatchObject({
      reachable: 0,
      unreachable: { notPermitted: 3 },
    })
  })

  test('for one member: the others go out all the same', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [refusal(errorCodes.invalidUserid)])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    const { tasks, broadcast: row } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state).sort()).toEqual(['created', 'failed'])
    expect(row.state).toBe('sending')
  })
})

describe('cancelling', () => {
  test('takes back what was not confirmed; what was goes on to its end', async () => {
    const { contacts, get, works, consoles, broadcast } = await made()
    contacts.confirm('msg1')
    await consoles.zhang.call('broadcast.cancel', { broadcast, reason: '内容有误' })
    await works()
    expect(contacts.made.map(({ cancelled }) => cancelled)).toEqual([false, true])
    const { broadcast: row, tasks } = await get()
    expect(row).toMatchObject({ state: 'cancelled', counts: { sent: 1, unsent: 1, waiting: 0 } })
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'cancelled'])
  })

  test('before any task was made: none is', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await consoles.li.call('broadcast.cancel', { broadcast, reason: '弄错了' })
    await works()
    expect(contacts.asked).not.toContain('createBroadcast')
    const { tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  test('while the answer to making one is unknown: it is looked for, and taken back', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    await consoles.zhang.call('broadcast.cancel', { broadcast, reason: '弄错了' })
    await works(2 * minute)
    await works(2 * minute)
    expect(contacts.made.map(({ cancelled }) => cancelled)).toEqual([true, true])
  })
})

describe('rule 11', () => {
  test('residents known only from private threads are in no row and no number of an officer’s', async () => {
    const given = await village()
    const { desk, consoles, contacts, works, wang } = given
    const thread = desk.station.views.warnings.newestThread(wang)!
    await consoles.daiban.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    const ask = { audience: everybody, of: 'reachable' as const, ...page }
    const theirs = await consoles.li.call('broadcasts.preview', ask)
    expect(theirs).toMatchObject({ residents: 2, reachable: 1 })
    expect(JSON.stringify(theirs)).not.toContain('王桂兰')
    expect((await consoles.daiban.call('broadcasts.preview', ask)).reachable).toBe(2)
    expect((await consoles.li.call('broadcasts.choices', { accounts: [] })).tags).toEqual([])

    const broadcast = await draft(consoles.li)
    await approve(given, broadcast)
    await works()
    contacts.confirm('msg2')
    await works(5 * minute)
    const mine = await consoles.li.call('broadcast.get', { broadcast })
    expect(mine.broadcast.counts).toMatchObject({ members: 1, residents: 1, sent: 0, waiting: 1 })
    expect(mine.tasks).toHaveLength(1)
    expect((await consoles.daiban.call('broadcast.get', { broadcast })).broadcast.counts).toMatchObject({
      members: 2,
      residents: 2,
      sent: 1,
    })
    const results = await consoles.li.call('broadcast.results', { broadcast, ...page })
    expect(results.total).toBe(1)
    for (const told of [mine, results, await consoles.ducha.call('broadcast.get', { broadcast })])
      expect(JSON.stringify(told)).not.toMatch(/王桂兰|ZhangSan/)
  })
})
