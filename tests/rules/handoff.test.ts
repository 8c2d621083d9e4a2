import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/desk/decision.ts'
import * as deciding from '../../src/desk/handoff/deciding.ts'
import type { HandoffState, ItemState } from '../../src/desk/handoff/item.ts'
import * as rules from '../../src/desk/handoff/rules.ts'
import {
  chief,
  given,
  handOver,
  handoff,
  iso,
  item,
  keep,
  li,
  minute,
  now,
  offered,
  types,
  zhang,
} from '../support/handoff-facts.ts'

const asked = (...items: ItemState[]): deciding.Asked[] =>
  items.map((each) => ({ id: each.id, item: each, left: false, free: false }))
const noClose = () => {
  throw new Error('nothing is closed here')
}
const decide = (
  of: HandoffState,
  by: typeof zhang,
  what: deciding.Asked[],
  decision: Parameters<typeof deciding.decide>[3],
  close: Parameters<typeof deciding.decide>[4] = noClose,
) => deciding.decide(of, by, what, decision, close, now)

describe('rule 14: beginning', () => {
  const frozen = {
    frozenSeq: 30,
    items: [],
    queue: { threads: 0, oldestWaitingSince: null, rows: [] },
  }
  const starting = {
    ...frozen,
    handoff: 'h1',
    post: null,
    of: 'zhang',
    from: { user: 'zhang', works: true, onShift: true },
    reason: null,
    open: null,
    notices: null,
  }
  test('one’s own; a supervisor’s for another', () => {
    expect(types(rules.start(starting, zhang))).toEqual(['handoff.started', 'handoff.frozen'])
    expect(types(rules.start(starting, chief))).toEqual(['handoff.started', 'handoff.frozen'])
    expect(types(rules.start(starting, li))).toBe('needs_supervisor')
  })
  test('one at a time of an officer and post', () => {
    expect(rules.start({ ...starting, open: 'h0' }, zhang)).toEqual({
      refused: { code: 'handoff_open', handoff: 'h0' },
    })
  })
  test('of nobody who does not work here', () => {
    expect(types(rules.start({ ...starting, from: null }, chief))).toBe('not_found')
    expect(types(rules.start({ ...starting, from: { ...starting.from, works: false } }, chief))).toBe(
      'not_found',
    )
  })
  test('a long sheet is several entries, the queue with the first', () => {
    const items = Array.from({ length: 250 }, (_, n) => ({ id: `t${n}` }))
    const started = rules.start({ ...starting, items: items as never }, zhang)
    const parts = 'entries' in started ? started.entries.slice(1).map(({ data }) => data) : []
    expect(parts.map(({ part, parts: of, items: some }) => [part, of, (some as []).length])).toEqual([
      [0, 3, 100],
      [1, 3, 100],
      [2, 3, 50],
    ])
    expect(parts.map(({ queue }) => queue !== null)).toEqual([true, false, false])
  })
  test('no new freeze point once it is signed', () => {
    expect(types(rules.refreeze(handoff(), zhang, frozen))).toEqual(['handoff.frozen'])
    expect(types(rules.refreeze(offered(), zhang, frozen))).toBe('wrong_state')
    expect(types(rules.refreeze(handoff(), li, frozen))).toBe('wrong_side')
  })
})

describe('rule 15: each item is decided', () => {
  test('by the outgoing officer or a supervisor, before the signature', () => {
    for (const by of [zhang, chief])
      expect(types(decide(handoff(), by, asked(item()), keep).decision)).toEqual(['handoff.itemDecided'])
    expect(types(decide(handoff(), li, asked(item()), keep).decision)).toBe('wrong_side')
    expect(types(decide(offered(), zhang, asked(item()), keep).decision)).toBe('wrong_state')
  })
  test('severe ones are handed over with a deadline, others as one likes', () => {
    const both = asked(
      item(),
      item({ id: 't2', severity: 'serious' }),
      item({ id: 't3', severity: 'critical' }),
    )
    expect(decide(handoff(), zhang, both, handOver).decision).toEqual({
      refused: { code: 'needs_deadline', items: ['t2', 't3'] },
    })
    const timed = { ...handOver, deadline: iso(now + minute) }
    expect(types(decide(handoff(), zhang, both, timed).decision)).toHaveLength(3)
    expect(
      types(decide(handoff(), zhang, asked(item({ severity: 'watch' })), handOver).decision),
    ).toHaveLength(1)
    expect(types(decide(handoff(), zhang, both, keep).decision)).toHaveLength(3)
  })
  test('a deadline that is past is none', () => {
    expect(decide(handoff(), zhang, asked(item()), { ...handOver, deadline: iso(now) }).decision).toEqual({
      refused: { code: 'in_the_past', at: iso(now) },
    })
  })
  test('the words are content, the deadline and the thread are data', () => {
    const timed = { ...handOver, deadline: iso(now + minute), ifThen: '不接就上门' }
    const { decision } = decide(handoff(), zhang, asked(item()), timed)
    expect(decision).toMatchObject({
      entries: [
        {
          subject: 'h1',
          data: { item: 't1', thread: 't1', do: 'handOver', dueAt: iso(now + minute) },
          content: { nextAction: '回电话', ifThen: '不接就上门' },
        },
      ],
    })
    expect(JSON.stringify('entries' in decision && decision.entries[0]?.data)).not.toContain('回电话')
  })
  test('closing asks the thread’s own rule for each; what may not be closed is left out and says why', () => {
    const close = ({ id }: ItemState): Decision =>
      id === 't2'
        ? { refused: { code: 'needs_reason_for_silence' } }
        : { entries: [{ type: 'thread.closed', v: 1, subject: id, data: {} }] }
    const closing = { do: 'close', disposition: 'answered', note: null } as const
    const what = [
      ...asked(item(), item({ id: 't2' }), item({ id: 'warning:w', kind: 'warning', thread: null })),
      { id: 'tx', item: null, left: false, free: false },
    ]
    const { decision, refused } = decide(handoff(), zhang, what, closing, close)
    expect(types(decision)).toEqual(['thread.closed', 'handoff.itemDecided'])
    expect(refused.map(({ item: id, refusal }) => [id, refusal.code])).toEqual([
      ['t2', 'needs_reason_for_silence'],
      ['warning:w', 'wrong_state'],
      ['tx', 'not_found'],
    ])
  })
  test('what is decided so already stays as it is', () => {
    expect(types(decide(handoff(), zhang, asked(given()), handOver).decision)).toEqual([])
    expect(
      types(decide(handoff(), zhang, asked(given()), { ...handOver, nextAction: '上门' }).decision),
    ).toEqual(['handoff.itemDecided'])
  })
  test('what nobody holds is kept by nobody: it is claimed first, handed over or closed', () => {
    const free = asked(item({ holder: null })).map((one) => ({ ...one, free: true }))
    expect(decide(handoff(), zhang, free, keep)).toEqual({
      decision: { entries: [] },
      refused: [{ item: 't1', refusal: { code: 'not_holder', holder: null, holderName: null, since: null } }],
    })
    expect(types(decide(handoff(), zhang, free, handOver).decision)).toEqual(['handoff.itemDecided'])
  })
  test('a decision is taken back, but not that of what was closed', () => {
    expect(types(deciding.undecide(handoff(), zhang, asked(given())))).toEqual(['handoff.itemUndecided'])
    expect(types(deciding.undecide(handoff(), zhang, asked(item())))).toBe('nothing_to_do')
    const closed = item({ decision: { do: 'close', disposition: 'answered', note: null, seq: 20 } })
    expect(types(deciding.undecide(handoff(), zhang, asked(closed)))).toBe('wrong_state')
    const left = [{ id: 't1', item: closed, left: true, free: false }]
    expect(decide(handoff(), zhang, left, keep).refused).toMatchObject([{ refusal: { code: 'wrong_state' } }])
  })
})

describe('rule 15: the incoming side', () => {
  test('reads back, accepts and asks what is offered to it, and nobody in its place', () => {
    expect(types(rules.readBack(offered(), li, given(), '要回电'))).toEqual(['handoff.itemReadBack'])
    expect(types(rules.accept(offered(), li, [given()]))).toEqual(['handoff.itemAccepted'])
    expect(types(rules.question(offered(), li, item(), { question: 'q', text: '通了吗' }))).toEqual([
      'handoff.itemQuestioned',
    ])
    for (const by of [zhang, chief]) {
      expect(types(rules.readBack(offered(), by, given(), '要回电'))).toBe('wrong_side')
      expect(types(rules.accept(offered(), by, [given()]))).toBe('wrong_side')
      expect(types(rules.question(offered(), by, item(), { question: 'q', text: '?' }))).toBe('wrong_side')
    }
    expect(types(rules.accept({ ...offered(), state: 'preparing' }, li, [given()]))).toBe('wrong_state')
  })
  test('accepts what is handed over, once', () => {
    const kept = item({ decision: { ...keep, seq: 3 } })
    expect(types(rules.accept(offered(), li, [given(), kept]))).toBe('wrong_state')
    expect(types(rules.accept(offered(), li, [given({ accepted: true }), given({ id: 't2' })]))).toHaveLength(
      1,
    )
    expect(types(rules.accept(offered(), li, [given({ accepted: true })]))).toBe('nothing_to_do')
  })
  test('is answered once, by the outgoing side or a supervisor', () => {
    const open = { id: 'q', item: 't1', thread: 't1', replied: false }
    expect(types(rules.reply(offered(), zhang, open, 'q', '通了'))).toEqual(['handoff.questionReplied'])
    expect(types(rules.reply(offered(), chief, open, 'q', '通了'))).toEqual(['handoff.questionReplied'])
    expect(types(rules.reply(offered(), li, open, 'q', '通了'))).toBe('wrong_side')
    const asker = { ...offered(), to: 'chief' }
    expect(types(rules.reply(asker, chief, open, 'q', '通了'))).toBe('wrong_side')
    expect(types(rules.reply(offered(), zhang, { ...open, replied: true }, 'q', '通了'))).toBe(
      'nothing_to_do',
    )
    expect(types(rules.reply(offered(), zhang, null, 'q', '通了'))).toBe('not_found')
  })
})

describe('rule 17: what is not finished', () => {
  test('is taken back, or cancelled, by the outgoing side or a supervisor', () => {
    for (const by of [zhang, chief]) {
      expect(types(rules.withdraw(offered(), by))).toEqual(['handoff.withdrawn'])
      expect(types(rules.cancel(handoff(), by, '弄错了'))).toEqual(['handoff.cancelled'])
      expect(types(rules.cancel(offered(), by, '弄错了'))).toEqual(['handoff.cancelled'])
    }
    expect(types(rules.withdraw(offered(), li))).toBe('wrong_side')
    expect(types(rules.cancel(offered(), li, '弄错了'))).toBe('wrong_side')
    expect(types(rules.withdraw(handoff(), zhang))).toBe('wrong_state')
    for (const state of ['done', 'cancelled'] as const)
      expect(types(rules.cancel(handoff({ state }), zhang, '弄错了'))).toBe('wrong_state')
  })
  test('is overdue after half an hour, once', () => {
    expect(types(rules.overdue(offered(), now + 30 * minute - 1))).toBe('nothing_to_do')
    expect(types(rules.overdue(offered(), now + 30 * minute))).toEqual(['handoff.overdue'])
    expect(types(rules.overdue(offered({ overdue: true }), now + 31 * minute))).toBe('nothing_to_do')
    expect(types(rules.overdue(handoff(), now + 31 * minute))).toBe('nothing_to_do')
  })
  test('the first look of the incoming side is an entry', () => {
    expect(types(rules.open(offered(), li, false))).toEqual(['handoff.opened'])
    expect(types(rules.open(offered(), li, true))).toBe('nothing_to_do')
    expect(types(rules.open(offered(), chief, false))).toBe('nothing_to_do')
  })
})

describe('rule 18: a correction', () => {
  test('is a record of its own, by who took part or a supervisor, of what is finished', () => {
    const done = { ...handoff({ state: 'done' }), to: 'li' }
    for (const by of [zhang, li, chief])
      expect(rules.correct(done, by, 'h2', '漏了一件')).toMatchObject({
        entries: [{ type: 'handoff.corrected', subject: 'h2', data: { corrects: 'h1' } }],
      })
    expect(types(rules.correct(done, { user: 'wang', role: 'officer' }, 'h2', '漏了'))).toBe('wrong_side')
    expect(types(rules.correct(offered(), zhang, 'h2', '漏了'))).toBe('wrong_state')
  })
})
