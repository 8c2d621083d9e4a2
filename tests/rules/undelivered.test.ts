import { describe, expect, test } from 'vitest'
import * as did from '../../src/desk/threads/entries.ts'
import {
  type FirstDelivery,
  type Purpose,
  threadClosed,
  threadReopened,
} from '../../src/desk/threads/entries.ts'
import { undelivered } from '../../src/desk/threads/rules.ts'
import { evolve, opened, type ThreadState } from '../../src/desk/threads/thread.ts'
import type { Draft, Entry } from '../../src/ledger/entry.ts'

/** 件件有回音: an answer that did not arrive is no answer. Minutes are counted from the resident's first word. */

const start = Date.parse('2026-11-23T02:00:00.000Z')
const at = (minutes: number) => start + minutes * 60_000
const iso = (minutes: number) => new Date(at(minutes)).toISOString()
const actor = { user: 'zhang', role: 'officer', device: 'pc' }
const words = { text: '', title: null, image: null, external: null }

/** A thread evolved by drafts, each at its minute; messages are told apart by their `seq`. */
class Told {
  #seq = 1
  readonly thread: ThreadState

  constructor() {
    const data = { account: 'a', contact: 'c', continues: null }
    this.thread = opened(this.#entry(0, did.threadOpened('t', data, '')), null)
  }

  #entry(minute: number, draft: Draft): Entry {
    const { type, subject, data } = draft
    return {
      seq: this.#seq,
      station: 's',
      at: iso(minute),
      actor,
      type,
      v: 1,
      subject,
      data,
      prev: '',
    } as Entry
  }

  comes(minute: number, draft: Draft): number {
    this.#seq += 1
    evolve(this.thread, this.#entry(minute, draft))
    return this.#seq
  }
  hears(minute: number) {
    return this.comes(
      minute,
      did.messageReceived('t', { kind: 'text', from: 'c', sentAt: iso(minute) }, words),
    )
  }
  says(
    minute: number,
    { purpose, delivery = 'queued' }: { purpose?: Purpose; delivery?: FirstDelivery } = {},
  ) {
    const data = { kind: 'text' as const, delivery, seen: null, sentAt: iso(minute) }
    return this.comes(minute, did.messageSent('t', purpose ? { ...data, purpose } : data, words))
  }
  arrives(minute: number, message: number) {
    this.comes(minute, did.messageAccepted('t', message))
  }
  fails(minute: number, message: number) {
    this.comes(minute, did.messageFailed('t', message, 'blocked'))
  }
  again(minute: number, message: number) {
    this.comes(minute, did.messageRetried('t', message))
  }
  /** The minute since which they wait, the one their clock counts from, the answer that did not arrive. */
  get waits() {
    const { waiting_since, clock_since, answer, answer_state } = this.thread
    const minute = (ms: number | null) => (ms === null ? null : (ms - start) / 60_000)
    return [minute(waiting_since), minute(clock_since), answer_state === 'failed' ? answer : null]
  }
}
const nobody = [null, null, null]

function asked(): Told {
  const told = new Told()
  told.hears(0)
  return told
}

describe('a resident whose answer did not arrive', () => {
  test('waits since the word it was for, however late that is told', () => {
    const told = asked()
    const answer = told.says(5)
    expect(told.waits).toEqual(nobody)
    told.arrives(5, answer)
    told.fails(9, answer)
    expect(told.waits).toEqual([0, 0, answer])
  })
  test('waits since then too where they have written meanwhile', () => {
    const told = asked()
    const answer = told.says(5)
    told.hears(7)
    told.fails(9, answer)
    expect(told.waits).toEqual([0, 0, answer])
  })
  test('had been told of the delay: the clock goes on from there', () => {
    const told = asked()
    told.comes(3, did.threadDelayTold('t', told.says(3, { purpose: 'delay' })))
    const answer = told.says(5)
    told.fails(9, answer)
    expect(told.waits).toEqual([0, 3, answer])
    expect(told.thread.told_at).toBe(at(3))
  })
  test('who was waiting for nothing waits since it was said', () => {
    const told = asked()
    told.arrives(5, told.says(5))
    const more = told.says(60)
    told.fails(61, more)
    expect(told.waits).toEqual([60, 60, more])
  })
  test('of several said in one breath the last decides; what the first was for is owed by all of them', () => {
    const told = asked()
    const [first, second] = [told.says(5), told.says(6)]
    told.fails(7, first)
    expect(told.waits).toEqual(nobody)
    told.fails(8, second)
    expect(told.waits).toEqual([0, 0, second])
  })
  test('got a later one: nobody waits', () => {
    const told = asked()
    const [first, second] = [told.says(5), told.says(6)]
    told.arrives(7, second)
    told.fails(8, first)
    expect(told.waits).toEqual(nobody)
  })
  test('was answered from a phone or in the WeCom client meanwhile: nobody waits', () => {
    const told = asked()
    const answer = told.says(5)
    told.says(6, { delivery: 'sentByHand' })
    told.fails(7, answer)
    expect(told.waits).toEqual(nobody)
  })
  test('waits for no greeting, no warning and no word of a delay that came back', () => {
    for (const purpose of ['greeting', 'warning', 'delay'] as const) {
      const told = asked()
      told.arrives(2, told.says(2))
      told.fails(4, told.says(3, { purpose }))
      expect(told.waits).toEqual(nobody)
    }
  })
  test('is answered by the next answer, and waits on should that one fail as well', () => {
    const told = asked()
    told.fails(6, told.says(5))
    const next = told.says(10)
    expect(told.waits).toEqual(nobody)
    told.fails(11, next)
    expect(told.waits).toEqual([0, 0, next])
  })
  test('is not spoken with by a return visit or a promise ticked off', () => {
    for (const type of ['escalation.visited', 'thread.promiseDone']) {
      const told = asked()
      const answer = told.says(5)
      told.fails(6, answer)
      told.comes(7, { type, subject: 't', data: {} } as Draft)
      expect(told.waits).toEqual([0, 0, answer])
    }
  })
})

describe('a delay the resident was not told of after all', () => {
  test('stops no clock: it counts on from their word', () => {
    const told = asked()
    const delay = told.says(30, { purpose: 'delay' })
    told.comes(30, did.threadDelayTold('t', delay))
    expect(told.waits).toEqual([0, 30, null])
    told.fails(31, delay)
    expect(told.waits).toEqual([0, 0, null])
    expect(told.thread.told_at).toBeNull()
  })
})

describe('a delay the resident did not learn of before the answer, which did not arrive either', () => {
  const both = () => {
    const told = asked()
    const delay = told.says(3, { purpose: 'delay' })
    told.comes(3, did.threadDelayTold('t', delay))
    return { told, delay, answer: told.says(5) }
  }
  test('is no delay told, whichever of the two comes back first', () => {
    for (const order of [
      ['delay', 'answer'],
      ['answer', 'delay'],
    ] as const) {
      const of = both()
      for (const [n, which] of order.entries()) of.told.fails(6 + n, of[which])
      expect(of.told.waits).toEqual([0, 0, of.answer])
      expect(of.told.thread.told_at).toBeNull()
    }
  })
  test('nor once the thread is reopened', () => {
    const { told, delay, answer } = both()
    told.fails(6, answer)
    told.fails(7, delay)
    told.comes(8, threadClosed('t', 'handledByPhone', 3, null))
    told.comes(9, threadReopened('t', 'officer', 'zhang', null))
    expect(told.waits).toEqual([0, 0, answer])
  })
})

describe('a failed answer sent again', () => {
  const failed = () => {
    const told = asked()
    const answer = told.says(5)
    told.fails(6, answer)
    told.again(7, answer)
    return { told, answer }
  }
  test('is not yet an answer, and no longer marked as one that failed', () => {
    expect(failed().told.waits).toEqual([0, 0, null])
  })
  test('that arrives ends the wait', () => {
    const { told, answer } = failed()
    told.arrives(8, answer)
    expect(told.waits).toEqual(nobody)
    told.fails(9, answer)
    expect(told.waits).toEqual([0, 0, answer])
  })
  test('that arrives answers nothing the resident has said since', () => {
    const { told, answer } = failed()
    told.hears(8)
    told.hears(9)
    expect(told.waits).toEqual([0, 0, null])
    told.comes(10, did.threadOverdue('t', iso(0), 10))
    told.arrives(11, answer)
    expect(told.waits).toEqual([8, 8, null])
    expect(told.thread.overdue).toBe(0)
  })
  test('that arrives leaves no delay told of what the resident has said since', () => {
    const { told, answer } = failed()
    told.comes(7, did.threadDelayTold('t', told.says(7, { purpose: 'delay' })))
    told.hears(8)
    told.arrives(9, answer)
    expect(told.waits).toEqual([8, 8, null])
    expect(told.thread.told_at).toBeNull()
  })
  test('that arrives leaves the delay told after they had asked', () => {
    const { told, answer } = failed()
    told.hears(8)
    told.comes(9, did.threadDelayTold('t', told.says(9, { purpose: 'delay' })))
    told.arrives(10, answer)
    expect(told.waits).toEqual([8, 9, null])
  })
  test('that fails once more leaves the wait as it is', () => {
    const { told, answer } = failed()
    told.hears(8)
    told.fails(9, answer)
    told.again(10, answer)
    told.arrives(11, answer)
    expect(told.waits).toEqual([8, 8, null])
  })
})

describe('rules 5 and 7: the thread is to be seen again', () => {
  const types = (told: Told, message: number, holderOnShift = true) =>
    undelivered({ thread: told.thread, holderOnShift }, message).map(({ type, data }) => [type, data])
  const heldBy = (told: Told, holder: string) => {
    told.comes(1, did.threadClaimed('t', holder))
    return told.says(5)
  }
  const close = (told: Told) => told.comes(6, threadClosed('t', 'answered', 3, null))

  test('an open one is: nothing more to do', () => {
    const told = asked()
    expect(types(told, heldBy(told, 'zhang'))).toEqual([])
  })
  test('it comes back to the queue where its holder has gone home', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    expect(types(told, answer, false)).toMatchObject([['thread.returned', { from: 'zhang' }]])
  })
  test('a snoozed one is woken', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    told.comes(6, did.threadSnoozed('t', iso(600)))
    expect(types(told, answer)).toEqual([['thread.woken', { why: 'undelivered' }]])
  })
  test('a closed one is reopened: to its last holder on shift, else to the queue', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    close(told)
    const reopened = (holder: string | null) => [['thread.reopened', { why: 'undelivered', holder }]]
    expect(types(told, answer)).toEqual(reopened('zhang'))
    expect(types(told, answer, false)).toEqual(reopened(null))
    told.comes(9, threadReopened('t', 'undelivered', 'zhang', null))
    told.fails(9, answer)
    expect(told.waits).toEqual([0, 0, answer])
    expect(told.thread).toMatchObject({ closed_at: null, holder: 'zhang' })
  })
  test('one that nobody reopened waits for nothing until somebody does', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    close(told)
    told.fails(9, answer)
    expect(told.waits).toEqual([null, null, answer])
    told.comes(20, threadReopened('t', 'officer', 'zhang', null))
    expect(told.waits).toEqual([0, 0, answer])
  })
  test('one in which something newer was said stays as it is', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    const newer = told.says(6)
    close(told)
    expect(types(told, answer)).toEqual([])
    expect(types(told, newer)).toHaveLength(1)
  })
  test('closed with a reason after it had failed it waits for nothing; reopened by an officer, it does again', () => {
    const told = asked()
    const answer = heldBy(told, 'zhang')
    told.fails(6, answer)
    told.comes(7, threadClosed('t', 'handledByPhone', 3, null))
    expect(told.waits.slice(0, 2)).toEqual([null, null])
    told.comes(8, threadReopened('t', 'officer', 'zhang', null))
    expect(told.waits).toEqual([0, 0, answer])
  })
})
