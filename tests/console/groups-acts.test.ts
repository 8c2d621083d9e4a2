import { describe, expect, it } from 'vitest'
import { sentenceKey } from '../../src/console/composables/use-act-words.ts'
import { acts as en } from '../../src/console/i18n/en/acts.ts'
import { acts as zh } from '../../src/console/i18n/zh/acts.ts'
import * as alarms from '../../src/desk/alarms/entries.ts'
import * as escalations from '../../src/desk/escalations/entries.ts'
import * as groups from '../../src/desk/groups/entries.ts'
import * as privacy from '../../src/desk/privacy/entries.ts'
import * as threads from '../../src/desk/threads/entries.ts'
import type { Draft } from '../../src/ledger/entry.ts'

/** Whatever can have happened to a thread is told in a sentence of its own, in both languages. */

const at = '2026-11-23T06:00:00.000Z'
const of = 'thread-1'
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
const given = { escalation: 'e', desk: 'mediation', level: 'urgent', dueAt: at }

/** By the maker's own name: one that is added without a sample here is a failing test. */
const samples: { [maker: string]: Draft[] } = {
  threadOpened: [
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: null }, ''),
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: 'before' }, ''),
    threads.threadOpened(of, { account: 'x', contact: 'c', continues: null, kind: 'group' }, ''),
  ],
  messageReceived: [threads.messageReceived(of, { kind: 'text', from: 'c', sentAt: at }, words)],
  messageRecalled: [threads.messageRecalled(of, 4, at)],
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
  noteAdded: [threads.noteAdded(of, '')],
  threadClaimed: [threads.threadClaimed(of, 'zhang')],
  threadReleased: [threads.threadReleased(of, 'zhang', null)],
  threadTransferred: [threads.threadTransferred(of, 'zhang', 'li', null)],
  threadTakenOver: [threads.threadTakenOver(of, 'zhang', 'li', '急')],
  threadReturned: [threads.threadReturned(of, 'zhang')],
  threadSnoozed: [threads.threadSnoozed(of, at)],
  threadWoken: (['time', 'officer', 'message'] as const).map((why) => threads.threadWoken(of, why)),
  threadClosed: [threads.threadClosed(of, 'answered', 4, null)],
  threadReopened: [
    ...(['message', 'officer', 'alarm', 'returnVisit'] as const).map((why) =>
      threads.threadReopened(of, why, null, null),
    ),
    threads.threadReopened(of, 'message', 'zhang', null),
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
  commonOpened: [groups.commonOpened('q', '停水')],
  commonAnswered: [groups.commonAnswered('q', 3)],
}
/** Of the station's own lists, never of a thread. */
const elsewhere: ReadonlySet<string> = new Set([
  'escalationDeskSaved',
  'escalationDeskRemoved',
  'escalationLevelsChanged',
  'lexiconChanged',
])

const sentence = (language: object, key: string): unknown =>
  key
    .split('.')
    .slice(1)
    .reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], language)

describe('the sentences of the timeline', () => {
  const makers = [threads, privacy, alarms, escalations, groups].flatMap((area) => Object.keys(area))

  it.each(makers.filter((maker) => !elsewhere.has(maker)))('tell what %s makes', (maker) => {
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
      /^(type|actor|from|to|holder|user|looksAfter|second|until|due|contact|visit|desk|level|disposition|category|urgency|kind|outcome|result|outsider|call|threads|minutes|reason|sentence|note)$/
    const fields = (language: object): string[] =>
      Object.values(language).flatMap((value) =>
        typeof value === 'string'
          ? [...value.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!)
          : fields(value),
      )
    for (const field of [...fields(zh), ...fields(en)]) expect(field).toMatch(known)
  })
})
