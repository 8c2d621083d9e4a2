import { describe, expect, test } from 'vitest'
import { disposition, explainsSilence } from '../../src/contract/values.ts'
import type { Decision } from '../../src/desk/decision.ts'
import * as rules from '../../src/desk/threads/rules.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const zhang = { user: 'zhang', role: 'officer' as const }
const li = { user: 'li', role: 'officer' as const }
const chief = { user: 'chief', role: 'supervisor' as const }

function thread(over: Partial<ThreadState> = {}): ThreadState {
  return {
    n: 1,
    id: 't1',
    account: 'a1',
    contact: 'c1',
    kind: 'direct',
    conversation: 'k1',
    continues: null,
    opened_at: now - 3_600_000,
    closed_at: null,
    disposition: null,
    holder: null,
    held_since: null,
    last_holder: null,
    handed_at: null,
    urgency: 'routine',
    category: null,
    snoozed_until: null,
    last_seq: 10,
    last_message: 10,
    last_from: 'resident',
    last_kind: 'text',
    last_at: now - 60_000,
    last_recalled: 0,
    waiting_since: now - 60_000,
    clock_since: now - 60_000,
    told_at: null,
    told_by: null,
    overdue: 0,
    answer: null,
    answer_state: null,
    owed_since: null,
    owed_told: null,
    asked_since: null,
    private: 0,
    desk: null,
    covered_by: null,
    escalation: null,
    escalation_state: null,
    level: null,
    alarm: null,
    alarm_by: null,
    mark_kind: null,
    mark_strength: null,
    common: null,
    rank: 0,
    ...over,
  }
}
const heldBy = (holder: string, over: Partial<ThreadState> = {}) =>
  thread({ holder, held_since: now - 30_000, ...over })
const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map((entry) => entry.type) : decision.refused.code
const says = (text: string, seen = 10, takeOver: { reason: string } | null = null) => ({
  text,
  seen,
  takeOver,
  delivery: 'queued' as const,
})

describe('rule 1: a thread has at most one holder', () => {
  test('a free thread is claimed', () => {
    expect(types(rules.claim(thread(), zhang))).toEqual(['thread.claimed'])
  })
  test('a claim on a held thread is refused with who holds it and since when', () => {
    expect(rules.claim(heldBy('li'), zhang)).toEqual({
      refused: {
        code: 'already_claimed',
        holder: 'li',
        holderName: 'li',
        since: new Date(now - 30_000).toISOString(),
      },
    })
  })
  test('even the holder does not claim it twice', () => {
    expect(types(rules.claim(heldBy('zhang'), zhang))).toBe('already_claimed')
  })
  test('claiming a snoozed thread wakes it', () => {
    expect(types(rules.claim(thread({ snoozed_until: now + 1 }), zhang))).toEqual([
      'thread.woken',
      'thread.claimed',
    ])
  })
  test('a closed thread is not claimed', () => {
    expect(types(rules.claim(thread({ closed_at: now }), zhang))).toBe('thread_closed')
  })
  test('only the holder or a supervisor gives a thread back', () => {
    expect(types(rules.release(heldBy('zhang'), zhang, null))).toEqual(['thread.released'])
    expect(types(rules.release(heldBy('li'), zhang, null))).toBe('not_holder')
    expect(types(rules.release(heldBy('li'), chief, 'on leave'))).toEqual(['thread.released'])
  })
})

describe('rule 2: answering needs the hold', () => {
  test('answering a free thread claims it in the same commit', () => {
    expect(types(rules.answer(thread(), zhang, says('在'), now))).toEqual(['thread.claimed', 'message.sent'])
  })
  test('the holder simply answers', () => {
    expect(types(rules.answer(heldBy('zhang'), zhang, says('在'), now))).toEqual(['message.sent'])
  })
  test("another's thread is not answered without taking it over", () => {
    expect(rules.answer(heldBy('li'), zhang, says('在'), now)).toMatchObject({
      refused: { code: 'not_holder', holder: 'li' },
    })
  })
  test('take over and answer is one act with its reason in an entry of its own', () => {
    const decision = rules.answer(heldBy('li'), zhang, says('在', 10, { reason: '李警官出警' }), now)
    expect(types(decision)).toEqual(['thread.takenOver', 'message.sent'])
    expect(decision).toMatchObject({
      entries: [{ data: { from: 'li', to: 'zhang' }, content: { reason: '李警官出警' } }, {}],
    })
  })
  test('nobody takes over from himself', () => {
    expect(types(rules.takeOver(heldBy('zhang'), zhang, 'why'))).toBe('nothing_to_do')
  })
})

describe('rule 3: a send names the last message the officer saw', () => {
  test('a reply to a thread that moved on is refused, whoever holds it', () => {
    for (const state of [thread(), heldBy('zhang'), heldBy('li')]) {
      expect(rules.answer(state, zhang, says('在', 9), now)).toMatchObject({
        refused: { code: 'thread_moved_on', lastSeq: 10 },
      })
    }
  })
  test('naming what is there now confirms it', () => {
    expect(types(rules.answer(heldBy('zhang'), zhang, says('在', 10), now))).toEqual(['message.sent'])
  })
  test('closing on what was not read is refused too', () => {
    const closing = { disposition: 'noReplyNeeded' as const, seen: 9, note: null }
    expect(types(rules.close(heldBy('zhang'), zhang, closing, now))).toBe('thread_moved_on')
  })
})

describe('rule 6: closing needs a disposition', () => {
  test('who closes a thread that rings has heard its alarm', () => {
    const ringing = thread({ holder: 'zhang', alarm: 'a', alarm_by: null })
    const closing = { disposition: 'handledOnSite' as const, seen: 10, note: null }
    const acknowledged = ['alarm.acknowledged', 'thread.closed']
    expect(types(rules.close(ringing, zhang, closing, now))).toEqual(acknowledged)
    const heard = thread({ holder: 'zhang', alarm: 'a', alarm_by: 'li' })
    expect(types(rules.close(heard, zhang, closing, now))).toEqual(['thread.closed'])
  })
  test.each(disposition.options)(
    'when the last word is the resident’s, "%s" closes only if it explains the silence',
    (kind) => {
      const closed = types(
        rules.close(heldBy('zhang'), zhang, { disposition: kind, seen: 10, note: null }, now),
      )
      expect(closed).toEqual(explainsSilence.has(kind) ? ['thread.closed'] : 'needs_reason_for_silence')
    },
  )
  test('after an answer any disposition closes', () => {
    const answered = heldBy('zhang', { last_from: 'desk', waiting_since: null })
    expect(
      types(rules.close(answered, zhang, { disposition: 'answered', seen: 10, note: null }, now)),
    ).toEqual(['thread.closed'])
  })
  test('closing a free thread leaves a trace of who took it', () => {
    const free = thread({ last_from: 'desk', waiting_since: null, clock_since: null })
    expect(types(rules.close(free, zhang, { disposition: 'answered', seen: 10, note: null }, now))).toEqual([
      'thread.claimed',
      'thread.closed',
    ])
  })
  test("another's thread is closed only by a supervisor", () => {
    const closing = { disposition: 'advert' as const, seen: 10, note: null }
    expect(types(rules.close(heldBy('li'), zhang, closing, now))).toBe('not_holder')
    expect(types(rules.close(heldBy('li'), chief, closing, now))).toEqual(['thread.closed'])
  })
})

describe('rule 7: nothing wakes up on an officer who is off shift', () => {
  const snoozed = heldBy('zhang', { snoozed_until: now })
  test('a snooze that ends stays with a holder on shift', () => {
    expect(types(rules.wakeByTime({ thread: snoozed, holderOnShift: true }, now))).toEqual(['thread.woken'])
  })
  test('a snooze that ends while the holder is off shift goes to the queue', () => {
    expect(types(rules.wakeByTime({ thread: snoozed, holderOnShift: false }, now))).toEqual([
      'thread.woken',
      'thread.returned',
    ])
  })
  test('a snooze does not end early', () => {
    expect(types(rules.wakeByTime({ thread: snoozed, holderOnShift: true }, now - 1))).toBe('nothing_to_do')
  })
  test('a thread is not transferred to somebody who is off shift', () => {
    const to = { user: 'li', name: '李', works: true, onShift: false }
    expect(types(rules.transfer(heldBy('zhang'), zhang, to, null, 'li'))).toBe('recipient_off_shift')
    expect(types(rules.transfer(heldBy('zhang'), zhang, { ...to, onShift: true }, null, 'li'))).toEqual([
      'thread.transferred',
    ])
  })
  test('a thread is not transferred to one who does not work threads', () => {
    const to = { user: 'ducha', name: '督察', works: false, onShift: true }
    expect(types(rules.transfer(heldBy('zhang'), zhang, to, null, 'ducha'))).toBe('not_found')
  })
  test('nothing is snoozed into the past, nor by one who does not hold it', () => {
    expect(types(rules.snooze(heldBy('zhang'), zhang, now, now))).toBe('in_the_past')
    expect(types(rules.snooze(heldBy('zhang'), li, now + 1, now))).toBe('not_holder')
  })
})

describe('rule 8: every waiting thread has an age', () => {
  const limits = { urgent: 10, priority: 20, routine: 60 }
  test.each([
    ['urgent', 10],
    ['priority', 20],
    ['routine', 60],
  ] as const)('a %s thread is overdue after %d minutes', (urgency, minutes) => {
    const ripe = thread({
      urgency,
      waiting_since: now - minutes * 60_000,
      clock_since: now - minutes * 60_000,
    })
    expect(types(rules.overdue(ripe, limits, now))).toEqual(['thread.overdue'])
    expect(types(rules.overdue(ripe, limits, now - 1))).toBe('nothing_to_do')
  })
  test('it becomes overdue once', () => {
    expect(types(rules.overdue(thread({ overdue: 1, waiting_since: 0 }), limits, now))).toBe('nothing_to_do')
  })
})
