import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import {
  approve,
  day,
  draft,
  everybody,
  made,
  page,
  typesOf,
  village,
  words,
} from '../support/broadcasting.ts'
import { refusal } from '../support/contacts.ts'
import { minute, screensFollowLedger } from '../support/station.ts'

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
