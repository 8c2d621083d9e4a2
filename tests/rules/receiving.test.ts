import { describe, expect, test } from 'vitest'
import {
  type InboundMessage,
  type ReceivingFacts,
  recall,
  receive,
  reopensWithin,
} from '../../src/desk/threads/receiving.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const message: InboundMessage = {
  kind: 'text',
  text: '在吗',
  title: null,
  image: null,
  external: 'm1',
  sentAt: now,
}

function facts(newest: Partial<ThreadState> | null, holderOnShift = true, known = false): ReceivingFacts {
  const thread =
    newest &&
    ({
      id: 'old',
      closed_at: null,
      holder: null,
      last_holder: null,
      snoozed_until: null,
      ...newest,
    } as ThreadState)
  return {
    account: 'a',
    contact: 'c',
    conversation: 'k',
    newThread: 'new',
    known,
    newest: thread && { thread, holderOnShift },
  }
}
const outcome = (f: ReceivingFacts, m = message) => {
  const { decision, thread } = receive(f, m)
  return {
    thread,
    did: 'entries' in decision ? decision.entries.map((e) => e.type) : decision.refused.code,
    decision,
  }
}

describe('rule 5: a message on a closed thread', () => {
  test('within 72 hours reopens it for the last holder if on shift', () => {
    const closed = { closed_at: now - reopensWithin, last_holder: 'zhang' }
    const { did, thread, decision } = outcome(facts(closed))
    expect(did).toEqual(['thread.reopened', 'message.received'])
    expect(thread).toBe('old')
    expect(decision).toMatchObject({ entries: [{ data: { holder: 'zhang', why: 'message' } }, {}] })
  })
  test('within 72 hours goes to the queue when the last holder is off shift', () => {
    const { decision } = outcome(facts({ closed_at: now - 1, last_holder: 'zhang' }, false))
    expect(decision).toMatchObject({ entries: [{ type: 'thread.reopened', data: { holder: null } }, {}] })
  })
  test('later opens a new thread linked to the old one', () => {
    const { did, thread, decision } = outcome(facts({ closed_at: now - reopensWithin - 1 }))
    expect(did).toEqual(['thread.opened', 'message.received'])
    expect(thread).toBe('new')
    expect(decision).toMatchObject({ entries: [{ data: { continues: 'old' } }, {}] })
  })
})

describe('rule 7: a reply to an officer who is off shift', () => {
  test('goes to the queue', () => {
    expect(outcome(facts({ holder: 'zhang' }, false)).did).toEqual(['thread.returned', 'message.received'])
  })
  test('stays with a holder who is on shift, and ends the snooze', () => {
    expect(outcome(facts({ holder: 'zhang', snoozed_until: now + 1 })).did).toEqual([
      'thread.woken',
      'message.received',
    ])
  })
})

test('the first message of a conversation opens its thread', () => {
  expect(outcome(facts(null)).did).toEqual(['thread.opened', 'message.received'])
})

test('a message the channel delivers twice is there once', () => {
  expect(outcome(facts({}, true, true)).did).toBe('already_there')
})

describe('rule 9: a recalled message', () => {
  test('is marked with its time and keeps its text', () => {
    expect(recall({ seq: 7, thread: 't', recalled: false }, 'm1', now)).toEqual({
      entries: [
        {
          type: 'message.recalled',
          v: 1,
          subject: 't',
          data: { message: 7, at: new Date(now).toISOString() },
        },
      ],
    })
  })
  test('is recalled once', () => {
    expect(recall({ seq: 7, thread: 't', recalled: true }, 'm1', now)).toMatchObject({
      refused: { code: 'nothing_to_do' },
    })
  })
  test('that the desk never had is refused, so that it is kept aside', () => {
    expect(recall(null, 'm1', now)).toMatchObject({ refused: { code: 'not_found' } })
  })
})
