import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { type Role, roles } from '../../src/contract/call.ts'
import { type CallName, contract, type Input } from '../../src/contract/index.ts'
import { callsWithoutRow, permissionTable } from '../../src/desk/permissions.ts'
import { at, type Console, window } from '../support/console.ts'
import { entriesOf, password, phone, testStation, type User, village } from '../support/station.ts'

const thread = 'no-such-thread'
const contact = 'no-such-contact'
const alarm = 'no-such-alarm'
const escalation = 'no-such-escalation'
const warning = 'no-such-warning'
const earlier = '2026-11-22T00:00:00.000Z'
const later = '2026-11-23T03:00:00.000Z'
const paste = { account: phone, text: '三组 王桂兰  昨天 14:05\n在吗' }
const upload = '0198f000-0000-7000-8000-000000000001'
const connection = {
  name: '县局企业微信',
  corpid: 'wwDUTYDESK00000001',
  apiBase: 'https://qyapi.weixin.qq.com',
  ca: null,
  proxy: null,
  relay: null,
}
const page = { offset: 0, limit: 10 }
const audience = { where: { accounts: [village], villageGroups: [], tags: [] }, also: [], without: [] }

/** A valid question for every call there is; a call added to the contract does not compile without one. */
const examples: { [N in CallName]: Input<N> } = {
  'session.login': { user: 'zhang', password: 'not the password', signOn: false },
  'session.logout': {},
  'session.get': {},
  'session.lock': {},
  'session.unlock': { password: 'not the password' },
  'session.active': {},
  'presence.set': { thread: null, typing: false },
  'presence.list': {},
  'changes.since': { seq: 0 },
  'station.state': {},
  'station.openDemo': {},
  'station.open': { name: '又一个所', admin: 'another', adminName: '另一位', password },
  'settings.get': {},
  'settings.change': {
    waitMinutes: { urgent: 10, priority: 20, routine: 60 },
    lockMinutes: 5,
    warningMinutes: { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 },
  },
  'quickReplies.list': {},
  'quickReply.save': { id: 'q', title: '您好', text: '您好', category: null, shortcut: null },
  'quickReply.remove': { id: 'q' },
  'checklists.list': {},
  'checklist.save': { id: 'c', title: '落户', papers: ['户口簿'], note: null },
  'checklist.remove': { id: 'c' },
  'ledger.head': {},
  'backup.make': {},
  'backups.list': {},
  'people.list': {},
  'person.add': { user: 'newcomer', name: '新人', role: 'officer', password },
  'person.change': { user: 'nobody', name: '无', role: 'officer', enabled: true },
  'person.setPassword': { user: 'nobody', password },
  'person.changeOwnPassword': { current: password, password },
  'shift.signOn': {},
  'shift.signOff': {},
  'posts.list': {},
  'post.save': { id: 'p', name: '一号岗', accounts: [] },
  'post.remove': { post: 'nowhere' },
  'shiftKinds.list': {},
  'shiftKinds.change': { kinds: [{ id: 'day', name: '白班', from: '08:00', to: '20:00' }] },
  'roster.list': { from: earlier, to: later },
  'duty.save': { id: 'd', post: 'p', kind: null, name: '临时', from: earlier, to: later, people: ['li'] },
  'duty.remove': { duty: 'nothing' },
  'roster.copy': { from: earlier, days: 1, to: later },
  'shift.now': {},
  'shifts.list': page,
  'shift.statistics': { of: { kind: 'period', from: earlier, to: later } },
  'handoff.start': { post: null },
  'handoff.refreeze': { handoff: 'h' },
  'handoff.decide': { handoff: 'h', items: [thread], decision: { do: 'keep', reason: '我来跟' } },
  'handoff.undecide': { handoff: 'h', items: [thread] },
  'handoff.setNotices': { handoff: 'h', notices: ['停电'] },
  'handoff.sign': { handoff: 'h', side: 'outgoing', password, to: 'li' },
  'handoff.withdraw': { handoff: 'h' },
  'handoff.cancel': { handoff: 'h', reason: '弄错了' },
  'handoff.readBack': { handoff: 'h', item: thread, text: '要回访' },
  'handoff.accept': { handoff: 'h', items: [thread] },
  'handoff.question': { handoff: 'h', item: thread, text: '电话通了吗' },
  'handoff.reply': { handoff: 'h', question: 'q', text: '通了' },
  'handoff.correct': { handoff: 'h', text: '更正', password },
  'promise.done': { promise: 'p', note: '已回访' },
  'handoffs.list': { of: 'open', ...page },
  'handoffs.counts': {},
  'handoff.get': { handoff: 'h' },
  'handoff.outcomes': { handoff: 'h' },
  'promises.list': { of: 'open', ...page },
  'audit.records': { filter: {}, limit: 10 },
  'audit.summary': { filter: {} },
  'audit.density': { buckets: 10 },
  'audit.record': { seq: 1 },
  'history.bounds': {},
  'history.position': { seq: 1 },
  'history.inbox': { seq: 1, queue: 'all', ...page },
  'history.thread': { thread, seq: 1, limit: 10 },
  'history.shift': { seq: 1 },
  'anomalies.list': { from: earlier, to: later, ...page },
  'anomalies.counts': { from: earlier, to: later },
  'finding.save': {
    id: 'f',
    title: '迟答',
    note: null,
    severity: 'low',
    seqs: [1],
    threads: [],
    handoffs: [],
    anomaly: null,
  },
  'finding.close': { finding: 'f', outcome: '已整改' },
  'finding.reopen': { finding: 'f' },
  'findings.list': page,
  'work.get': { work: 'w' },
  'work.cancel': { work: 'w' },
  'proof.verify': { heads: [] },
  'proof.compare': { head: '1 AAAA' },
  'witnesses.list': {},
  'witness.present': { size: 1, root: '0'.repeat(64) },
  'contradictions.list': {},
  'contradictions.note': { upto: 1 },
  'export.start': { scope: { kind: 'whole' }, language: 'zh' },
  'exports.list': {},
  'export.remove': { name: 'none.zip' },
  'retention.get': {},
  'retention.change': { classes: [{ id: 'thread.hukou', months: 36 }] },
  'holds.list': {},
  'hold.place': { of: { kind: 'everything' }, reason: '案件' },
  'hold.lift': { hold: 'h', reason: '结案' },
  'erasure.preview': { scope: { kind: 'due' } },
  'erasure.run': { scope: { kind: 'due' }, digest: 'd', ground: '到期', password },
  'erasures.list': {},
  'backup.remove': { file: 'none.zip' },
  'contact.card': { contact },
  'contact.change': { contact, name: '王桂兰', villageGroup: null, household: null, tags: [] },
  'contact.unmaskPhone': { contact },
  'accounts.list': {},
  'account.add': { name: '新账号', kind: 'by-hand', ownNames: [] },
  'account.change': { account: village, name: '户户通·柳河村', enabled: true, ownNames: [] },
  'connections.list': {},
  'connection.test': { ...connection, secret: 'a-secret-of-the-app' },
  'connection.add': { ...connection, secret: 'a-secret-of-the-app' },
  'connection.change': { ...connection, connection: 'c', enabled: true },
  'connection.accounts': { connection: 'c' },
  'connection.bind': { connection: 'c', openKfid: 'wkDESK0001', name: '柳河村客服' },
  'colleagues.list': { connection: 'c' },
  'colleague.link': { connection: 'c', userid: 'WangWu', user: null },
  'friends.status': {},
  'friends.of': { contact },
  'friends.pull': { contact },
  'friends.pullAll': { connection: 'c' },
  'friend.pushRemark': { contact, userid: 'WangWu', remark: '三组 王桂兰' },
  'friend.pushTags': { contact, userid: 'WangWu', add: ['独居老人'], remove: [] },
  'corpTags.list': { connection: 'c' },
  'corpTag.link': { connection: 'c', tag: '独居老人', corpTag: null },
  'corpTags.add': { connection: 'c', group: '柳河派出所', tags: ['独居老人'] },
  'broadcasts.list': { of: 'all', ...page },
  'broadcasts.preview': { audience, of: 'reachable', ...page },
  'broadcasts.choices': { accounts: [] },
  'broadcast.get': { broadcast: 'b' },
  'broadcast.image': { broadcast: 'b', sha256: '0'.repeat(64), offset: 0 },
  'broadcast.draft': { purpose: '反诈提醒', text: '不要转账', attachments: [], audience },
  'broadcast.change': {
    broadcast: 'b',
    version: 1,
    purpose: '反诈提醒',
    text: '不要转账',
    attachments: [],
    audience,
  },
  'broadcast.approve': { broadcast: 'b', version: 1, reachable: 1 },
  'broadcast.decline': { broadcast: 'b', version: 1, reason: '再改改' },
  'broadcast.cancel': { broadcast: 'b', reason: '弄错了' },
  'broadcast.remind': { broadcast: 'b' },
  'broadcast.refresh': { broadcast: 'b' },
  'broadcast.results': { broadcast: 'b', ...page },
  'media.read': { thread, message: 1, offset: 0 },
  'media.retry': { thread, message: 1 },
  'media.put': { upload, name: '照片.jpg', offset: 0, total: 8, bytes: 'AAAAAAAAAAA=' },
  'media.readUpload': { upload, offset: 0 },
  'media.drop': { upload },
  'thread.send': { thread, seen: 1, what: { kind: 'media', upload } },
  'thread.endElsewhere': { thread, reason: '居民在等' },
  'paste.preview': paste,
  'paste.import': paste,
  'aside.list': { limit: 10 },
  'threads.list': { queue: 'all', ...page },
  'threads.counts': {},
  'thread.get': { thread },
  'thread.timeline': { thread, limit: 10 },
  'thread.claim': { thread },
  'thread.release': { thread },
  'thread.transfer': { thread, to: 'li' },
  'thread.takeOver': { thread, reason: '出警' },
  'thread.answer': { thread, text: '在', seen: 0 },
  'thread.note': { thread, text: '记一下' },
  'thread.snooze': { thread, until: '2026-11-23T03:00:00.000Z' },
  'thread.wake': { thread },
  'thread.close': { thread, disposition: 'answered', seen: 0 },
  'thread.reopen': { thread },
  'thread.categorise': { thread, category: 'noise', urgency: 'routine' },
  'thread.draft': { thread, text: '半句' },
  'thread.draftMenu': { thread, menu: null },
  'message.unmask': { thread, seq: 1 },
  'message.markSentByHand': { thread, seq: 1 },
  'message.retry': { thread, seq: 1 },
  'search.messages': { words: '户口', ...page },
  'welcomes.list': {},
  'welcome.change': { account: 'kf', enabled: true, onShift: '', offShift: '现在没有民警值班' },
  'texts.get': {},
  'texts.change': {
    delay: '稍候',
    taken: '已受理',
    moved: '单独谈',
    greeting: '您好',
    warning: '请停止转账',
  },
  'thread.tellDelay': { thread, text: '请稍候', seen: 0 },
  'threads.reassign': { threads: [thread], to: null, reason: '重新分派' },
  'thread.setPrivate': { thread, private: true, reason: '家事' },
  'glass.break': { thread, reason: '核查投诉', minutes: 30 },
  'glass.list': {},
  'glass.seen': { glass: 'g' },
  'alarms.open': {},
  'alarms.closed': page,
  'alarms.signal': {},
  'alarm.get': { alarm },
  'alarm.acknowledge': { alarm },
  'alarm.follow': { alarm, looksAfter: 'li', nextContactAt: later },
  'alarm.contacted': { alarm, note: '已通话', nextContactAt: later },
  'alarm.close': { alarm, outcome: 'safe', note: '平安', second: { user: 'nobody', password } },
  'message.why': { thread, seq: 1 },
  'assessment.try': { text: '在吗' },
  'lexicon.get': {},
  'lexicon.change': { words: [], silenced: [], ordinary: ['笑死我了'] },
  'desks.list': {},
  'desk.save': { id: 'd', name: '专席', members: [], acceptMinutes: 5 },
  'desk.remove': { id: 'd' },
  'levels.change': {
    levels: [{ id: 'red', name: '红', colour: '#c62828', acceptMinutes: 5, accepts: 'supervisor' }],
  },
  'thread.escalate': { thread, desk: 'mediation', level: 'red', reason: '纠纷', private: false },
  'escalation.accept': { escalation },
  'escalation.decline': { escalation, reason: '不归我管' },
  'escalation.reassign': { escalation, desk: 'mediation', level: 'red', reason: '改派' },
  'escalation.resolve': { escalation, outcome: 'referred', note: '移交', returnVisitAt: null },
  'escalation.visited': { escalation, result: 'kept', note: '好', next: null },
  'escalations.list': { of: 'live', ...page },
  'escalations.counts': {},
  'escalation.get': { escalation },
  'warnings.list': { of: 'open', ...page },
  'warning.get': { warning },
  'warnings.read': { text: '姓名：张三 电话：13812345678' },
  'warning.enter': { name: '张三', phone: null, type: 'other', source: null, note: null, contact: null },
  'warning.claim': { warning },
  'warning.link': { warning, contact: null },
  'warning.called': { warning, result: 'busy' },
  'warning.messaged': { warning, text: '请停止转账', by: 'phone' },
  'warning.replied': { warning, result: 'silent' },
  'warning.neighbourAsked': { warning, contact: null, name: '组长', result: 'notFound' },
  'warning.visited': { warning, result: 'met' },
  'warning.close': { warning, outcome: 'dissuaded', note: '已劝住' },
  'warning.unmaskPhone': { warning },
  'contacts.find': { words: '张三', limit: 10 },
  'group.moveToPrivate': { thread, message: 1, seen: 0, line: '单独谈' },
  'thread.pullIn': { thread, who: { user: 'li' }, reason: '一起看' },
  'common.similar': { thread },
  'commons.list': {},
  'common.get': { common: 'q' },
  'common.open': { title: '同一个问题', threads: [thread] },
  'common.link': { common: 'q', threads: [thread] },
  'common.unlink': { common: 'q', thread },
  'common.answer': { common: 'q', text: '统一答复', seen: [{ thread, seen: 0 }], close: false },
}
const calls = Object.keys(examples) as CallName[]
const userOf: Record<Role, User> = {
  officer: 'zhang',
  supervisor: 'daiban',
  auditor: 'ducha',
  admin: 'guanli',
}
const mayDo = (role: Role) =>
  calls.filter((call) => permissionTable[call].some((allowed) => allowed === 'anyone' || allowed === role))

/** The code the core refuses with; `done` where it does not. */
async function said(console: Console, call: CallName): Promise<string> {
  try {
    await console.call(call, examples[call] as never)
    return 'done'
  } catch (error) {
    return (error as Error).message
  }
}

/** Logged in and not locked. */
async function atWork(console: Console, user: string): Promise<boolean> {
  const session = await console.call('session.get', {})
  return session?.user === user && !session.locked
}

test('every call of the contract has a row in the permission table', () => {
  expect(callsWithoutRow()).toEqual([])
  expect(Object.keys(permissionTable).sort()).toEqual(Object.keys(contract).sort())
})

describe('the core keeps to the permission table', () => {
  test.each(roles)('for every call an %s can make', async (role) => {
    const desk = await testStation()
    const wrong: string[] = []
    let console = await at(desk, userOf[role])
    for (const call of calls) {
      const answer = await said(console, call)
      // Logging out or locking must not spoil the next.
      if (!(await atWork(console, userOf[role]))) {
        console.close()
        console = await at(desk, userOf[role])
      }
      const allowed = mayDo(role).includes(call)
      if ((answer === 'forbidden') === allowed || answer === 'not_logged_in') wrong.push(`${call}: ${answer}`)
    }
    expect(wrong).toEqual([])
  })

  test('for somebody who is not logged in', async () => {
    const desk = await testStation()
    const wrong: string[] = []
    for (const call of calls) {
      const answer = await said(window(desk), call)
      const allowed = permissionTable[call].includes('anyone')
      if ((answer === 'not_logged_in') === allowed || answer === 'forbidden') wrong.push(`${call}: ${answer}`)
    }
    expect(wrong).toEqual([])
  })

  test('for the desk before its first run: nothing but opening a station', async () => {
    const desk = await testStation()
    await desk.close()
    const answered: string[] = []
    for (const call of calls.filter((each) => !each.startsWith('station.'))) {
      const answer = await said(window(desk), call)
      if (!['no_station', 'not_logged_in'].includes(answer)) answered.push(`${call}: ${answer}`)
    }
    expect(answered).toEqual(['session.logout: done', 'session.get: done'])
  })
})

describe('what each role is for (rule 19)', () => {
  const commandsOf = (role: Role) => mayDo(role).filter((call) => contract[call].kind === 'command')
  const connection = /^(session|presence|station)\./

  test('an auditor changes nothing but findings; what an auditor looks at unmasked is on record', () => {
    expect(commandsOf('auditor').filter((call) => !connection.test(call))).toEqual([
      'person.changeOwnPassword',
      'finding.save',
      'finding.close',
      'finding.reopen',
      'work.cancel',
      'proof.verify',
      'witness.present',
      'contradictions.note',
      'export.start',
      'export.remove',
      'contact.unmaskPhone',
      'message.unmask',
      'glass.break',
      'warning.unmaskPhone',
    ])
  })
  test('an admin neither reads nor works threads', () => {
    const residents =
      /^(threads?|message|contacts?|search|paste|shift|alarms?|escalations?|glass|warnings?|group|commons?)\./
    // Who is on, and how many threads each holds: no thread, no resident.
    expect(mayDo('admin').filter((call) => residents.test(call))).toEqual(['shift.now'])
  })
  test('only an admin changes people, accounts and settings, and makes backups', () => {
    const administration = /^(person|account|settings\.change|backup)/
    for (const role of ['officer', 'supervisor', 'auditor'] as const) {
      expect(
        commandsOf(role).filter((call) => administration.test(call) && call !== 'person.changeOwnPassword'),
      ).toEqual([])
    }
  })
  test('an officer works threads, but does not change the station’s texts', () => {
    expect(mayDo('officer')).toEqual(
      expect.arrayContaining(['thread.answer', 'thread.close', 'paste.import']),
    )
    expect(mayDo('officer')).not.toContain('quickReply.save')
    expect(mayDo('supervisor')).toContain('quickReply.save')
  })
})

test('an attempt that was denied is an entry: who, and what was tried', async () => {
  const desk = await testStation()
  const auditor = await at(desk, 'ducha')
  expect(await auditor.refused('thread.claim', { thread: 'x' })).toEqual({
    code: 'forbidden',
    call: 'thread.claim',
    role: 'auditor',
  })
  const [denied, ...more] = entriesOf(desk.station, 'access.denied')
  expect(denied).toMatchObject({
    subject: 'ducha',
    actor: { user: 'ducha', role: 'auditor' },
    data: { call: 'thread.claim' },
  })
  expect(more).toEqual([])
})

test('a role that is taken away is gone with the next call', async () => {
  const desk = await testStation()
  const [officer, admin] = [await at(desk, 'li'), await at(desk, 'guanli')]
  await officer.call('threads.counts', {})
  await admin.call('person.change', { user: 'li', name: '李秀英', role: 'admin', enabled: true })
  expect(await officer.refused('threads.counts', {})).toMatchObject({ code: 'forbidden', role: 'admin' })
})

test('a locked console can ask only who it is, and to be unlocked or logged out', async () => {
  const desk = await testStation()
  const supervisor = window(desk)
  await supervisor.call('session.login', { user: 'daiban', password, signOn: false })
  await supervisor.call('session.lock', {})
  const answered: CallName[] = []
  for (const call of calls.filter(
    (each) => !['session.logout', 'session.login', 'session.unlock'].includes(each),
  )) {
    if ((await said(supervisor, call)) !== 'locked') answered.push(call)
  }
  expect(answered.sort()).toEqual([
    'alarms.signal',
    'changes.since',
    'presence.set',
    'session.get',
    'station.state',
  ])
  expect(await supervisor.refused('session.unlock', { password: 'not the password' })).toMatchObject({
    code: 'wrong_password',
  })
  await supervisor.call('session.unlock', { password })
  await supervisor.call('threads.counts', {})
})

test('a command without its id is refused and changes nothing', async () => {
  const desk = await testStation()
  const officer = await at(desk, 'zhang')
  const id = desk.hears({ text: '在吗' })
  const size = desk.station.ledger.head().size
  const refusal = await officer.refused('thread.claim', { thread: id }, null)
  expect(refusal).toMatchObject({ code: 'invalid' })
  const other = await officer.refused('thread.claim', { thread: id }, 'not-a-uuid')
  expect(other).toMatchObject({ code: 'invalid' })
  expect(desk.station.ledger.head().size).toBe(size)
  await officer.call('thread.claim', { thread: id }, uuid())
})
