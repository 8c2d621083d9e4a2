import { describe, expect, test } from 'vitest'
import type { Role } from '../../src/contract/call.ts'
import type { Written } from '../../src/desk/broadcasts/entries.ts'
import { type Meant, monthOf, reach } from '../../src/desk/broadcasts/reach.ts'
import * as rules from '../../src/desk/broadcasts/rules.ts'
import type { Decision } from '../../src/desk/decision.ts'
import { learn, nextNight } from '../../src/desk/friends/rules.ts'

const hour = 3_600_000
const day = 24 * hour
const written: Written = {
  purpose: '反诈提醒',
  text: '不要转账',
  attachments: [],
  audience: { where: null, also: [], without: [] },
}
const drafted: rules.Broadcast = { id: 'b', state: 'drafted', version: 7, writers: ['zhang'] }
const supervisor = { user: 'daiban', role: 'supervisor' as Role }
const meant = (contact: string, over: Partial<Meant> = {}): Meant => ({
  contact,
  account: 'a',
  external: `wm-${contact}`,
  connection: 'w',
  able: 1,
  asked: 1,
  userid: 'ZhangSan',
  had: 0,
  ...over,
})
const typesOf = (decision: Decision) =>
  'refused' in decision ? decision.refused.code : decision.entries.map(({ type }) => type)

describe('who is reached', () => {
  test('only friends; and of everybody else it is said why not', () => {
    const found = reach(
      [
        meant('friend'),
        meant('none', { userid: null }),
        meant('nobodyAsked', { userid: null, asked: 0 }),
        meant('byHand', { connection: null }),
        meant('erased', { external: null }),
        meant('forbidden', { able: 0 }),
        meant('spent', { had: 30 }),
        meant('again', { external: 'wm-friend', account: 'other' }),
      ],
      30,
    )
    expect(found.rows.map(({ why }) => why)).toEqual([
      null,
      'notFriend',
      'notAsked',
      'noConnection',
      'erased',
      'notPermitted',
      'quota',
      'twice',
    ])
    expect(found.reachable).toBe(1)
    expect(Object.values(found.unreachable)).toEqual([1, 1, 1, 1, 1, 1, 1])
  })

  test('the same id in two corps is two people', () => {
    const found = reach([meant('one'), meant('two', { external: 'wm-one', connection: 'other' })], 30)
    expect(found.reachable).toBe(2)
    expect(found.members).toHaveLength(2)
  })

  test('a month in Shanghai has as many as it has days', () => {
    // 28 February 2027, 23:30 in Shanghai; half an hour later it is March.
    const late = Date.parse('2027-02-28T15:30:00.000Z')
    expect(monthOf(late)).toEqual({ from: Date.parse('2027-01-31T16:00:00.000Z'), days: 28 })
    expect(monthOf(late + hour)).toEqual({ from: Date.parse('2027-02-28T16:00:00.000Z'), days: 31 })
  })
})

describe('a draft', () => {
  test('says something, in at most 4000 bytes', () => {
    expect(typesOf(rules.draft('b', written))).toEqual(['broadcast.drafted'])
    expect(typesOf(rules.draft('b', { ...written, text: null }))).toBe('invalid')
    const long = { ...written, text: '字'.repeat(1_334) }
    expect(rules.draft('b', long)).toEqual({
      refused: { code: 'too_long', mostBytes: 4_000, bytes: 4_002 },
    })
  })

  test('is changed only as it was seen, and no more once it is approved', () => {
    expect(typesOf(rules.change(drafted, 7, written))).toEqual(['broadcast.changed'])
    expect(typesOf(rules.change({ ...drafted, state: 'declined' }, 7, written))).toEqual([
      'broadcast.changed',
    ])
    expect(rules.change(drafted, 6, written)).toEqual({ refused: { code: 'draft_changed', version: 7 } })
    expect(typesOf(rules.change({ ...drafted, state: 'sending' }, 7, written))).toBe('wrong_state')
  })
})

describe('approval', () => {
  const approving = (residents: Meant[], over: Partial<rules.Approving> = {}): rules.Approving => {
    let tasks = 0
    return {
      version: 7,
      reachable: residents.length,
      reach: reach(residents, 30),
      taskId: () => `t${tasks++}`,
      sizes: { perTask: 2, perEntry: 1 },
      ...over,
    }
  }

  test('makes a task for each member, in pieces, and freezes who gets it', () => {
    const residents = [
      meant('1'),
      meant('2', { userid: 'LiSi' }),
      meant('3'),
      meant('4'),
      meant('not', { userid: null }),
    ]
    const decision = rules.approve(drafted, supervisor, approving(residents, { reachable: 4 }))
    if ('refused' in decision) throw new Error(decision.refused.code)
    const [approved, ...addressed] = decision.entries
    expect(approved!.data).toMatchObject({
      version: 7,
      residents: 4,
      tasks: [
        { task: 't0', userid: 'ZhangSan', residents: 2 },
        { task: 't1', userid: 'ZhangSan', residents: 1 },
        { task: 't2', userid: 'LiSi', residents: 1 },
      ],
    })
    expect(addressed.map(({ data }) => data)).toEqual([
      { task: 't0', from: 0, contacts: ['1'] },
      { task: 't0', from: 1, contacts: ['3'] },
      { task: 't1', from: 0, contacts: ['4'] },
      { task: 't2', from: 0, contacts: ['2'] },
    ])
  })

  test('is a second person’s: nobody who wrote of it approves it', () => {
    const by = (writers: string[]) =>
      rules.approve({ ...drafted, writers }, supervisor, approving([meant('1')]))
    expect(typesOf(by(['zhang', 'daiban']))).toBe('own_draft')
    expect(typesOf(by(['zhang']))).toContain('broadcast.approved')
    const officer = { user: 'li', role: 'officer' as Role }
    expect(typesOf(rules.approve(drafted, officer, approving([meant('1')])))).toBe('needs_supervisor')
  })

  test('is of what was seen: the words, and how many are reached', () => {
    const seen = (over: Partial<rules.Approving>) =>
      rules.approve(drafted, supervisor, approving([meant('1')], over))
    expect(seen({ version: 6 })).toEqual({ refused: { code: 'draft_changed', version: 7 } })
    expect(seen({ reachable: 2 })).toEqual({ refused: { code: 'audience_changed', reachable: 1 } })
    const nobody = approving([meant('1', { userid: null })], { reachable: 0 })
    expect(typesOf(rules.approve(drafted, supervisor, nobody))).toBe('audience_changed')
    expect(typesOf(rules.approve({ ...drafted, state: 'approved' }, supervisor, approving([])))).toBe(
      'wrong_state',
    )
  })
})

describe('cancelling', () => {
  test('a draft is its writers’ and the supervisors’ to drop; what is on its way is anybody’s', () => {
    const li = { user: 'li', role: 'officer' as Role }
    expect(typesOf(rules.cancel(drafted, li, '弄错了'))).toBe('needs_supervisor')
    expect(typesOf(rules.cancel(drafted, { user: 'zhang', role: 'officer' }, '弄错了'))).toEqual([
      'broadcast.cancelled',
    ])
    expect(typesOf(rules.cancel(drafted, supervisor, '弄错了'))).toEqual(['broadcast.cancelled'])
    expect(typesOf(rules.cancel({ ...drafted, state: 'sending' }, li, '弄错了'))).toEqual([
      'broadcast.cancelled',
    ])
    expect(typesOf(rules.cancel({ ...drafted, state: 'finished' }, supervisor, '弄错了'))).toBe('wrong_state')
  })
})

const task: rules.Task = {
  ...{ id: 't', broadcast: 'b', connection: 'w', userid: 'ZhangSan', state: 'created', code: null },
  ...{ msgid: 'msg1', residents: 3, sent: 0, not_friend: 0, quota: 0, unsent: 0 },
  ...{ created_at: 0, confirmed_at: null },
}

describe('how it ends', () => {
  const sending: rules.Broadcast = { ...drafted, state: 'sending' }
  test('finished with its sums once all tasks are over, and not before', () => {
    const done: rules.Task = { ...task, state: 'done', sent: 2, not_friend: 1 }
    const failed: rules.Task = { ...task, state: 'failed', msgid: null, code: 41048, unsent: 3 }
    expect(typesOf(rules.settle(sending, [done, task]))).toBe('nothing_to_do')
    const decision = rules.settle(sending, [done, failed])
    expect(decision).toMatchObject({
      entries: [
        {
          type: 'broadcast.finished',
          data: { residents: 6, sent: 2, notFriend: 1, quota: 0, unsent: 3 },
        },
      ],
    })
    expect(typesOf(rules.settle({ ...sending, state: 'cancelled' }, [done]))).toBe('nothing_to_do')
  })
  test('failed where not one task was made', () => {
    const failed: rules.Task = { ...task, state: 'failed', msgid: null, code: 48002, unsent: 3 }
    expect(rules.settle(sending, [failed, failed])).toMatchObject({
      entries: [{ type: 'broadcast.failed', data: { codes: [48002] } }],
    })
  })
  test('nobody is waited for longer than the patience there is', () => {
    const patience = { confirmation: 7 * day, results: day }
    expect(rules.isLapsed(task, 7 * day - 1, patience)).toBe(false)
    expect(rules.isLapsed(task, 7 * day, patience)).toBe(true)
    const confirmed: rules.Task = { ...task, state: 'confirmed', confirmed_at: day }
    expect(rules.isLapsed(confirmed, 2 * day - 1, patience)).toBe(false)
    expect(rules.isLapsed(confirmed, 2 * day, patience)).toBe(true)
  })
  test('WeCom is asked less and less often', () => {
    const waits = [0, 3 * hour, 2 * day].map((now) => rules.askAgainAfter(task, now))
    expect(waits).toEqual([5 * 60_000, 30 * 60_000, 2 * hour])
  })
})

describe('what is learnt of a friend', () => {
  const told = { userid: 'ZhangSan', remark: '', description: '', since: null, addWay: 1, tags: [] }
  const how = { connection: 'w', tagNames: new Map(), ownTagsToo: true }
  test('tags in another order are the same tags', () => {
    const tag = (name: string) => ({ corpTag: name, name, group: 'g' })
    const known = {
      contact: 'c',
      userid: 'ZhangSan',
      since: null,
      add_way: 1,
      noted: { remark: '', description: '', tags: [tag('a'), tag('b')] },
    }
    const tags = ['b', 'a'].map((name) => ({ id: name, name, group: 'g' }))
    expect(learn('c', { ...told, tags }, known, how)).toBeNull()
    expect(learn('c', { ...told, tags: tags.slice(1) }, known, how)?.type).toBe('friend.updated')
  })
  test('the night is three o’clock in Shanghai, today’s or tomorrow’s', () => {
    const at = (time: string) => new Date(nextNight(Date.parse(time))).toISOString()
    expect(at('2026-11-23T02:00:00.000Z')).toBe('2026-11-23T19:00:00.000Z')
    expect(at('2026-11-23T18:59:59.999Z')).toBe('2026-11-23T19:00:00.000Z')
    expect(at('2026-11-23T19:00:00.000Z')).toBe('2026-11-24T19:00:00.000Z')
  })
})
