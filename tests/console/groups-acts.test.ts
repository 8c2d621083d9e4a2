import { describe, expect, it } from 'vitest'
import { sentenceKey } from '../../src/console/composables/use-act-words.ts'
import { acts as en } from '../../src/console/i18n/en/acts.ts'
import { acts as zh } from '../../src/console/i18n/zh/acts.ts'
import * as accounts from '../../src/desk/accounts/entries.ts'
import * as alarms from '../../src/desk/alarms/entries.ts'
import * as audit from '../../src/desk/audit/entries.ts'
import * as broadcasts from '../../src/desk/broadcasts/entries.ts'
import * as connections from '../../src/desk/connections/entries.ts'
import * as escalations from '../../src/desk/escalations/entries.ts'
import * as friends from '../../src/desk/friends/entries.ts'
import * as groups from '../../src/desk/groups/entries.ts'
import * as handoff from '../../src/desk/handoff/entries.ts'
import * as media from '../../src/desk/media/entries.ts'
import * as people from '../../src/desk/people/entries.ts'
import * as privacy from '../../src/desk/privacy/entries.ts'
import * as proof from '../../src/desk/proof/entries.ts'
import * as retention from '../../src/desk/retention/entries.ts'
import * as service from '../../src/desk/service/entries.ts'
import * as settings from '../../src/desk/settings/entries.ts'
import * as shifts from '../../src/desk/shifts/entries.ts'
import * as threads from '../../src/desk/threads/entries.ts'
import * as warnings from '../../src/desk/warnings/entries.ts'
import * as welcome from '../../src/desk/welcome/entries.ts'
import type { Draft } from '../../src/ledger/entry.ts'

/** Whatever can have happened is told in a sentence of its own, in both languages. */

const at = '2026-11-23T06:00:00.000Z'
const of = 'thread-1'
const card = { name: '', external: '', villageGroup: null, household: null, phone: null, tags: [] }
const words = { text: '', title: null, image: null, external: null }
const finding = {
  kind: 'crisis',
  strength: 'ring',
  score: 1,
  thresholds: { watch: 0.5, ring: 0.9 },
  rules: [],
  places: [],
  discounted: [],
} as const
const raised = { alarm: 'a', kind: 'crisis', strength: 'ring', message: 4, version: '1', rules: [] } as const
const item = { item: of, thread: of }
const onward = { next: 'call', dueAt: at } as const
const given = { escalation: 'e', desk: 'mediation', level: 'urgent', dueAt: at }

const fault = { what: 'unreachable', code: null, since: at }
const connection = {
  kind: 'wecom-kf',
  name: '县局',
  corpid: 'ww1',
  apiBase: 'https://qyapi.weixin.qq.com',
  proxy: null,
  relay: null,
  enabled: true,
  kept: { secret: 's', relay: null, proxy: null },
} as const

const exported = {
  scope: { kind: 'whole' },
  name: 'a.zip',
  upto: 9,
  entries: 9,
  range: null,
  withheld: 0,
  glass: [],
  chosen: null,
  papers: '',
} as const

const noted = { remark: '', description: '', tags: [] }
const friendly = { connection: 'w', userid: 'WangWu', since: null, addWay: 1 }
const written = { purpose: '', text: null, attachments: [], audience: {} }

/** By the maker's own name: one that is added without a sample here is a failing test. */
const samples: { [maker: string]: Draft[] } = {
  threadOpened: [
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: null }, ''),
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: 'before' }, ''),
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: null, kind: 'group' }, ''),
  ],
  messageReceived: [threads.messageReceived(of, { kind: 'text', from: 'c', sentAt: at }, words)],
  messageRecalled: [threads.messageRecalled(of, 4, at), threads.messageRecalled(of, 4, at, 'desk')],
  messageSent: [
    threads.messageSent(
      of,
      { kind: 'text', delivery: 'queued', seen: 4, sentAt: at, purpose: 'delay' },
      words,
    ),
  ],
  messageAccepted: [threads.messageAccepted(of, 4)],
  messageFailed: [threads.messageFailed(of, 4, 'offline')],
  messageRetried: [threads.messageRetried(of, 4)],
  messageSentByHand: [threads.messageSentByHand(of, 4)],
  messageUnmasked: [threads.messageUnmasked(of, 4)],
  mediaStored: [media.mediaStored(of, 4, { sha256: '', bytes: 9, type: 'image/jpeg', name: null })],
  mediaMissed: (['expired', 'damaged'] as const).map((why) => media.mediaMissed(of, 4, why)),
  mediaRetried: [media.mediaRetried(of, 4)],
  noteAdded: [threads.noteAdded(of, '')],
  threadClaimed: [threads.threadClaimed(of, 'zhang'), threads.threadClaimed(of, 'zhang', 'wecom')],
  threadReleased: [threads.threadReleased(of, 'zhang', null)],
  threadTransferred: [threads.threadTransferred(of, 'zhang', 'li', null)],
  threadTakenOver: [threads.threadTakenOver(of, 'zhang', 'li', '急')],
  threadReturned: [threads.threadReturned(of, 'zhang')],
  threadSnoozed: [threads.threadSnoozed(of, at)],
  threadWoken: (['time', 'officer', 'message', 'undelivered'] as const).map((why) =>
    threads.threadWoken(of, why),
  ),
  threadClosed: [threads.threadClosed(of, 'answered', 4, null)],
  threadReopened: [
    ...(['message', 'officer', 'alarm', 'returnVisit', 'undelivered'] as const).map((why) =>
      threads.threadReopened(of, why, null, null),
    ),
    threads.threadReopened(of, 'message', 'zhang', null),
    threads.threadReopened(of, 'undelivered', 'zhang', null),
  ],
  threadCategorised: [
    threads.threadCategorised(of, 'noise', 'routine'),
    threads.threadCategorised(of, null, 'routine'),
  ],
  threadOverdue: [threads.threadOverdue(of, at, 60)],
  threadDelayTold: [threads.threadDelayTold(of, 4)],
  threadReassigned: [
    threads.threadReassigned(of, 'zhang', 'li', '均衡'),
    threads.threadReassigned(of, null, 'li', '均衡'),
    threads.threadReassigned(of, 'zhang', null, '均衡'),
  ],
  threadMadePrivate: [
    privacy.threadMadePrivate(of, { desk: null, coveredBy: null }, null),
    privacy.threadMadePrivate(of, { desk: 'mediation', coveredBy: null }, '家事'),
    privacy.threadMadePrivate(of, { desk: null, coveredBy: 'later' }, null),
  ],
  threadMadePublic: [privacy.threadMadePublic(of, '已公开')],
  glassBroken: [privacy.glassBroken(of, 'g', at, '核查')],
  glassSeen: [privacy.glassSeen(of, 'g')],
  threadViewed: [privacy.threadViewed(of)],
  messageAssessed: [
    alarms.messageAssessed(of, { message: 4, version: '1', old: false }, [
      { ...finding, rules: [], places: [], discounted: [] },
    ]),
  ],
  alarmRaised: (['message', 'recall'] as const).map((cause) =>
    alarms.alarmRaised(of, { ...raised, rules: [], cause }),
  ),
  alarmCauseAdded: (['message', 'recall'] as const).flatMap((cause) =>
    [true, false].map((rings) => alarms.alarmCauseAdded(of, { alarm: 'a', cause, message: 4, rings })),
  ),
  alarmCalled: [alarms.alarmCalled(of, 'a', 1)],
  alarmAcknowledged: [alarms.alarmAcknowledged(of, 'a', 4, at)],
  alarmFollowed: [alarms.alarmFollowed(of, 'a', 'zhang', at)],
  alarmContacted: [alarms.alarmContacted(of, 'a', at, '平安')],
  alarmContactDue: [alarms.alarmContactDue(of, 'a')],
  alarmClosed: [alarms.alarmClosed(of, 'a', 'safe', 'li', '平安')],
  threadEscalated: [true, false].map((hidden) =>
    escalations.threadEscalated(of, { ...given, private: hidden }, '家事'),
  ),
  escalationAccepted: [escalations.escalationAccepted(of, 'e')],
  escalationDeclined: [escalations.escalationDeclined(of, 'e', 'supervisor', '不归我们')],
  escalationLapsed: [escalations.escalationLapsed(of, 'e', 'supervisor')],
  escalationReassigned: [escalations.escalationReassigned(of, given, '改派')],
  escalationResolved: [at, null].map((returnVisitAt) =>
    escalations.escalationResolved(of, { escalation: 'e', outcome: 'settled', returnVisitAt }, '谈妥'),
  ),
  escalationVisitDue: [escalations.escalationVisitDue(of, 'e')],
  escalationVisited: [at, null].map((next) =>
    escalations.escalationVisited(of, { escalation: 'e', result: 'kept', next }, '都好'),
  ),
  groupMovedToPrivate: [groups.groupMovedToPrivate(of, 4, 'other')],
  threadCameFromGroup: [groups.threadCameFromGroup(of, 'other', 4)],
  colleaguePulledIn: [groups.colleaguePulledIn(of, 'li', '帮忙')],
  outsiderPulledIn: [groups.outsiderPulledIn(of, { name: '周医生', profession: '社区医生' }, '看看')],
  threadMerged: [groups.threadMerged(of, 'q')],
  threadUnmerged: [groups.threadUnmerged(of, 'q')],
  shiftSignedOn: [shifts.shiftSignedOn('zhang', { post: 'one', duty: null })],
  shiftSignedOff: [shifts.shiftSignedOff('zhang', 2, '换班')],
  postSaved: [shifts.postSaved('one', { name: '一号岗', accounts: [] })],
  postRemoved: [shifts.postRemoved('one')],
  shiftKindsChanged: [shifts.shiftKindsChanged([])],
  dutySaved: [
    shifts.dutySaved('d', { post: 'one', kind: null, from: at, to: at, people: ['zhang'] }, '白班'),
  ],
  dutyRemoved: [shifts.dutyRemoved('d')],
  handoffStarted: [
    handoff.handoffStarted('h', { post: null, from: 'zhang', frozenSeq: 4, notices: null }, null),
  ],
  handoffFrozen: [handoff.handoffFrozen('h', { frozenSeq: 4, part: 0, parts: 1, items: [], queue: null })],
  handoffItemDecided: [
    handoff.handoffItemDecided('h', item, { do: 'handOver', nextAction: '回访', deadline: at, ifThen: null }),
    handoff.handoffItemDecided('h', item, {
      do: 'handOver',
      nextAction: '回访',
      deadline: null,
      ifThen: null,
    }),
    handoff.handoffItemDecided('h', item, { do: 'keep', reason: '我熟' }),
    handoff.handoffItemDecided('h', item, { do: 'close', disposition: 'answered', note: null }),
  ],
  handoffItemUndecided: [handoff.handoffItemUndecided('h', item)],
  handoffNoticesSet: [handoff.handoffNoticesSet('h', ['停电'])],
  handoffSigned: (['outgoing', 'incoming'] as const).flatMap((side) =>
    [null, 'zhang'].map((onBehalfOf) => handoff.handoffSigned('h', { side, to: 'li', onBehalfOf }, null)),
  ),
  handoffWithdrawn: [handoff.handoffWithdrawn('h')],
  handoffCancelled: [handoff.handoffCancelled('h', '弄错了')],
  handoffOpened: [handoff.handoffOpened('h')],
  handoffItemReadBack: [handoff.handoffItemReadBack('h', item, '要回访')],
  handoffItemAccepted: [handoff.handoffItemAccepted('h', item)],
  handoffItemQuestioned: [handoff.handoffItemQuestioned('h', item, 'q', '通了吗')],
  handoffQuestionReplied: [handoff.handoffQuestionReplied('h', item, 'q', '通了')],
  handoffOverdue: [handoff.handoffOverdue('h')],
  handoffItemLeft: (['closed', 'heldByOther', 'gone', 'private'] as const).map((why) =>
    handoff.handoffItemLeft('h', item, why),
  ),
  handoffCompleted: [handoff.handoffCompleted('h', { from: 'zhang', to: 'li', moved: 3, left: 0 })],
  handoffCorrected: [handoff.handoffCorrected('h2', 'h', '更正')],
  handoffPromiseDue: [handoff.handoffPromiseDue('h', 'account:a', 'p1')],
  handoffPromiseDone: [handoff.handoffPromiseDone('h', 'account:a', 'p1', '好了')],
  threadHandedOver: ['zhang', null].map((from) =>
    handoff.threadHandedOver(of, { from, to: 'li', handoff: 'h' }),
  ),
  threadPromiseDue: [handoff.threadPromiseDue(of, 'h', 'p1')],
  threadPromiseDone: [handoff.threadPromiseDone(of, 'h', 'p1', '去过了')],
  escalationHandedOver: [
    handoff.escalationHandedOver(of, { escalation: 'e', from: 'zhang', to: 'li', handoff: 'h' }),
  ],
  warningHandedOver: [handoff.warningHandedOver('w', { holder: 'li', from: 'zhang', handoff: 'h' })],
  ledgerVerified: (
    [
      [true, 'yes'],
      [true, 'no'],
      [false, 'unknown'],
    ] as const
  ).map(([unaltered, complete]) =>
    proof.ledgerVerified({ unaltered, complete, size: 9, firstBad: null, heads: 1 }),
  ),
  ledgerExported: [exported, { ...exported, chosen: 'ab' }].map(proof.ledgerExported),
  exportFetched: [proof.exportFetched('a.zip')],
  exportRemoved: [proof.exportRemoved('a.zip')],
  witnessSeen: [proof.witnessSeen(9)],
  witnessContradicted: (['console', 'checkpoint'] as const).map((by) =>
    proof.witnessContradicted({ by, size: 9, root: '', is: 'ahead' }),
  ),
  witnessNoted: [proof.witnessNoted(9)],
  auditViewed: [audit.auditViewed({ person: 'zhang' }), audit.auditViewed({ raw: 4 })],
  findingSaved: [
    audit.findingSaved(
      'f',
      { severity: 'low', seqs: [4], threads: [], handoffs: [], anomaly: null },
      { title: '迟答', note: null },
    ),
  ],
  findingClosed: [audit.findingClosed('f', [], '属实')],
  findingReopened: [audit.findingReopened('f')],
  retentionChanged: [retention.retentionChanged([{ id: 'thread.none', months: 36 }])],
  holdPlaced: [retention.holdPlaced('h', { kind: 'thread', thread: of, contact: null }, '案件')],
  holdLifted: [retention.holdLifted('h', { kind: 'everything', thread: null, contact: null }, '结案')],
  erasureStarted: [
    retention.erasureStarted('r', { scope: 'due', ground: '到期' }, { contents: 3, lines: 0 }),
  ],
  contentErased: [retention.contentErased({ run: 'r', scope: 'due', ground: '到期' }, [4, 5])],
  erasureFinished: [retention.erasureFinished('r', { contents: 3, lines: 0 })],
  serviceChanged: (['desk', 'waiting', 'colleague', 'unsure', 'ended'] as const).map((state) =>
    service.serviceChanged(of, { state, colleague: 'wang', user: null, at }),
  ),
  contactServed: [
    service.contactServed('c', { state: 'colleague', colleague: 'wang', user: null, at: null }),
  ],
  serviceEndAsked: [service.serviceEndAsked(of, 'wang', '急')],
  serviceEndFailed: [service.serviceEndFailed(of, 'refused', 95016)],
  contactEntered: [null, 'late'].map((unwelcomed) =>
    service.contactEntered('c', { at, unwelcomed }, { scene: 'qr', sceneText: '' }),
  ),
  welcomeChanged: [true, false].map((enabled) =>
    welcome.welcomeChanged('x', enabled, { onShift: null, offShift: '您好' }),
  ),
  welcomeQueued: [welcome.welcomeQueued('c', { welcome: 'w', account: 'x', when: 'offShift' }, '您好')],
  contactWelcomed: [welcome.contactWelcomed('c', 'w', 'x')],
  welcomeFailed: [true, false].map((unsure) =>
    welcome.welcomeFailed('c', 'w', 'x', { why: 'unreachable', code: null, unsure }),
  ),
  colleagueChanged: (['receiving', 'stopped', 'suspended', 'shutOut', 'letIn'] as const).map((what) =>
    service.colleagueChanged('x', { colleague: 'wang', what, contact: null, at }),
  ),
  personAdded: [people.personAdded('zhang', 'officer', '张建国')],
  personChanged: [true, false].map((enabled) => people.personChanged('zhang', 'officer', enabled, '张建国')),
  passwordSet: [people.passwordSet('zhang')],
  contactAdded: [people.contactAdded('c', 'x', card)],
  contactChanged: [people.contactChanged('c', card)],
  phoneUnmasked: [people.phoneUnmasked('c')],
  accountAdded: [accounts.accountAdded('x', 'sandbox', '柳河村', [])],
  connectionAdded: [connections.connectionAdded('c', connection, null)],
  connectionChanged: [true, false].map((enabled) =>
    connections.connectionChanged('c', { ...connection, enabled }, 'PEM'),
  ),
  connectionFaulted: (['connection', 'relay'] as const).map((part) =>
    connections.connectionFaulted('c', part, fault),
  ),
  connectionRecovered: (['connection', 'relay'] as const).map((part) =>
    connections.connectionRecovered('c', part, fault),
  ),
  accountFaulted: [connections.accountFaulted('x', fault)],
  accountRecovered: [connections.accountRecovered('x', fault)],
  accountGapFound: [connections.accountGapFound('x', at, at)],
  accountJoined: [connections.accountJoined('x', 3, at)],
  contactProfiled: [
    connections.contactProfiled('c', 'x', { ...card, nickname: null, gender: 'unknown', avatar: null }),
  ],
  colleagueLinked: ['li', null].map((user) => connections.colleagueLinked('c', 'WangWu', user)),
  accountChanged: [true, false].map((enabled) => accounts.accountChanged('x', '柳河村', enabled, [])),
  settingsChanged: [
    settings.settingsChanged({
      waitMinutes: { urgent: 10, priority: 20, routine: 60 },
      lockMinutes: 5,
      warningMinutes: { call: 5, message: 5, reply: 5, neighbour: 5, visit: 5, outcome: 5 },
    }),
  ],
  textsChanged: [settings.textsChanged({ delay: '', taken: '', moved: '', greeting: '', warning: '' })],
  quickReplySaved: [
    settings.quickReplySaved('r', { title: '落户', text: '', category: null, shortcut: null }),
  ],
  quickReplyRemoved: [settings.quickReplyRemoved('r')],
  checklistSaved: [settings.checklistSaved('k', { title: '落户', papers: [], note: null })],
  checklistRemoved: [settings.checklistRemoved('k')],
  warningEntered: [
    warnings.warningEntered(
      'w',
      { type: 'loan', dueAt: at },
      { name: '', phone: null, source: null, note: null },
    ),
  ],
  warningLinked: ['c', null].map((contact) => warnings.warningLinked('w', contact)),
  warningClaimed: ['li', null].map((from) => warnings.warningClaimed('w', 'zhang', from)),
  warningCalled: [warnings.warningCalled('w', 'busy', onward)],
  warningMessaged: [
    warnings.warningMessaged('w', { by: 'thread', thread: of, message: 4 }, onward),
    warnings.warningMessaged('w', { by: 'phone', text: '别转账' }, onward),
  ],
  warningReplied: [warnings.warningReplied('w', 'silent', onward)],
  warningNeighbourAsked: [
    warnings.warningNeighbourAsked('w', { contact: 'c', name: null }, 'willTell', onward),
  ],
  warningVisited: [warnings.warningVisited('w', 'met', onward)],
  warningOverdue: [warnings.warningOverdue('w', 'call')],
  warningClosed: [warnings.warningClosed('w', 'dissuaded', '')],
  warningPhoneUnmasked: [warnings.warningPhoneUnmasked('w')],
  escalationDeskSaved: [
    escalations.escalationDeskSaved('mediation', { name: '调解', members: [], acceptMinutes: 30 }),
  ],
  escalationDeskRemoved: [escalations.escalationDeskRemoved('mediation')],
  escalationLevelsChanged: [escalations.escalationLevelsChanged([])],
  lexiconChanged: [alarms.lexiconChanged({ off: [], own: [] } as never)],
  friendFound: [friends.friendFound('c', friendly, noted)],
  friendUpdated: [friends.friendUpdated('c', friendly, noted)],
  friendLost: [friends.friendLost('c', 'w', 'WangWu')],
  friendsAsked: [friends.friendsAsked('c', { connection: 'w', friends: 0, code: 84061 })],
  remarkPushed: [
    friends.remarkPushed('c', { connection: 'w', userid: 'WangWu', remark: true, description: false }, noted),
  ],
  tagsPushed: [
    friends.tagsPushed('c', { connection: 'w', userid: 'WangWu', added: ['et1'], removed: [] }, noted),
  ],
  friendsPulled: [friends.friendsPulled('w', { members: 1, friends: 2, strangers: 3, startedAt: at })],
  capabilityChanged: [
    friends.capabilityChanged('w', 'contacts', true, null),
    friends.capabilityChanged('w', 'broadcasts', false, 48002),
  ],
  corpTagLinked: ['et1', null].map((tag) => friends.corpTagLinked('w', '独居老人', tag)),
  corpTagsAdded: [friends.corpTagsAdded('w', '柳河派出所', ['独居老人'])],
  broadcastDrafted: [broadcasts.broadcastDrafted('b', written)],
  broadcastChanged: [broadcasts.broadcastChanged('b', written)],
  broadcastDeclined: [broadcasts.broadcastDeclined('b', '再改改')],
  broadcastApproved: [broadcasts.broadcastApproved('b', { version: 4, residents: 0, tasks: [] })],
  broadcastAddressed: [broadcasts.broadcastAddressed('b', { task: 't', from: 0, contacts: [] })],
  broadcastCreated: [broadcasts.broadcastCreated('b', { task: 't', msgid: 'msg1', refused: [] })],
  broadcastNarrowed: [broadcasts.broadcastNarrowed('b', { task: 't', refused: [0], code: 40096 })],
  broadcastTaskFailed: [48002, null].map((code) => broadcasts.broadcastTaskFailed('b', 't', code)),
  broadcastConfirmed: [broadcasts.broadcastConfirmed('b', 't', at)],
  broadcastProgressed: [
    broadcasts.broadcastProgressed('b', { task: 't', sent: [], notFriend: [], quota: [] }),
  ],
  broadcastReminded: [broadcasts.broadcastReminded('b', ['t'])],
  broadcastLapsed: [broadcasts.broadcastLapsed('b', 't')],
  broadcastCancelled: [broadcasts.broadcastCancelled('b', '弄错了')],
  broadcastWithdrawn: [broadcasts.broadcastWithdrawn('b', 't', null)],
  broadcastFinished: [
    broadcasts.broadcastFinished('b', { residents: 1, sent: 1, notFriend: 0, quota: 0, unsent: 0 }),
  ],
  broadcastFailed: [broadcasts.broadcastFailed('b', [48002])],
  commonOpened: [groups.commonOpened('q', '停水')],
  commonAnswered: [groups.commonAnswered('q', 3)],
}
const sentence = (language: object, key: string): unknown =>
  key
    .split('.')
    .slice(1)
    .reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], language)

describe('the sentences of the timeline', () => {
  const makers = [
    threads,
    media,
    privacy,
    alarms,
    escalations,
    groups,
    shifts,
    handoff,
    proof,
    audit,
    retention,
    people,
    accounts,
    connections,
    settings,
    service,
    welcome,
    warnings,
    friends,
    broadcasts,
    // What a message carries is part of its content, no entry.
  ].flatMap((area) => Object.keys(area).filter((name) => name !== 'carried'))

  it.each(makers)('tell what %s makes', (maker) => {
    const made = samples[maker]
    expect(made, `a sample of ${maker}`).toBeDefined()
    for (const { type, data } of made!) {
      const key = sentenceKey(type, data)
      expect(sentence(zh, key), `${key} in Chinese`).toBeTypeOf('string')
      expect(sentence(en, key), `${key} in English`).toBeTypeOf('string')
    }
  })

  it('tell apart what a desk did and what only the clock did', () => {
    expect(sentenceKey('thread.escalated', { private: true })).toBe('acts.thread.escalatedPrivate')
    expect(sentenceKey('thread.reopened', { why: 'alarm', holder: null })).toBe('acts.thread.reopenedByAlarm')
    expect(sentenceKey('thread.reassigned', { from: 'zhang', to: null })).toBe(
      'acts.thread.reassignedToQueue',
    )
    expect(sentenceKey('alarm.causeAdded', { cause: 'recall', rings: true })).toBe(
      'acts.alarm.rangAgainByRecall',
    )
  })

  it('ask for nothing that is not filled in', () => {
    const known =
      /^(type|actor|from|to|holder|user|looksAfter|second|until|due|contact|visit|desk|level|disposition|category|urgency|kind|outcome|result|outsider|call|name|size|threads|minutes|reason|colleague|why|sentence|note|person|role|warning|step|area|title|messages|at)$/
    const fields = (language: object): string[] =>
      Object.values(language).flatMap((value) =>
        typeof value === 'string'
          ? [...value.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!)
          : fields(value),
      )
    for (const field of [...fields(zh), ...fields(en)]) expect(field).toMatch(known)
  })
})
