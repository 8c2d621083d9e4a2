import { describe, expect, it } from 'vitest'
import { filledText, placeholdersOf } from '../../src/console/parts/filled-text.ts'
import { namesIn, startingTexts, textNames } from '../../src/console/screens/settings/words/standing-texts.ts'
import { chainOf, resultKey } from '../../src/console/screens/warnings/chain.ts'
import {
  blankNotice,
  isBlank,
  isReady,
  noteIsOver,
  noticeOf,
} from '../../src/console/screens/warnings/notices.ts'
import type { Step } from '../../src/contract/alarms.ts'
import type { ContactHit, WarningRow } from '../../src/contract/warnings.ts'
import { defaultTexts } from '../../src/desk/settings/view.ts'

const start = Date.parse('2026-11-20T06:00:00.000Z')
const minute = 60_000
const iso = (minutes: number) => new Date(start + minutes * minute).toISOString()
let seq = 0
const step = (type: string, minutes: number, data: Step['data'] = {}): Step => ({
  seq: ++seq,
  type,
  at: iso(minutes),
  actorName: '陈军',
  data,
  text: null,
  names: {},
})
const row = (over: Partial<WarningRow> = {}): WarningRow => ({
  id: 'w1',
  name: '王桂兰',
  phone: '129******59',
  type: 'fakeService',
  contact: null,
  thread: null,
  holder: null,
  holderName: null,
  enteredAt: iso(0),
  enteredByName: '陈军',
  step: 'call',
  stepSince: iso(0),
  dueAt: iso(5),
  overdue: false,
  calls: 0,
  closedAt: null,
  outcome: null,
  ...over,
})
const states = (steps: Step[], warning: WarningRow, now = 60) =>
  Object.fromEntries(chainOf(steps, warning, start + now * minute).map((link) => [link.step, link.state]))

describe('the chain of a scam warning', () => {
  it('begins at the call, with everything else to come', () => {
    expect(states([step('warning.entered', 0)], row())).toEqual({
      call: 'now',
      message: 'todo',
      reply: 'todo',
      neighbour: 'todo',
      visit: 'todo',
      outcome: 'todo',
    })
  })

  it('says what came of each step, how often, and how long it was due', () => {
    const steps = [
      step('warning.entered', 0),
      step('warning.claimed', 2, { holder: 'chenjun' }),
      step('warning.called', 3, { result: 'busy', next: 'message', dueAt: iso(8) }),
      step('warning.called', 4, { result: 'noAnswer', next: 'message', dueAt: iso(8) }),
      step('warning.messaged', 7, { by: 'phone', next: 'reply', dueAt: iso(17) }),
    ]
    const chain = chainOf(steps, row({ step: 'reply', stepSince: iso(7) }), start + 9 * minute)
    expect(chain[0]).toEqual({
      step: 'call',
      state: 'done',
      tookMs: 3 * minute,
      times: 2,
      result: 'matters.callResults.noAnswer',
    })
    expect(chain[1]).toMatchObject({ tookMs: 4 * minute, result: 'warnings.chain.sentBy.phone' })
    expect(chain[2]).toMatchObject({ state: 'now', tookMs: 2 * minute, times: 0 })
  })

  it('shows what was passed over as not needed', () => {
    const steps = [
      step('warning.entered', 0),
      step('warning.called', 1, { result: 'reached', next: 'outcome', dueAt: iso(121) }),
    ]
    expect(states(steps, row({ step: 'outcome', stepSince: iso(1) }))).toMatchObject({
      call: 'done',
      message: 'skipped',
      visit: 'skipped',
      outcome: 'now',
    })
  })

  it('adds the rounds up when it goes back to the phone', () => {
    const steps = [
      step('warning.entered', 0),
      step('warning.called', 2, { result: 'off', next: 'message', dueAt: iso(7) }),
      step('warning.messaged', 3, { by: 'thread', next: 'reply', dueAt: iso(13) }),
      step('warning.replied', 5, { result: 'read', next: 'call', dueAt: iso(10) }),
    ]
    const chain = chainOf(steps, row({ step: 'call', stepSince: iso(5) }), start + 6 * minute)
    expect(chain[0]).toMatchObject({ state: 'now', tookMs: 3 * minute })
    expect(chain[1]).toMatchObject({ state: 'done' })
    expect(chain[2]).toMatchObject({ state: 'done', result: 'matters.replyResults.read' })
  })

  it('ends with the outcome; no clock runs on', () => {
    const steps = [
      step('warning.entered', 0),
      step('warning.called', 1, { result: 'reached', next: 'outcome', dueAt: iso(121) }),
      step('warning.closed', 11, { outcome: 'dissuaded' }),
    ]
    const closed = row({ step: 'outcome', closedAt: iso(11), outcome: 'dissuaded', dueAt: null })
    const outcome = chainOf(steps, closed, start + 900 * minute)[5]
    expect(outcome).toMatchObject({
      state: 'done',
      tookMs: 10 * minute,
      result: 'matters.warningOutcomes.dissuaded',
    })
  })

  it('has no result for what is no step', () => {
    expect(resultKey('warning.claimed', { holder: 'chenjun' })).toBeNull()
  })
})

describe('a pasted notice', () => {
  const hit = (why: ContactHit['why'], id = why): ContactHit => ({
    id,
    account: 'liuhe',
    accountName: '户户通·柳河村',
    name: '王桂兰',
    villageGroup: '柳河村 三组',
    tags: [],
    phone: '129******59',
    why,
  })
  const read = (matches: ContactHit[]) =>
    noticeOf({ name: '王桂兰', phone: '12900101259', type: 'fakeService', rest: ' 正在通话 ', matches })

  it('is linked by its number, never by the name alone', () => {
    expect(read([hit('phone')]).contact?.id).toBe('phone')
    expect(read([hit('name')]).contact).toBeNull()
    expect(read([hit('phone', 'a' as never), hit('phone', 'b' as never)]).contact).toBeNull()
  })

  it('can be entered with a name; a number that is none stands in the way', () => {
    expect(isReady(read([]))).toBe(true)
    expect(isReady({ ...read([]), phone: '没有' })).toBe(false)
    expect(isReady({ ...read([]), name: ' ' })).toBe(false)
    expect(isReady({ ...read([]), phone: '' })).toBe(true)
  })

  it('is never cut off: a note that is too long says by how much', () => {
    expect(noteIsOver({ ...blankNotice(), note: '长'.repeat(4_003) })).toBe(3)
    expect(isBlank(blankNotice())).toBe(true)
  })
})

describe('the standing sentences', () => {
  it('start as the core starts them', () => {
    expect(startingTexts).toEqual(defaultTexts)
  })

  it('hold only names that are put in', () => {
    for (const name of textNames)
      for (const placeholder of placeholdersOf(startingTexts[name]))
        expect(namesIn[name] as readonly string[]).toContain(placeholder)
  })

  it('take names in at once: what a name brings with it is not filled in again', () => {
    expect(filledText('{name}您好，我是{station}的{who}', { name: '{station}', station: '柳河派出所' })).toBe(
      '{station}您好，我是柳河派出所的{who}',
    )
  })
})
