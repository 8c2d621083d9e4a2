import { describe, expect, test } from 'vitest'
import {
  isDecided,
  isForIncoming,
  isReceived,
  needsReadBack,
  nextOpen,
} from '../../src/console/screens/handoff/item-steps.ts'
import {
  deadlineChoices,
  suggestedAction,
  suggestedDeadline,
} from '../../src/console/screens/handoff/suggestions.ts'
import type { HandoffItem } from '../../src/contract/handoff.ts'

const at = '2026-11-23T02:00:00.000Z'
const handedOver = {
  do: 'handOver',
  nextAction: '回访',
  deadline: null,
  ifThen: null,
  at,
  byName: '陈军',
} as const
const item = (over: Partial<HandoffItem> = {}) =>
  ({
    kind: 'thread',
    severity: 'critical',
    why: [],
    escalation: null,
    promise: null,
    holder: 'chenjun',
    waitingSince: null,
    decision: handedOver,
    moved: null,
    readBack: null,
    accepted: false,
    questions: [],
    ...over,
  }) as unknown as HandoffItem

describe('how far an item of a handoff is', () => {
  test('what is gone from the outgoing officer needs no decision and nobody to accept it', () => {
    const gone = item({ decision: null, moved: { left: 'closed' } })
    expect([isDecided(gone), isForIncoming(gone), isReceived(gone)]).toEqual([true, false, true])
  })

  test('a severe one is received once read back, accepted and every question answered', () => {
    const readBack = { text: '半小时内联系上', at, byName: '刘芳' }
    const asked = [{ id: 'q', text: '电话通吗', byName: '刘芳', at, reply: null }]
    expect(needsReadBack(item())).toBe(true)
    expect(needsReadBack(item({ severity: 'watch' }))).toBe(false)
    expect(isReceived(item({ accepted: true }))).toBe(false)
    expect(isReceived(item({ accepted: true, readBack, questions: asked }))).toBe(false)
    expect(isReceived(item({ accepted: true, readBack }))).toBe(true)
  })

  test('the next open one is looked for round the end, and is never the present one', () => {
    const items = ['a', 'b', 'c'].map((id) => ({ id }))
    expect(nextOpen(items, 'c', ({ id }) => id !== 'b')?.id).toBe('a')
    expect(nextOpen(items, 'b', ({ id }) => id === 'b')).toBeNull()
  })
})

describe('what the desk suggests', () => {
  test('danger comes before an earlier promise, and a promise before the wait', () => {
    const promise = { id: 'p1', nextAction: '寄材料', deadline: null }
    const waitingSince = at
    expect(suggestedAction(item({ why: ['danger'], promise, waitingSince }))).toBe('contact')
    expect(suggestedAction(item({ promise, waitingSince }))).toBe('promise')
    expect(suggestedAction(item({ waitingSince }))).toBe('answer')
    expect(suggestedAction(item({ holder: null }))).toBe('claim')
  })

  test('severe items get a deadline, whole minutes ahead; none may be chosen only for the others', () => {
    const now = Date.parse(at) + 1
    expect(suggestedDeadline({ severity: 'critical' }, now)).toBe(Date.parse('2026-11-23T02:31:00.000Z'))
    expect(suggestedDeadline({ severity: 'routine' }, now)).toBeNull()
    expect(deadlineChoices(now, true).map(({ name }) => name)).not.toContain('none')
    expect(deadlineChoices(now, false).at(-1)).toEqual({ name: 'none', at: null })
  })

  test('the morning is the next nine o’clock in Shanghai', () => {
    const morning = (now: string) =>
      new Date(deadlineChoices(Date.parse(now), true).at(-1)!.at!).toISOString()
    expect(morning('2026-11-22T20:00:00.000Z')).toBe('2026-11-23T01:00:00.000Z')
    expect(morning('2026-11-23T01:00:00.000Z')).toBe('2026-11-24T01:00:00.000Z')
  })
})
