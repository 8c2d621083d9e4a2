import { describe, expect, it } from 'vitest'
import { pieces } from '../../src/console/parts/marked.ts'
import { rowPages } from '../../src/console/parts/row-pages.ts'
import { waitingStep } from '../../src/console/parts/waiting-step.ts'
import { commonShift } from '../../src/console/parts/windowed-rows.ts'
import { marksShown, rowMarks } from '../../src/console/screens/inbox/row-marks.ts'
import { snoozeChoices } from '../../src/console/screens/inbox/snooze-choices.ts'
import { timelineRows } from '../../src/console/screens/inbox/timeline-rows.ts'
import { noFilters, searchInput } from '../../src/console/screens/search/search-input.ts'
import { joined } from '../../src/console/stores/thread.ts'
import type { Page } from '../../src/contract/call.ts'
import type { NoteItem } from '../../src/contract/threads.ts'

const rows = (from: number, count: number, prefix = 'r') =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${from + i}` }))

describe('a list of 50,000 threads', () => {
  it('reads only the pages in view', async () => {
    const asked: number[] = []
    const list = rowPages(async (offset, limit) => {
      asked.push(offset)
      return { rows: rows(offset, limit), total: 50_000 }
    })
    await list.restart()
    await list.show(40_095, 40_110)
    expect(asked).toEqual([0, 40_000, 40_100])
    expect(list.row(40_101)).toEqual({ id: 'r40101' })
    expect(list.row(20_000)).toBeUndefined()
  })

  it('keeps the old rows on screen until the new ones are here', async () => {
    let answer: (prefix: string) => void = () => {}
    const list = rowPages(
      (offset, limit) =>
        new Promise<Page<{ id: string }>>((done) => {
          answer = (prefix) => done({ rows: rows(offset, limit, prefix), total: 100 })
        }),
    )
    const first = list.restart()
    answer('a')
    await first
    const second = list.refresh()
    expect(list.row(0)).toEqual({ id: 'a0' })
    answer('b')
    await second
    expect(list.row(0)).toEqual({ id: 'b0' })
  })

  it('throws away an answer meant for the queue before', async () => {
    const answers: (() => void)[] = []
    let queue = 'mine'
    const list = rowPages((offset, limit) => {
      const of = queue
      return new Promise<Page<{ id: string }>>((done) => {
        answers.push(() => done({ rows: rows(offset, limit, of), total: 100 }))
      })
    })
    const first = list.restart()
    queue = 'all'
    void list.restart()
    answers[0]!()
    await new Promise((done) => setTimeout(done))
    expect(list.row(0)).toBeUndefined()
    answers[1]!()
    await first
    expect(list.row(0)).toEqual({ id: 'all0' })
  })

  it('reads once more, not ten times, when ten changes come during one reading', async () => {
    let asked = 0
    const list = rowPages(async (offset, limit) => {
      asked++
      await new Promise((done) => setTimeout(done, 5))
      return { rows: rows(offset, limit), total: 100 }
    })
    const first = list.restart()
    for (let i = 0; i < 10; i++) void list.refresh()
    await first
    expect(asked).toBe(2)
  })
})

describe('the marks of a row', () => {
  const plain = {
    readable: true,
    mark: null,
    overdue: false,
    escalation: null,
    urgency: 'routine' as const,
    common: null,
    toldOfDelayAt: null,
    undelivered: null,
    handedOverAt: null,
    servedElsewhere: false,
    closedAt: null,
  }
  const now = Date.parse('2026-11-23T06:10:00.000Z')
  const everything = {
    ...plain,
    mark: { kind: 'crisis' as const, strength: 'ring' as const },
    overdue: true,
    escalation: { id: 'e', desk: 'mediation', level: 'high', state: 'offered' as const },
    urgency: 'urgent' as const,
    common: 'q',
    toldOfDelayAt: '2026-11-23T06:00:00.000Z',
  }

  it('are none where nothing is out of the ordinary', () => {
    expect(rowMarks(plain, now)).toEqual([])
  })
  it('begin with the danger, then the wait', () => {
    expect(rowMarks(everything, now).slice(0, marksShown)).toEqual(['ring', 'overdue'])
    expect(rowMarks(everything, now)).toHaveLength(6)
  })
  it('put an answer that did not arrive before how long the resident has waited for it', () => {
    const owed = { ...plain, undelivered: 7, overdue: true }
    expect(rowMarks(owed, now)).toEqual(['undelivered', 'overdue'])
  })
  it('put what is only watched behind what is escalated and urgent', () => {
    const watched = { ...everything, mark: { kind: 'fraud' as const, strength: 'watch' as const } }
    expect(rowMarks({ ...watched, overdue: false }, now)).toEqual([
      'escalation',
      'urgent',
      'watch',
      'common',
      'told',
    ])
  })
  it('say nothing of a private thread that may not be read', () => {
    expect(rowMarks({ ...everything, readable: false }, now)).toEqual([])
  })
  it('no longer speak of a delay once the thread is closed', () => {
    const closed = {
      ...plain,
      toldOfDelayAt: '2026-11-23T06:00:00.000Z',
      closedAt: '2026-11-23T07:00:00.000Z',
    }
    expect(rowMarks(closed, now)).toEqual([])
  })
})

describe('the place in a list that moves', () => {
  const before = new Map([
    ['a', 10],
    ['b', 11],
    ['c', 12],
  ])
  it('follows the rows most of which moved alike', () => {
    const now: Record<string, number> = { a: 11, b: 12, c: 0 }
    expect(commonShift(before, (id) => now[id] ?? -1)).toBe(1)
  })
  it('stays when everything on screen has gone', () => {
    expect(commonShift(before, () => -1)).toBe(0)
  })
})

describe('what the timeline holds', () => {
  const note = (seq: number, text = ''): NoteItem => ({
    item: 'note',
    seq,
    author: 'zhang',
    authorName: '张警官',
    masked: false,
    text,
    at: '2026-03-01T15:59:00.000Z',
  })

  it('is the newest put over the old, without doubling', () => {
    const { items, gap } = joined([note(1), note(2)], [note(2, '改'), note(3)], true)
    expect(items.map((item) => [item.seq, item.text])).toEqual([
      [1, ''],
      [2, '改'],
      [3, ''],
    ])
    expect(gap).toBe(false)
  })

  it('never silently leaves a gap', () => {
    const { items, gap } = joined([note(1), note(2)], [note(9), note(10)], true)
    expect(items.map((item) => item.seq)).toEqual([9, 10])
    expect(gap).toBe(true)
  })

  it('is divided by the days of China, not of the PC', () => {
    const late = note(1)
    const afterMidnight = { ...note(2), at: '2026-03-01T16:01:00.000Z' }
    expect(timelineRows([late, afterMidnight]).map((row) => row.row)).toEqual(['day', 'item', 'day', 'item'])
  })
})

describe('times', () => {
  it('of waiting go through their colours by thirds of what is allowed', () => {
    const minute = 60_000
    expect(waitingStep(5 * minute, 20, false)).toBe('new')
    expect(waitingStep(7 * minute, 20, false)).toBe('going')
    expect(waitingStep(14 * minute, 20, false)).toBe('soon')
    expect(waitingStep(1 * minute, 20, true)).toBe('over')
  })

  it('to put a thread off to are those of the station; at night the next 8:00 is this morning’s', () => {
    const twoAtNight = Date.parse('2026-03-01T18:00:00Z')
    expect(snoozeChoices(twoAtNight).map(({ words, at }) => [words, new Date(at).toISOString()])).toEqual([
      ['hour', '2026-03-01T19:00:00.000Z'],
      ['tonight', '2026-03-02T12:00:00.000Z'],
      ['morning', '2026-03-02T00:00:00.000Z'],
    ])
    const nineInTheEvening = Date.parse('2026-03-01T13:00:00Z')
    expect(snoozeChoices(nineInTheEvening).map(({ words }) => words)).toEqual(['hour', 'tomorrow'])
  })
})

describe('the search', () => {
  it('asks for whole days of China', () => {
    const input = searchInput(
      { ...noFilters(), words: ' 转账 ', from: '2026-03-01', until: '2026-03-02' },
      50,
    )
    expect(input).toEqual({
      words: '转账',
      offset: 50,
      limit: 50,
      from: '2026-02-28T16:00:00.000Z',
      until: '2026-03-02T15:59:59.999Z',
    })
  })

  it('asks for nothing without words', () => {
    expect(searchInput(noFilters(), 0)).toBeNull()
  })

  it('marks what was found, also where marks overlap or run out', () => {
    expect(pieces('不要转账给他', [[2, 2]])).toEqual([
      { text: '不要', marked: false },
      { text: '转账', marked: true },
      { text: '给他', marked: false },
    ])
    expect(
      pieces('转账', [
        [0, 2],
        [1, 9],
      ]),
    ).toEqual([{ text: '转账', marked: true }])
  })
})
