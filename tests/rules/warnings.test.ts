import { describe, expect, test } from 'vitest'
import { type WarningStep, warningOutcome, warningSteps } from '../../src/contract/warnings.ts'
import type { Decision } from '../../src/desk/decision.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'
import { spellings } from '../../src/desk/warnings/register.ts'
import * as rules from '../../src/desk/warnings/rules.ts'
import { entered, evolve, type WarningState } from '../../src/desk/warnings/warning.ts'
import type { Draft, Entry } from '../../src/ledger/entry.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const minutes = { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 }
const dueOf = (step: WarningStep, from = now) => new Date(from + minutes[step] * 60_000).toISOString()
const zhang = { user: 'zhang', role: 'officer' as const }
const li = { user: 'li', role: 'officer' as const }
const chief = { user: 'chief', role: 'supervisor' as const }

const about = {
  type: 'fakeJob' as const,
  contact: null,
  name: '张三',
  phone: '13812345678',
  source: null,
  note: null,
}
const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map((entry) => entry.type) : decision.refused.code
const draftsOf = (decision: Decision): Draft[] => {
  if ('refused' in decision) throw new Error(decision.refused.code)
  return decision.entries
}
const lastOf = (decision: Decision) => draftsOf(decision).at(-1)

const entry = (draft: Draft, at: number, user: string, seq: number): Entry => ({
  seq,
  station: 's',
  at: new Date(at).toISOString(),
  actor: { user, role: 'officer', device: 'd' },
  type: draft.type,
  v: 1,
  subject: draft.subject,
  data: draft.data,
  prev: '',
})

/** A warning as it goes through the desk: each act is decided on what the acts before have made of it. */
class Case {
  warning: WarningState
  now = now
  constructor(by: rules.Facts['by'] | null = zhang) {
    const [first] = draftsOf(rules.enter('w1', about, minutes, now))
    this.warning = entered(entry(first!, now, 'desk', 1))
    if (by) this.does((facts) => rules.claim(facts), by)
  }
  facts(by: rules.Facts['by'] = zhang, over: Partial<rules.Facts> = {}): rules.Facts {
    return { warning: this.warning, by, holderOnShift: true, minutes, now: this.now, ...over }
  }
  does(
    act: (facts: rules.Facts) => Decision,
    by: rules.Facts['by'] = zhang,
    over: Partial<rules.Facts> = {},
  ): Decision {
    const decision = act(this.facts(by, over))
    if ('entries' in decision) {
      for (const draft of decision.entries) evolve(this.warning, entry(draft, this.now, by.user, 2))
    }
    return decision
  }
  called = (result: rules.ResultOf<'called'>) => this.does((facts) => rules.called(facts, result))
  messaged = () => this.does((facts) => rules.messaged(facts, { by: 'phone', text: '请停止转账' }))
  replied = (result: rules.ResultOf<'replied'>) => this.does((facts) => rules.replied(facts, result))
  asked = (result: rules.ResultOf<'neighbourAsked'>) =>
    this.does((facts) => rules.neighbourAsked(facts, { contact: null, name: '刘组长' }, result))
  visited = (result: rules.ResultOf<'visited'>) => this.does((facts) => rules.visited(facts, result))
  closed = () => this.does((facts) => rules.close(facts, 'dissuaded', '已当面劝住'))
}

/** Every act with every result. */
const acts: Record<string, (it: Case) => Decision> = {
  'called reached': (it) => it.called('reached'),
  'called busy': (it) => it.called('busy'),
  'called noAnswer': (it) => it.called('noAnswer'),
  'called off': (it) => it.called('off'),
  messaged: (it) => it.messaged(),
  'replied answered': (it) => it.replied('answered'),
  'replied read': (it) => it.replied('read'),
  'replied silent': (it) => it.replied('silent'),
  'neighbour reached': (it) => it.asked('reached'),
  'neighbour willTell': (it) => it.asked('willTell'),
  'neighbour notFound': (it) => it.asked('notFound'),
  'visited met': (it) => it.visited('met'),
  'visited notHome': (it) => it.visited('notHome'),
}

/** A warning that has come to this step in order. */
const at: Record<WarningStep, () => Case> = {
  call: () => new Case(),
  message: () => done(at.call(), 'called busy'),
  reply: () => done(at.message(), 'messaged'),
  neighbour: () => done(at.reply(), 'replied silent'),
  visit: () => done(at.neighbour(), 'neighbour notFound'),
  outcome: () => done(at.visit(), 'visited met'),
}
function done(it: Case, ...names: string[]): Case {
  for (const name of names) draftsOf(acts[name]!(it))
  return it
}

describe('which step follows which result', () => {
  test.each([
    ['call', 'called reached', 'outcome'],
    ['call', 'called busy', 'message'],
    ['call', 'called noAnswer', 'message'],
    ['call', 'called off', 'message'],
    ['message', 'messaged', 'reply'],
    ['reply', 'replied answered', 'outcome'],
    ['reply', 'replied read', 'call'],
    ['reply', 'replied silent', 'neighbour'],
    ['neighbour', 'neighbour reached', 'outcome'],
    ['neighbour', 'neighbour willTell', 'visit'],
    ['neighbour', 'neighbour notFound', 'visit'],
    ['visit', 'visited met', 'outcome'],
    ['visit', 'visited notHome', 'call'],
  ] as const)('at %s, %s leads to %s', (step, act, next) => {
    const it = at[step]()
    it.now += 60_000
    expect(it.warning.step).toBe(step)
    expect(lastOf(acts[act]!(it))?.data).toMatchObject({ next, dueAt: dueOf(next, it.now) })
    expect(it.warning).toMatchObject({
      step: next,
      step_since: it.now,
      due_at: Date.parse(dueOf(next, it.now)),
    })
  })

  test('a message that was read calls for another call; if that fails, for a neighbour', () => {
    const it = done(at.reply(), 'replied read')
    expect(it.warning.step).toBe('call')
    expect(done(it, 'called busy').warning.step).toBe('neighbour')
    expect(done(at.reply(), 'replied read', 'called reached').warning.step).toBe('outcome')
  })
  test('nobody at home begins a second round: call, message, reply, neighbour, visit', () => {
    const it = done(at.visit(), 'visited notHome')
    expect(done(it, 'called noAnswer').warning.step).toBe('message')
    expect(done(it, 'messaged').warning.step).toBe('reply')
    expect(done(it, 'replied silent').warning.step).toBe('neighbour')
    expect(done(it, 'neighbour willTell').warning.step).toBe('visit')
    expect(it.warning.calls).toBe(2)
  })
})

describe('any step may be done out of order', () => {
  const steps = warningSteps.flatMap((step) => Object.keys(acts).map((act) => [step, act] as const))

  test.each(steps)('at %s, %s is taken and recorded', (step, act) => {
    const it = at[step]()
    if (act.startsWith('replied') && it.warning.messages === 0) {
      expect(types(acts[act]!(it))).toBe('nothing_to_do')
      return
    }
    expect(draftsOf(acts[act]!(it))).toHaveLength(1)
    // Whoever was spoken to, whichever way: what remains is to say how it ended.
    if (/reached|answered|met/.test(act)) expect(it.warning.step).toBe('outcome')
  })
  test.each(steps.filter(([, act]) => !/read|notHome/.test(act)))(
    'at %s, %s never leads back',
    (step, act) => {
      const it = at[step]()
      acts[act]!(it)
      expect(warningSteps.indexOf(it.warning.step)).toBeGreaterThanOrEqual(warningSteps.indexOf(step))
    },
  )
  test('the clock of a step that goes on runs on', () => {
    const it = at.visit()
    const { due_at, step_since } = it.warning
    it.now += 20 * 60_000
    expect(lastOf(it.called('busy'))?.data).toMatchObject({
      next: 'visit',
      dueAt: new Date(due_at!).toISOString(),
    })
    expect(it.warning).toMatchObject({ step: 'visit', due_at, step_since, calls: 2 })
  })
  test('a visit at once, in vain, starts the clock of the call anew', () => {
    const it = at.call()
    it.now += 4 * 60_000
    expect(lastOf(it.visited('notHome'))?.data).toMatchObject({ next: 'call', dueAt: dueOf('call', it.now) })
    expect(it.warning).toMatchObject({ step: 'call', step_since: it.now })
  })
  test('somebody who was reached is not rung again because a message was read', () => {
    const it = at.outcome()
    const { due_at } = it.warning
    it.now += 60_000
    done(it, 'replied read')
    expect(it.warning).toMatchObject({ step: 'outcome', due_at })
  })
  test('a reply is to a message: before one there is none', () => {
    expect(types(at.call().replied('answered'))).toBe('nothing_to_do')
    expect(types(at.message().replied('read'))).toBe('nothing_to_do')
  })
  test('who was asked is on record, unless nobody was found', () => {
    const nobody = { contact: null, name: null }
    for (const result of ['reached', 'willTell'] as const) {
      expect(types(rules.neighbourAsked(at.neighbour().facts(), nobody, result))).toBe('invalid')
    }
    expect(types(rules.neighbourAsked(at.neighbour().facts(), nobody, 'notFound'))).toEqual([
      'warning.neighbourAsked',
    ])
    const asked = rules.neighbourAsked(at.neighbour().facts(), { contact: 'c7', name: '刘组长' }, 'willTell')
    expect(lastOf(asked)).toMatchObject({ data: { contact: 'c7' }, content: { name: '刘组长' } })
  })
})

describe('whoever works it holds it', () => {
  const every: Record<string, (facts: rules.Facts) => Decision> = {
    link: (facts) => rules.link(facts, 'c1'),
    called: (facts) => rules.called(facts, 'busy'),
    messaged: (facts) => rules.messaged(facts, { by: 'phone', text: '请停止转账' }),
    'hold, before a thread is written to': rules.hold,
    replied: (facts) => rules.replied(facts, 'silent'),
    neighbourAsked: (facts) => rules.neighbourAsked(facts, { contact: 'c2', name: null }, 'reached'),
    visited: (facts) => rules.visited(facts, 'met'),
    close: (facts) => rules.close(facts, 'dissuaded', '已劝住'),
  }
  const names = Object.keys(every)
  const written = (it: Case) => {
    it.warning.messages = 1
    return it
  }

  test.each(names)('the first act on a free one claims it in the same commit: %s', (name) => {
    const [claimed] = draftsOf(every[name]!(written(new Case(null)).facts(zhang)))
    expect(claimed).toMatchObject({ type: 'warning.claimed', data: { holder: 'zhang' } })
    expect(claimed?.data).not.toHaveProperty('from')
  })
  test.each(names)('its holder simply goes on: %s', (name) => {
    expect(types(every[name]!(written(new Case()).facts(zhang)))).not.toContain('warning.claimed')
  })
  test.each(names)('another officer is told who has it and since when: %s', (name) => {
    expect(every[name]!(written(new Case()).facts(li))).toEqual({
      refused: {
        code: 'already_claimed',
        holder: 'zhang',
        holderName: 'zhang',
        since: new Date(now).toISOString(),
      },
    })
  })
  test.each(names)('a supervisor may, and leaves it with its holder: %s', (name) => {
    const decision = every[name]!(written(new Case()).facts(chief))
    expect(draftsOf(decision).map(({ type }) => type)).not.toContain('warning.claimed')
  })
  test.each(names)('one whose holder is off shift goes to whoever works it: %s', (name) => {
    const [claimed] = draftsOf(every[name]!(written(new Case()).facts(li, { holderOnShift: false })))
    expect(claimed).toMatchObject({ type: 'warning.claimed', data: { holder: 'li', from: 'zhang' } })
  })
  test.each([...names, 'claim'])('a closed one refuses everything: %s', (name) => {
    const it = new Case()
    it.closed()
    for (const by of [zhang, li, chief]) {
      expect((every[name] ?? rules.claim)(it.facts(by, { holderOnShift: false }))).toEqual({
        refused: { code: 'wrong_state', what: 'warning', state: 'closed' },
      })
    }
  })

  test('a claim takes a free one, and refuses a held one', () => {
    expect(types(rules.claim(new Case(null).facts(zhang)))).toEqual(['warning.claimed'])
    expect(types(rules.claim(new Case().facts(li)))).toBe('already_claimed')
    expect(types(rules.claim(new Case().facts(zhang)))).toBe('already_claimed')
  })
  test('a supervisor takes it over by claiming it, as anybody does where the holder is off shift', () => {
    const taken = { type: 'warning.claimed', data: { holder: 'chief', from: 'zhang' } }
    expect(draftsOf(rules.claim(new Case().facts(chief)))).toMatchObject([taken])
    expect(types(rules.claim(new Case().facts(li, { holderOnShift: false })))).toEqual(['warning.claimed'])
  })
  test('linking whom it is already linked to is nothing', () => {
    const it = new Case()
    expect(types(it.does((facts) => rules.link(facts, null)))).toBe('nothing_to_do')
    expect(types(it.does((facts) => rules.link(facts, 'c1')))).toEqual(['warning.linked'])
    expect(types(it.does((facts) => rules.link(facts, 'c1')))).toBe('nothing_to_do')
    expect(it.warning.contact).toBe('c1')
    expect(types(it.does((facts) => rules.link(facts, null)))).toEqual(['warning.linked'])
  })
})

describe('closing', () => {
  test.each(warningSteps)('is possible from %s, and ends it', (step) => {
    const it = at[step]()
    expect(types(it.closed())).toEqual(['warning.closed'])
    expect(it.warning).toMatchObject({ closed_at: now, outcome: 'dissuaded', due_at: null, overdue: 0 })
  })
  test.each(warningOutcome.options)('says how it ended, the note in content: %s', (outcome) => {
    expect(lastOf(rules.close(at.outcome().facts(), outcome, '已劝住张三'))).toMatchObject({
      data: { outcome },
      content: { note: '已劝住张三' },
    })
  })
})

describe('each step has its time', () => {
  test('a warning begins with the call, due from when it was entered', () => {
    expect(draftsOf(rules.enter('w1', about, minutes, now))).toMatchObject([
      { type: 'warning.entered', subject: 'w1', data: { type: 'fakeJob', dueAt: dueOf('call') } },
    ])
    expect(types(rules.enter('w1', { ...about, contact: 'c1' }, minutes, now))).toEqual([
      'warning.entered',
      'warning.linked',
    ])
  })
  test('whom it is about stands in content only', () => {
    const [first] = draftsOf(rules.enter('w1', { ...about, note: '催过', source: '市反诈' }, minutes, now))
    expect(JSON.stringify(first?.data)).not.toMatch(/张三|138|催过|市反诈/)
    expect(first?.content).toEqual({ name: '张三', phone: '13812345678', source: '市反诈', note: '催过' })
  })
  test.each(warningSteps)('%s is overdue by the clock, once', (step) => {
    const it = at[step]()
    const due = it.warning.due_at!
    expect(due).toBe(now + minutes[step] * 60_000)
    expect(types(rules.overdue(it.warning, due - 1))).toBe('nothing_to_do')
    const decision = it.does(({ warning }) => rules.overdue(warning, due))
    expect(lastOf(decision)).toMatchObject({ type: 'warning.overdue', data: { step } })
    expect(types(rules.overdue(it.warning, due + 3_600_000))).toBe('nothing_to_do')
  })
  test('the next step is not overdue because the last one was, and a step that goes on stays so', () => {
    const it = at.message()
    it.does(({ warning }) => rules.overdue(warning, warning.due_at!))
    expect(done(it, 'called busy').warning.overdue).toBe(1)
    expect(done(it, 'messaged').warning.overdue).toBe(0)
  })
  test('a closed one is never overdue', () => {
    const it = at.call()
    it.closed()
    expect(types(rules.overdue(it.warning, now + 1e9))).toBe('nothing_to_do')
  })
})

describe('the message by the resident’s thread', () => {
  const thread = (over: Partial<ThreadState> = {}) =>
    ({
      id: 't1',
      last_seq: 10,
      last_at: now,
      closed_at: null,
      holder: null,
      held_since: null,
      snoozed_until: null,
      ...over,
    }) as ThreadState
  const says = (seen: number) => ({ text: '请立即停止转账', seen, delivery: 'queued' as const })
  const write = (state: ThreadState, seen = 10) => rules.writeInThread(state, zhang, says(seen), now)

  test('claims a free thread and says it is a warning', () => {
    expect(draftsOf(write(thread()))).toMatchObject([
      { type: 'thread.claimed' },
      { type: 'message.sent', data: { purpose: 'warning', seen: 10 }, content: { text: '请立即停止转账' } },
    ])
  })
  test('wakes a snoozed one', () => {
    expect(types(write(thread({ snoozed_until: now + 1, holder: 'zhang' })))).toEqual([
      'thread.woken',
      'message.sent',
    ])
  })
  test('reopens a closed one, which its sender then holds', () => {
    expect(draftsOf(write(thread({ closed_at: now - 1 })))).toMatchObject([
      { type: 'thread.reopened', data: { why: 'officer', holder: 'zhang' } },
      { type: 'message.sent' },
    ])
  })
  test('is refused where the thread moved on, open or closed (rule 3)', () => {
    expect(types(write(thread(), 9))).toBe('thread_moved_on')
    expect(types(write(thread({ closed_at: now - 1 }), 9))).toBe('thread_moved_on')
  })
  test('is refused where another officer holds the thread (rule 2)', () => {
    expect(types(write(thread({ holder: 'li', held_since: now })))).toBe('not_holder')
  })
  test('opens a thread where there is none', () => {
    const to = { account: 'a1', contact: 'c1', external: 'wx-1' }
    const words = { text: '请立即停止转账', delivery: 'copyByHand' as const }
    expect(draftsOf(rules.writeFirst('t2', to, zhang, words, now))).toMatchObject([
      {
        type: 'thread.opened',
        data: { account: 'a1', contact: 'c1', continues: null },
        content: { conversation: 'wx-1' },
      },
      { type: 'thread.claimed', data: { holder: 'zhang' } },
      { type: 'message.sent', data: { purpose: 'warning', delivery: 'copyByHand' } },
    ])
  })
})

describe('a number is found however the register spells it', () => {
  test.each([
    '13812345678',
    '138 1234 5678',
    '138-1234-5678',
    '138-12345678',
    '8613812345678',
    '+8613812345678',
    '+86 138 1234 5678',
    '+86-138-1234-5678',
  ])('%s', (spelt) => {
    for (const typed of ['13812345678', '138-1234-5678', '+86 13812345678', '008613812345678']) {
      expect(spellings(typed)).toContain(spelt)
    }
  })
  test('a landline with and without its dash', () => {
    expect(spellings('07398212345')).toEqual(expect.arrayContaining(['07398212345', '0739-8212345']))
    expect(spellings('0739-8212345')).toContain('07398212345')
    expect(spellings('010-88888888')).toContain('01088888888')
    expect(spellings('8212345')).toContain('8212345')
  })
})
