import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { Refused } from '../../src/contract/errors.ts'
import { type CallName, contract, type Input } from '../../src/contract/index.ts'
import { queue } from '../../src/contract/threads.ts'
import { privateContents, privateIds } from '../../src/desk/privacy/withheld.ts'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { verifyBundle } from '../../src/ledger/verify/verify.ts'
import { at, type Console, window } from '../support/console.ts'
import { type PrivateStation, privateStation } from '../support/private-station.ts'
import { iso, minute, phone, tempDir, testStation } from '../support/station.ts'

/** What a walk asks with: everything there is a name or a number of. */
interface World {
  threads: string[]
  contacts: string[]
  seqs: number[]
  connections: string[]
  broadcasts: string[]
  alarms: string[]
  escalations: string[]
  glass: string[]
  handoffs: string[]
  items: string[]
  handoffQuestions: string[]
  promises: string[]
  words: string[]
  now: number
  /** Entries in the ledger, and some of them: moments to put the clock back to. */
  size: number
  moments: number[]
}

type Questions = { [N in CallName]: ((world: World) => Input<N>[]) | 'connection' | 'machine' }

const page = { offset: 0, limit: 100 }
const connectionSettings = {
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.weixin.qq.com',
  ca: null,
  proxy: null,
  relay: null,
}
const everybody = { where: { accounts: [], villageGroups: [], tags: [] as string[] }, also: [], without: [] }
const none = () => []
const ofHandoff =
  <I>(ask: (handoff: string, world: World) => I) =>
  (world: World): I[] =>
    world.handoffs.map((handoff) => ask(handoff, world))

/**
 * Every call there is, with all a reader could ask by it; a call added to the contract does not compile without one.
 * `connection`: about the console itself; `machine`: about files, which the tests of exports look at.
 */
const questions: Questions = {
  'session.login': 'connection',
  'session.logout': 'connection',
  'session.get': () => [{}],
  'session.lock': 'connection',
  'session.unlock': 'connection',
  'session.active': () => [{}],
  'presence.set': ({ threads }) => threads.map((thread) => ({ thread, typing: true })),
  'presence.list': () => [{}],
  'changes.since': () => [{ seq: 0 }],
  'station.state': () => [{}],
  'station.openDemo': 'connection',
  'station.open': 'connection',
  'settings.get': () => [{}],
  'settings.change': none,
  'texts.get': () => [{}],
  'texts.change': none,
  'quickReplies.list': () => [{}],
  'quickReply.save': none,
  'quickReply.remove': none,
  'checklists.list': () => [{}],
  'checklist.save': none,
  'checklist.remove': none,
  'ledger.head': () => [{}],
  'backup.make': 'machine',
  'backups.list': () => [{}],
  'people.list': () => [{}],
  'person.add': none,
  'person.change': none,
  'person.setPassword': none,
  'person.changeOwnPassword': none,
  'shift.signOn': () => [{}],
  'shift.signOff': none,
  'posts.list': () => [{}],
  'post.save': none,
  'post.remove': none,
  'shiftKinds.list': () => [{}],
  'shiftKinds.change': none,
  'roster.list': ({ now }) => [{ from: iso(now - 24 * 60 * minute), to: iso(now) }],
  'duty.save': none,
  'duty.remove': none,
  'roster.copy': none,
  'shift.now': () => [{}],
  'shifts.list': () => [page],
  'shift.statistics': ({ now, seqs }) => [
    { of: { kind: 'period', from: iso(now - 30 * 24 * 60 * minute), to: iso(now + minute) } },
    ...[...Array(Math.max(...seqs)).keys()].map((at) => ({ of: { kind: 'worked' as const, shift: at + 1 } })),
  ],
  'handoff.start': () => [{ post: null }],
  'handoff.refreeze': ofHandoff((handoff) => ({ handoff })),
  'handoff.decide': ofHandoff((handoff, { items }) => ({
    handoff,
    items,
    decision: { do: 'close' as const, disposition: 'noReplyNeeded' as const, note: null },
  })),
  'handoff.undecide': ofHandoff((handoff, { items }) => ({ handoff, items })),
  'handoff.setNotices': ofHandoff((handoff) => ({ handoff, notices: ['停电'] })),
  'handoff.sign': none,
  'handoff.withdraw': ofHandoff((handoff) => ({ handoff })),
  'handoff.cancel': ofHandoff((handoff) => ({ handoff, reason: '弄错了' })),
  'handoff.readBack': (world) =>
    world.items.flatMap((item) => ofHandoff((handoff) => ({ handoff, item, text: '知道了' }))(world)),
  'handoff.accept': ofHandoff((handoff, { items }) => ({ handoff, items })),
  'handoff.question': (world) =>
    world.items.flatMap((item) => ofHandoff((handoff) => ({ handoff, item, text: '怎样了' }))(world)),
  'handoff.reply': (world) =>
    world.handoffQuestions.flatMap((question) =>
      ofHandoff((handoff) => ({ handoff, question, text: '好' }))(world),
    ),
  'handoff.correct': none,
  'promise.done': ({ promises }) => promises.map((promise) => ({ promise, note: '办了' })),
  'handoffs.list': () => (['open', 'finished'] as const).map((of) => ({ of, ...page })),
  'handoffs.counts': () => [{}],
  'handoff.get': ofHandoff((handoff) => ({ handoff })),
  'handoff.outcomes': ofHandoff((handoff) => ({ handoff })),
  'promises.list': () => (['open', 'broken', 'all'] as const).map((of) => ({ of, ...page })),
  'audit.records': ({ threads }) => [
    { filter: {}, limit: 200 },
    ...threads.map((thread) => ({ filter: { thread }, limit: 200 })),
  ],
  'audit.summary': ({ threads }) => threads.map((thread) => ({ filter: { thread } })),
  'audit.density': () => [{ buckets: 20 }],
  'audit.record': ({ seqs }) => [...Array(Math.max(...seqs)).keys()].map((at) => ({ seq: at + 1 })),
  'history.bounds': () => [{}],
  'history.position': ({ now }) => [{ seq: 1 }, { at: iso(now) }],
  'history.inbox': ({ moments }) =>
    moments.flatMap((seq) => (['all', 'mine', 'closed'] as const).map((queue) => ({ seq, queue, ...page }))),
  'history.thread': ({ threads, moments, size }) => [
    ...threads.map((thread) => ({ thread, seq: size, limit: 500 })),
    ...threads.flatMap((thread) => moments.map((seq) => ({ thread, seq, limit: 50 }))),
  ],
  'history.shift': ({ moments }) => moments.map((seq) => ({ seq })),
  'anomalies.list': ({ now }) => [{ from: iso(0), to: iso(now + minute), ...page }],
  'anomalies.counts': ({ now }) => [{ from: iso(0), to: iso(now + minute) }],
  'finding.save': none,
  'finding.close': none,
  'finding.reopen': none,
  'findings.list': () => [page],
  'work.get': none,
  'work.cancel': none,
  'proof.verify': 'machine',
  'proof.compare': ({ seqs }) => seqs.slice(0, 5).map((seq) => ({ head: `${seq} 0000-0000-0000-0000-0000` })),
  'witnesses.list': () => [{}],
  'witness.present': () => [{ size: 1, root: '0'.repeat(64) }],
  'contradictions.list': () => [{}],
  'contradictions.note': none,
  'export.start': 'machine',
  'exports.list': () => [{}],
  'export.remove': 'machine',
  'retention.get': () => [{}],
  'retention.change': none,
  'holds.list': () => [{}],
  'hold.place': ({ threads, contacts }) => [
    ...threads.map((thread) => ({ of: { kind: 'thread' as const, thread }, reason: '看看' })),
    ...contacts.map((contact) => ({ of: { kind: 'contact' as const, contact }, reason: '看看' })),
  ],
  'hold.lift': none,
  'erasure.preview': ({ threads, contacts }) => [
    { scope: { kind: 'due' } },
    ...threads.map((thread) => ({ scope: { kind: 'thread' as const, thread } })),
    ...contacts.map((contact) => ({ scope: { kind: 'contact' as const, contact } })),
  ],
  'erasure.run': 'machine',
  'erasures.list': () => [{}],
  'backup.remove': 'machine',
  'contact.card': ({ contacts }) => contacts.map((contact) => ({ contact })),
  'contact.change': none,
  'contact.unmaskPhone': ({ contacts }) => contacts.map((contact) => ({ contact })),
  'contacts.find': none,
  'accounts.list': () => [{}],
  'account.add': none,
  'account.change': none,
  'connections.list': () => [{}],
  'connection.test': ({ connections }) =>
    connections.map((connection) => ({ ...connectionSettings, connection })),
  'connection.add': none,
  'connection.change': none,
  'connection.accounts': ({ connections }) => connections.map((connection) => ({ connection })),
  'connection.bind': none,
  'colleagues.list': ({ connections }) => connections.map((connection) => ({ connection })),
  'colleague.link': ({ connections }) =>
    connections.map((connection) => ({ connection, userid: 'WangWu', user: 'li' })),
  'friends.status': () => [{}],
  'friends.of': ({ contacts }) => contacts.map((contact) => ({ contact })),
  'friends.pull': ({ contacts }) => contacts.map((contact) => ({ contact })),
  'friends.pullAll': none,
  'friend.pushRemark': ({ contacts }) =>
    contacts.map((contact) => ({ contact, userid: 'zhang-in-wecom', remark: '王桂兰' })),
  'friend.pushTags': ({ contacts }) =>
    contacts.map((contact) => ({ contact, userid: 'zhang-in-wecom', add: ['独居'], remove: [] })),
  'corpTags.list': ({ connections }) => connections.map((connection) => ({ connection })),
  'corpTag.link': none,
  'corpTags.add': none,
  'broadcasts.list': () => [{ of: 'all', ...page }],
  'broadcasts.preview': ({ contacts, words }) =>
    (['reachable', 'unreachable'] as const).flatMap((of) => [
      { audience: everybody, of, ...page },
      { audience: { where: null, also: contacts, without: [] }, of, ...page },
      ...words.map((tag) => ({
        audience: { ...everybody, where: { ...everybody.where, tags: [tag] } },
        of,
        ...page,
      })),
    ]),
  'broadcasts.choices': () => [{ accounts: [] }],
  'broadcast.get': ({ broadcasts }) => broadcasts.map((broadcast) => ({ broadcast })),
  'broadcast.image': none,
  'broadcast.draft': ({ contacts }) => [
    {
      purpose: '通知',
      text: '停水',
      attachments: [],
      audience: { where: null, also: contacts, without: [] },
    },
  ],
  'broadcast.change': none,
  'broadcast.approve': none,
  'broadcast.decline': none,
  'broadcast.cancel': ({ broadcasts }) => broadcasts.map((broadcast) => ({ broadcast, reason: '弄错了' })),
  'broadcast.remind': none,
  'broadcast.refresh': none,
  'broadcast.results': ({ broadcasts }) => broadcasts.map((broadcast) => ({ broadcast, ...page })),
  'media.read': ({ threads, seqs }) =>
    threads.flatMap((thread) => seqs.map((message) => ({ thread, message, offset: 0 }))),
  'media.retry': ({ threads, seqs }) =>
    threads.flatMap((thread) => seqs.map((message) => ({ thread, message }))),
  'media.put': none,
  'media.drop': none,
  'thread.send': ({ threads }) =>
    threads.map((thread) => ({
      thread,
      seen: 0,
      what: { kind: 'menu' as const, menu: { head: '请选', choices: [{ id: '1', text: '好' }], tail: '' } },
    })),
  'thread.endElsewhere': ({ threads }) => threads.map((thread) => ({ thread, reason: '居民在等' })),
  'paste.preview': none,
  'paste.import': none,
  'aside.list': () => [{ limit: 500 }],
  'threads.list': () => queue.options.map((each) => ({ queue: each, ...page })),
  'threads.counts': () => [{}],
  'thread.get': ({ threads }) => threads.map((thread) => ({ thread })),
  'thread.timeline': ({ threads }) => threads.map((thread) => ({ thread, limit: 500 })),
  'thread.claim': ({ threads }) => threads.map((thread) => ({ thread })),
  'thread.release': ({ threads }) => threads.map((thread) => ({ thread })),
  'thread.transfer': ({ threads }) => threads.map((thread) => ({ thread, to: 'li' })),
  'thread.takeOver': ({ threads }) => threads.map((thread) => ({ thread, reason: '我来' })),
  'thread.answer': ({ threads }) => threads.map((thread) => ({ thread, text: '在吗', seen: 0 })),
  'thread.tellDelay': ({ threads }) => threads.map((thread) => ({ thread, text: '请稍候', seen: 0 })),
  'thread.note': ({ threads }) => threads.map((thread) => ({ thread, text: '看看' })),
  'thread.snooze': ({ threads, now }) => threads.map((thread) => ({ thread, until: iso(now + minute) })),
  'thread.wake': ({ threads }) => threads.map((thread) => ({ thread })),
  'thread.close': ({ threads }) =>
    threads.map((thread) => ({ thread, disposition: 'noReplyNeeded' as const, seen: 0 })),
  'thread.reopen': ({ threads }) => threads.map((thread) => ({ thread })),
  'thread.categorise': ({ threads }) =>
    threads.map((thread) => ({ thread, category: 'other' as const, urgency: 'routine' as const })),
  'thread.draft': ({ threads }) => threads.map((thread) => ({ thread, text: '半句' })),
  'threads.reassign': ({ threads }) => [{ threads, to: null, reason: '重新分派' }],
  'message.unmask': ({ threads, seqs }) => threads.flatMap((thread) => seqs.map((seq) => ({ thread, seq }))),
  'message.markSentByHand': ({ threads, seqs }) =>
    threads.flatMap((thread) => seqs.map((seq) => ({ thread, seq }))),
  'message.retry': ({ threads, seqs }) => threads.flatMap((thread) => seqs.map((seq) => ({ thread, seq }))),
  'search.messages': ({ words, contacts }) => [
    ...words.map((word) => ({ words: word, ...page })),
    ...contacts.map((contact) => ({ words: 'MIWEN', contact, ...page })),
    { words: 'MIWEN', author: 'zhang', ...page },
  ],
  'alarms.open': () => [{}],
  'alarms.closed': () => [page],
  'alarms.signal': () => [{}],
  'alarm.get': ({ alarms }) => alarms.map((alarm) => ({ alarm })),
  'alarm.acknowledge': ({ alarms }) => alarms.map((alarm) => ({ alarm })),
  'alarm.follow': none,
  'alarm.contacted': none,
  'alarm.close': none,
  'message.why': ({ threads, seqs }) => threads.flatMap((thread) => seqs.map((seq) => ({ thread, seq }))),
  'assessment.try': () => [{ text: '在吗' }],
  'lexicon.get': () => [{}],
  'lexicon.change': none,
  'desks.list': () => [{}],
  'desk.save': none,
  'desk.remove': none,
  'levels.change': none,
  'thread.escalate': ({ threads }) =>
    threads.map((thread) => ({ thread, desk: 'criminal', level: 'blue', reason: '看看', private: false })),
  'escalation.accept': ({ escalations }) =>
    escalations.map((escalation) => ({ escalation, tell: { text: '在', seen: 0 } })),
  'escalation.decline': ({ escalations }) =>
    escalations.map((escalation) => ({ escalation, reason: '不办' })),
  'escalation.reassign': ({ escalations }) =>
    escalations.map((escalation) => ({ escalation, desk: 'criminal', level: 'blue', reason: '改派' })),
  'escalation.resolve': ({ escalations }) =>
    escalations.map((escalation) => ({
      escalation,
      outcome: 'withdrawn' as const,
      note: '了结',
      returnVisitAt: null,
    })),
  'escalation.visited': ({ escalations }) =>
    escalations.map((escalation) => ({ escalation, result: 'kept' as const, note: '看过', next: null })),
  'escalations.list': () => (['live', 'visits', 'ended'] as const).map((of) => ({ of, ...page })),
  'escalations.counts': () => [{}],
  'escalation.get': ({ escalations }) => escalations.map((escalation) => ({ escalation })),
  'thread.setPrivate': ({ threads }) =>
    threads.map((thread) => ({ thread, private: false, reason: '公开吧' })),
  'glass.break': none,
  'glass.list': () => [{}],
  'glass.seen': ({ glass }) => glass.map((each) => ({ glass: each })),
  'warnings.list': () => (['open', 'closed'] as const).map((of) => ({ of, ...page })),
  'warning.get': none,
  'warnings.read': none,
  'warning.enter': none,
  'warning.claim': none,
  'warning.link': none,
  'warning.called': none,
  'warning.messaged': none,
  'warning.replied': none,
  'warning.neighbourAsked': none,
  'warning.visited': none,
  'warning.close': none,
  'warning.unmaskPhone': none,
  'group.moveToPrivate': ({ threads, seqs }) =>
    threads.flatMap((thread) =>
      seqs.slice(0, 5).map((message) => ({ thread, message, seen: 0, line: '我们单独谈' })),
    ),
  'thread.pullIn': ({ threads }) =>
    threads.map((thread) => ({ thread, who: { user: 'li' }, reason: '一起看' })),
  'common.similar': ({ threads }) => threads.map((thread) => ({ thread })),
  'commons.list': () => [{}],
  'common.get': none,
  'common.open': ({ threads }) => threads.map((thread) => ({ title: '同一个问题', threads: [thread] })),
  'common.link': none,
  'common.unlink': none,
  'common.answer': none,
}

async function worldOf({ desk, inside }: PrivateStation): Promise<World> {
  const { db } = desk.station
  const { size } = desk.station.ledger.head()
  const all = <T>(sql: string) => db.prepare<[], T>(sql).pluck().all()
  return {
    threads: all('SELECT id FROM thread'),
    contacts: all('SELECT id FROM contact'),
    seqs: all('SELECT seq FROM message'),
    connections: all('SELECT id FROM connection'),
    alarms: all('SELECT id FROM alarm'),
    escalations: all('SELECT id FROM escalation'),
    broadcasts: all('SELECT id FROM broadcast'),
    glass: all('SELECT id FROM glass'),
    handoffs: all('SELECT id FROM handoff ORDER BY seq'),
    items: all('SELECT DISTINCT item FROM handoff_item'),
    handoffQuestions: all('SELECT id FROM handoff_question'),
    promises: all('SELECT id FROM promise'),
    words: [...inside, 'MIWEN', '我不想活', '13812345678', 'GONGKAI'],
    now: desk.now,
    size,
    moments: [0.25, 0.5, 0.75, 1].map((part) => Math.ceil(size * part)),
  }
}

/** All that a console is told when it asks everything: answers, refusals and pushes, as one text. */
async function everythingTold(station: PrivateStation, console: Console, ask: 'query' | 'command' | 'both') {
  const world = await worldOf(station)
  const told: unknown[] = []
  const before = console.pushes.length
  for (const [name, inputs] of Object.entries(questions) as [CallName, Questions[CallName]][]) {
    if (typeof inputs === 'string') continue
    if (ask !== 'both' && contract[name].kind !== ask) continue
    for (const input of (inputs as (world: World) => never[])(world)) {
      try {
        told.push([name, await console.call(name, input)])
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        expect([name, error.refusal.code]).not.toEqual([name, 'broken'])
        told.push([name, error.refusal])
      }
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 150))
  return { told, text: JSON.stringify([told, console.pushes.slice(before)]) }
}

const leaked = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word))
let station: PrivateStation
const fresh = async () => {
  station = await privateStation()
}

describe('rule 11: no marked word of a private thread reaches a role that may not read it', () => {
  test('control: a supervisor, who may, is told every one of them by the same walk', async () => {
    await fresh()
    const { text } = await everythingTold(station, station.consoles.daiban, 'query')
    const missing = station.inside.filter((word) => !text.includes(word) && word !== 'MIWEN-draft')
    expect(missing).toEqual([])
    expect(leaked(text, station.outside)).toEqual(station.outside)
  })

  test('control: its holder reads it too, with the draft', async () => {
    await fresh()
    const { text } = await everythingTold(station, station.consoles.zhang, 'query')
    expect(text).toContain('MIWEN-message')
    expect(text).toContain('MIWEN-draft')
  })

  test.each(['li', 'ducha', 'guanli'] as const)('%s asks every query there is', async (user) => {
    await fresh()
    const { text } = await everythingTold(station, station.consoles[user], 'query')
    expect(leaked(text, station.inside)).toEqual([])
    if (user !== 'guanli') expect(leaked(text, station.outside)).toEqual(station.outside)
  })

  test('an officer tries every act, and hears only that it is private', async () => {
    await fresh()
    const { told, text } = await everythingTold(station, station.consoles.li, 'command')
    expect(leaked(text, station.inside)).toEqual([])
    expect(JSON.stringify(told)).toContain('private_thread')
    const after = await everythingTold(station, station.consoles.li, 'query')
    expect(leaked(after.text, station.inside)).toEqual([])
  })

  test('the numbers give nothing away either: a search of theirs finds and counts nothing', async () => {
    await fresh()
    const { li, daiban } = station.consoles
    for (const indexed of [false, true]) {
      if (indexed) station.desk.station.indexing.finish()
      const ask = (console: Console, words: string) => console.call('search.messages', { words, ...page })
      expect(await ask(li, 'MIWEN')).toMatchObject({ hits: [], total: 0 })
      expect((await ask(daiban, 'MIWEN')).total).toBeGreaterThan(5)
      const [mine, theirs] = [await ask(li, '我不想活'), await ask(daiban, '我不想活')]
      expect(mine.total).toBe(0)
      expect(theirs.total).toBe(2)
      expect(mine.searched).toBeLessThan(theirs.searched)
    }
  })

  test('what was said before it became private was open, and is not any more', async () => {
    await fresh()
    const { zhang, li, daiban } = station.consoles
    const { open } = station.threads
    station.desk.station.indexing.finish()
    const found = async () => (await li.call('search.messages', { words: 'GONGKAI', ...page })).total
    expect(await found()).toBe(2)
    await zhang.call('thread.setPrivate', { thread: open, private: true, reason: '家事' })
    expect(await found()).toBe(0)
    const { text } = await everythingTold(station, li, 'query')
    expect(leaked(text, station.outside)).toEqual([])
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无需保密' })
    expect(await found()).toBe(2)
    expect((await li.call('thread.get', { thread: open })).readable).toBe(true)
  })

  test('a member of its desk reads it, and no longer once it is with the supervisor', async () => {
    await fresh()
    const { li, daiban, zhang } = station.consoles
    const { secret, earlier } = station.threads
    const desks = await daiban.call('desks.list', {})
    const mediation = desks.desks.find(({ id }) => id === 'mediation')!
    await daiban.call('desk.save', { ...mediation, members: ['li'] })
    expect((await li.call('thread.get', { thread: secret })).readable).toBe(true)
    expect((await li.call('thread.get', { thread: earlier })).readable).toBe(true)
    const { rows } = await li.call('escalations.list', { of: 'live', ...page })
    await li.call('escalation.decline', { escalation: rows[0]!.id, reason: '与我有亲戚关系' })
    expect((await li.call('thread.get', { thread: secret })).readable).toBe(false)
    expect((await zhang.call('thread.get', { thread: secret })).readable).toBe(true)
  })

  test('whoever held it is told that it was taken over, and no longer why', async () => {
    await fresh()
    const { zhang, li, daiban } = station.consoles
    const heard = (console: Console) => JSON.stringify(console.pushes.slice(-4))
    await daiban.call('thread.takeOver', {
      thread: station.threads.secret,
      reason: 'MIWEN-takeover 所里接手',
    })
    expect(heard(zhang)).toContain(station.threads.secret)
    expect(leaked(heard(zhang) + heard(li), station.inside)).toEqual([])
    expect(zhang.pushes.at(-1)).toMatchObject({ change: { takenOver: [{ from: 'zhang', reason: '' }] } })
    expect(li.pushes.at(-1)).toMatchObject({ change: { takenOver: [] } })
  })

  test('a locked console and one nobody is logged in at are told nothing', async () => {
    await fresh()
    const locked = await at(station.desk, 'daiban')
    await locked.call('session.lock', {})
    const before = locked.pushes.length
    const stranger = window(station.desk)
    for (const console of [locked, stranger]) {
      const { text } = await everythingTold(station, console, 'both')
      expect(leaked(text, station.inside)).toEqual([])
    }
    station.desk.hears({ from: 'MIWEN-name 王桂兰', text: 'MIWEN-message 又来了', external: 'secret-3' })
    expect(leaked(JSON.stringify(locked.pushes.slice(before)), station.inside)).toEqual([])
  })

  test('an officer who has its alarm can reach the resident: acknowledging a free one takes the thread', async () => {
    await fresh()
    const { desk, consoles, threads } = station
    await consoles.daiban.call('thread.release', { thread: threads.secret })
    expect(await consoles.li.refused('thread.claim', { thread: threads.secret })).toEqual({
      code: 'private_thread',
    })
    await desk.pass(30 * minute)
    desk.hears({ from: 'MIWEN-name 王桂兰', text: '我现在就去死', external: 'again' })
    const [alarm] = await consoles.li.call('alarms.open', {})
    expect(alarm).toMatchObject({ state: 'ringing', contactName: null })
    await consoles.li.call('alarm.acknowledge', { alarm: alarm!.id })
    expect((await consoles.li.call('thread.get', { thread: threads.secret })).readable).toBe(true)
  })
})

describe('rule 11: an auditor breaks the glass', () => {
  test('with a reason, for one thread, for a time; the supervisor is told, and all of it is on record', async () => {
    await fresh()
    const { desk, consoles, threads } = station
    const { ducha, daiban } = consoles
    expect((await ducha.call('thread.get', { thread: threads.secret })).readable).toBe(false)
    const asked = { thread: threads.secret, reason: '核查投诉', minutes: 30 }
    expect(await consoles.li.refused('glass.break', asked)).toMatchObject({ code: 'forbidden' })
    expect(await ducha.call('glass.break', asked)).toEqual({ until: iso(desk.now + 30 * minute) })
    const read = await ducha.call('thread.timeline', { thread: threads.secret, limit: 500 })
    expect(JSON.stringify(read)).toContain('MIWEN-message')
    const other = desk.station.db
      .prepare('SELECT id FROM thread WHERE account = ?')
      .pluck()
      .get(phone) as string
    expect((await ducha.call('thread.get', { thread: other })).readable).toBe(false)
    const [notice] = await daiban.call('glass.list', {})
    expect(notice).toMatchObject({ auditorName: '督察周', reason: '核查投诉', unseen: true })
    await daiban.call('glass.seen', { glass: notice!.id })
    expect((await daiban.call('glass.list', {}))[0]).toMatchObject({ unseen: false })
    await desk.pass(30 * minute)
    expect((await ducha.call('thread.get', { thread: threads.secret })).readable).toBe(false)
    const { text } = await everythingTold(station, ducha, 'query')
    expect(leaked(text, station.inside)).toEqual([])
    const types = [...desk.station.ledger.iterate()].map(({ entry }) => entry.type)
    expect(types.filter((type) => type.startsWith('glass.'))).toEqual(['glass.broken', 'glass.seen'])
  })
})

function textOfZip(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      let text = ''
      zip.on('end', () => resolve(text))
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed)
          stream.on('data', (part: Buffer) => {
            text += part.toString('utf8')
          })
          stream.on('end', () => zip.readEntry())
        }),
      )
      zip.readEntry()
    })
  })
}

describe('rule 11: what leaves the desk', () => {
  test('an export leaves private words out, and verifies all the same', async () => {
    await fresh()
    const { desk } = station
    const file = join(tempDir(), 'export.zip')
    const { db } = desk.station
    const withheld = new Set(privateContents(db, privateIds(db)))
    expect(withheld.size).toBeGreaterThan(10)
    await exportBundle(desk.station.db, file, {
      sign: desk.station.checkpoints.signer!,
      at: iso(desk.now),
      withheld,
    })
    const text = await textOfZip(file)
    expect(leaked(text, station.inside)).toEqual([])
    expect(leaked(text, station.outside)).toEqual(station.outside)
    const verdict = await verifyBundle(file)
    expect(verdict.unaltered).toEqual({ ok: true })
    expect(verdict.withheld).toBe(withheld.size)
    const verifier = join(import.meta.dirname, '../../src/ledger/export/verify.mjs')
    const alone = JSON.parse(execFileSync(process.execPath, [verifier, file, '--json']).toString())
    expect(alone).toMatchObject({ unaltered: true, withheld: withheld.size })
  })

  test('a backup opened by another role is as private as the desk it came from', async () => {
    await fresh()
    const folder = tempDir()
    await station.desk.station.backups.make(join(folder, 'duty-desk.db'))
    const opened = await testStation({ dir: folder, clock: () => station.desk.now })
    for (const user of ['li', 'ducha', 'guanli']) {
      const console = await at(opened, user)
      const { text } = await everythingTold({ ...station, desk: opened }, console, 'query')
      expect(leaked(text, station.inside)).toEqual([])
    }
  })

  test('nothing of it stands in the log', async () => {
    await fresh()
    await everythingTold(station, station.consoles.li, 'both')
    expect(leaked(station.desk.logged.join('\n'), station.inside)).toEqual([])
  })
})
