import type { CallName, Input } from '../../src/contract/index.ts'
import { queue } from '../../src/contract/threads.ts'
import { iso, minute } from './station.ts'

/** What a walk asks with: everything there is a name or a number of. */
export interface World {
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
  uploads: string[]
  words: string[]
  now: number
  /** Entries in the ledger, and some of them: moments to put the clock back to. */
  size: number
  moments: number[]
}

export type Questions = { [N in CallName]: ((world: World) => Input<N>[]) | 'connection' | 'machine' }

export const page = { offset: 0, limit: 100 }
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
export const questions: Questions = {
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
  'welcomes.list': () => [{}],
  'welcome.change': none,
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
  'media.readUpload': ({ uploads }) => uploads.map((upload) => ({ upload, offset: 0 })),
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
  'thread.draftMenu': ({ threads }) =>
    threads.map((thread) => ({ thread, menu: { head: '请选', choices: ['好'], tail: '' } })),
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
