import { describe, expect, test } from 'vitest'
import type { AlarmKind, Finding, Strength } from '../../src/contract/alarms.ts'
import type { AlarmState, Causing } from '../../src/desk/alarms/rules.ts'
import * as rules from '../../src/desk/alarms/rules.ts'
import type { Decision } from '../../src/desk/decision.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const minute = 60_000

const finding = (kind: AlarmKind, strength: Strength | 'none'): Finding => ({
  kind,
  strength,
  score: 3.25,
  thresholds: { watch: 1, ring: 3 },
  rules: ['crisis.intent'],
  places: [[1, 4]],
  discounted: [],
})
const thread = (over: Partial<ThreadState> = {}) =>
  ({
    id: 't1',
    holder: null,
    closed_at: null,
    snoozed_until: null,
    last_seq: 10,
    last_message: 10,
    last_from: 'resident',
    last_at: now,
    ...over,
  }) as ThreadState
const alarm = (over: Partial<AlarmState> = {}): AlarmState => ({
  id: 'a1',
  thread: 't1',
  kind: 'crisis',
  state: 'ringing',
  rang_at: now,
  acknowledged_at: null,
  acknowledged_seq: 0,
  looks_after: null,
  next_contact_at: null,
  contact_due: 0,
  calls: 0,
  called_at: null,
  ...over,
})
const facts = (over: Partial<Causing> = {}): Causing => ({
  thread: thread(),
  open: null,
  fresh: 'a1',
  now,
  ...over,
})
const followed = (over: Partial<AlarmState> = {}) =>
  alarm({ state: 'followed', acknowledged_at: now, acknowledged_seq: 10, looks_after: 'zhang', ...over })
const told = (decision: Decision) =>
  'refused' in decision
    ? decision.refused.code
    : decision.entries.map(({ type, data }) => [type, data.rings ?? data.cause ?? data.alarm ?? null])
const types = (decision: Decision) =>
  'refused' in decision ? decision.refused.code : decision.entries.map(({ type }) => type)

describe('rule 10: words are marked, and some ring', () => {
  test('nothing found is no entry', () => {
    expect(types(rules.assessed(facts(), 10, 'v', []))).toBe('nothing_to_do')
    expect(types(rules.assessed(facts(), 10, 'v', [finding('crisis', 'none')]))).toBe('nothing_to_do')
  })
  test('a watched message is marked in silence; a ringing one raises an alarm', () => {
    expect(types(rules.assessed(facts(), 10, 'v', [finding('crisis', 'watch')]))).toEqual([
      'message.assessed',
    ])
    expect(types(rules.assessed(facts(), 10, 'v', [finding('crisis', 'ring')]))).toEqual([
      'message.assessed',
      'alarm.raised',
    ])
  })
  test('the entry holds version, rules and places, and not a word', () => {
    const decision = rules.assessed(facts(), 10, '2026.11', [finding('crisis', 'ring')])
    if ('refused' in decision) throw new Error()
    expect(decision.entries[0]).toMatchObject({
      subject: 't1',
      data: {
        message: 10,
        version: '2026.11',
        kinds: [
          { kind: 'crisis', strength: 'ring', score: 3_250, rules: ['crisis.intent'], places: [[1, 4]] },
        ],
      },
    })
    expect(decision.entries.every(({ content }) => content === undefined)).toBe(true)
  })
  test('words sent days ago, as in an old chat that is pasted, are marked and do not ring', () => {
    const old = facts({ pasted: true, thread: thread({ last_at: now - rules.oldAfter - 1 }) })
    expect(types(rules.assessed(old, 10, 'v', [finding('crisis', 'ring')]))).toEqual(['message.assessed'])
    const live = { ...old, pasted: false }
    expect(types(rules.assessed(live, 10, 'v', [finding('crisis', 'ring')]))).toContain('alarm.raised')
  })
  test('an alarm on a closed or snoozed thread brings it back', () => {
    const closed = facts({ thread: thread({ closed_at: now - minute }) })
    expect(types(rules.recalled(closed, { seq: 9, kind: 'crisis', strength: 'watch' }, 'v'))).toEqual([
      'thread.reopened',
      'alarm.raised',
    ])
    const snoozed = facts({ thread: thread({ snoozed_until: now + minute }) })
    expect(types(rules.recalled(snoozed, { seq: 9, kind: 'crisis', strength: 'watch' }, 'v'))).toEqual([
      'thread.woken',
      'alarm.raised',
    ])
    const asleep = thread({ closed_at: now - minute, snoozed_until: now })
    const anew = facts({ thread: asleep, open: followed(), another: true })
    expect(types(rules.recalled(anew, { seq: 11, kind: 'crisis', strength: 'watch' }, 'v'))).toEqual([
      'thread.reopened',
      'thread.woken',
      'alarm.causeAdded',
    ])
    expect(types(rules.recalled(anew, { seq: 10, kind: 'crisis', strength: 'watch' }, 'v'))).toEqual([
      'alarm.causeAdded',
    ])
  })
})

describe('rule 9 and 10: recalls', () => {
  test('the recall of a watched cry or threat rings; of a watched fraud or dispute it does not', () => {
    const rings = (kind: AlarmKind) =>
      types(rules.recalled(facts(), { seq: 9, kind, strength: 'watch' }, 'v'))
    expect(rings('crisis')).toEqual(['alarm.raised'])
    expect(rings('violence')).toEqual(['alarm.raised'])
    expect(rings('fraud')).toBe('nothing_to_do')
    expect(rings('dispute')).toBe('nothing_to_do')
  })
})

describe('nothing rings twice for one cause', () => {
  const recall = (open: AlarmState, message: number, over: Partial<ThreadState> = {}, later = 0) =>
    told(
      rules.recalled(
        facts({ open, thread: thread(over), now: now + later }),
        { seq: message, kind: 'crisis', strength: 'ring' },
        'v',
      ),
    )
  const more = (open: AlarmState, later: number, over: Partial<Causing> = {}) =>
    told(
      rules.assessed(
        facts({ open, thread: thread({ last_at: now + later }), now: now + later, ...over }),
        20,
        'v',
        [finding('crisis', 'ring')],
      ),
    )

  test('more words while it rings are added to it', () => {
    expect(more(alarm(), 5 * minute)).toEqual([
      ['message.assessed', null],
      ['alarm.causeAdded', false],
    ])
  })
  test('the recall of what was acknowledged is added in silence, however late', () => {
    expect(recall(followed(), 10, {}, 60 * minute)).toEqual([['alarm.causeAdded', false]])
  })
  test('the recall of words nobody had seen at the acknowledgement rings anew, later than ten minutes', () => {
    expect(recall(followed(), 11, {}, 9 * minute)).toEqual([['alarm.causeAdded', false]])
    expect(recall(followed(), 11, {}, 11 * minute)).toEqual([['alarm.causeAdded', true]])
  })
  test('new words ring anew once the acknowledgement is ten minutes past', () => {
    expect(more(followed(), 10 * minute)[1]).toEqual(['alarm.causeAdded', false])
    expect(more(followed(), 10 * minute + 1)[1]).toEqual(['alarm.causeAdded', true])
  })
  test('while an officer is answering they do not', () => {
    const answered = now + 55 * minute
    expect(more(followed(), 60 * minute, { answered })[1]).toEqual(['alarm.causeAdded', false])
    expect(more(followed(), 65 * minute, { answered })[1]).toEqual(['alarm.causeAdded', false])
    expect(more(followed(), 65 * minute + 1, { answered })[1]).toEqual(['alarm.causeAdded', true])
  })
  test('unless somebody else of the group says it, or it is graver than what was acknowledged', () => {
    expect(more(followed(), minute, { another: true })[1]).toEqual(['alarm.causeAdded', true])
    expect(more(alarm(), minute, { another: true })[1]).toEqual(['alarm.causeAdded', false])
    expect(more(followed({ kind: 'fraud' }), minute)[1]).toEqual(['alarm.causeAdded', true])
    expect(more(followed({ acknowledged_seq: 20, kind: 'fraud' }), minute)[1]).toEqual([
      'alarm.causeAdded',
      false,
    ])
  })
  test('a time that is still to come was told by a clock since put right', () => {
    const ahead = followed({ acknowledged_at: now + 60 * minute })
    expect(more(ahead, 0)[1]).toEqual(['alarm.causeAdded', true])
    expect(more(followed({ acknowledged_at: now + minute }), 0)[1]).toEqual(['alarm.causeAdded', false])
  })
})

describe('rule 10: somebody must acknowledge it by name', () => {
  test('whoever acknowledges a free thread holds it; a held one stays where it is', () => {
    expect(types(rules.acknowledge(alarm(), thread(), 'zhang', now))).toEqual([
      'alarm.acknowledged',
      'thread.claimed',
    ])
    expect(types(rules.acknowledge(alarm(), thread({ holder: 'li' }), 'zhang', now))).toEqual([
      'alarm.acknowledged',
    ])
    expect(types(rules.acknowledge(alarm(), thread({ closed_at: now }), 'zhang', now))).toEqual([
      'alarm.acknowledged',
    ])
  })
  test('only once', () => {
    expect(types(rules.acknowledge(followed(), thread(), 'li', now))).toBe('wrong_state')
  })
  test('it goes to the supervisors after 60 s and each 60 s, then every ten minutes', () => {
    expect(types(rules.call(alarm(), now + minute - 1))).toBe('nothing_to_do')
    expect(types(rules.call(alarm(), now + minute))).toEqual(['alarm.called'])
    expect(types(rules.call(alarm({ calls: 1 }), now + 2 * minute - 1))).toBe('nothing_to_do')
    expect(types(rules.call(alarm({ calls: 1 }), now + 2 * minute))).toEqual(['alarm.called'])
    const times = Array.from({ length: 13 }, (_, calls) => rules.nextCall(0, calls, null) / minute)
    expect(times).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40])
    expect(rules.nextCall(0, 1, 45 * minute)).toBe(46 * minute)
    expect(types(rules.call(followed(), now + 60 * minute))).toBe('nothing_to_do')
  })
})

describe('the watch over a resident that follows', () => {
  const worker = { user: 'li', works: true }
  test('needs somebody who works here and a time that is to come', () => {
    const ask = { looksAfter: 'li', nextContactAt: now + minute }
    expect(types(rules.follow(followed(), worker, ask, now))).toEqual(['alarm.followed'])
    expect(types(rules.follow(followed(), { ...worker, works: false }, ask, now))).toBe('not_found')
    expect(types(rules.follow(followed(), worker, { ...ask, nextContactAt: now }, now))).toBe('in_the_past')
    expect(types(rules.follow(alarm(), worker, ask, now))).toBe('wrong_state')
  })
  test('a contact says when the next is due; one that is due is said once', () => {
    const said = { note: '已通话', nextContactAt: now + minute }
    expect(types(rules.contacted(followed(), said, now))).toEqual(['alarm.contacted'])
    expect(types(rules.contacted(followed(), { ...said, nextContactAt: now }, now))).toBe('in_the_past')
    const due = followed({ next_contact_at: now })
    expect(types(rules.contactDue(due, now))).toEqual(['alarm.contactDue'])
    expect(types(rules.contactDue({ ...due, contact_due: 1 }, now))).toBe('nothing_to_do')
    expect(types(rules.contactDue(due, now - 1))).toBe('nothing_to_do')
  })
  test('ends with an outcome and a second person who is not the first', () => {
    const closing = { outcome: 'safe' as const, note: '家人已到' }
    expect(types(rules.close(followed(), 'zhang', worker, closing))).toEqual(['alarm.closed'])
    expect(types(rules.close(followed(), 'li', worker, closing))).toBe('needs_second_person')
    expect(types(rules.close(followed(), 'zhang', null, closing))).toBe('needs_second_person')
    expect(types(rules.close(followed(), 'zhang', { ...worker, works: false }, closing))).toBe(
      'needs_second_person',
    )
    expect(types(rules.close(alarm(), 'zhang', worker, closing))).toBe('wrong_state')
  })
})
