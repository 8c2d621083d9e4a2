import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import {
  byAge,
  byHolder,
  holderMatches,
  reach,
  sorted,
} from '../../src/console/screens/overdue/overdue-rows.ts'
import { useSelection } from '../../src/console/screens/overdue/use-selection.ts'
import type { ThreadRow } from '../../src/contract/threads.ts'

const now = Date.parse('2026-11-20T06:00:00.000Z')
const minute = 60_000
const row = (id: string, waited: number, over: Partial<ThreadRow> = {}): ThreadRow =>
  ({
    id,
    waitingSince: new Date(now - waited * minute).toISOString(),
    lastAt: new Date(now).toISOString(),
    urgency: 'routine',
    holder: null,
    holderName: null,
    ...over,
  }) as ThreadRow
const zhang = { holder: 'zhanglei', holderName: '张磊' }
const liu = { holder: 'liufang', holderName: '刘芳' }
const ids = (rows: readonly ThreadRow[]) => rows.map(({ id }) => id)

describe('overdue threads', () => {
  const rows = [
    row('a', 70, zhang),
    row('b', 1_500),
    row('c', 20, { ...liu, urgency: 'urgent' }),
    row('d', 300, zhang),
  ]

  it('stand with the longest wait first, or by urgency, or by holder with nobody’s first', () => {
    expect(ids(sorted(rows, 'age'))).toEqual(['b', 'd', 'a', 'c'])
    expect(ids(sorted(rows, 'urgency'))).toEqual(['c', 'b', 'd', 'a'])
    expect(ids(sorted(rows, 'holder'))[0]).toBe('b')
  })

  it('are found by who holds them, by nobody, and by who is off shift', () => {
    const onShift = new Set(['zhanglei'])
    const having = (filter: Parameters<typeof holderMatches>[1]) =>
      ids(rows.filter((one) => holderMatches(one, filter, onShift)))
    expect(having('any')).toHaveLength(4)
    expect(having('free')).toEqual(['b'])
    expect(having('offShift')).toEqual(['c'])
    expect(having({ user: 'zhanglei' })).toEqual(['a', 'd'])
  })

  it('are counted by age and by holder', () => {
    expect(byAge(rows, now).map(({ count }) => count)).toEqual([1, 0, 1, 0, 1, 0, 1])
    expect(byHolder(rows, new Set(['zhanglei']))).toEqual([
      { holder: null, name: '', count: 1, onShift: false },
      { holder: 'zhanglei', name: '张磊', count: 2, onShift: true },
      { holder: 'liufang', name: '刘芳', count: 1, onShift: false },
    ])
  })

  it('have bars that are longer the longer the wait, and never longer than there is room', () => {
    expect(reach(60 * minute, 240 * minute)).toBeCloseTo(0.5)
    expect(reach(300 * minute, 240 * minute)).toBe(1)
    expect(reach(minute, 0)).toBe(0)
  })
})

describe('selecting threads', () => {
  const list = ref(['a', 'b', 'c', 'd', 'e'])
  const fresh = () => {
    list.value = ['a', 'b', 'c', 'd', 'e']
    return useSelection(list)
  }

  it('takes one by one, and from one to another in either direction', () => {
    const selection = fresh()
    selection.toggle('d')
    selection.range('b')
    expect([...selection.selected.value].sort()).toEqual(['b', 'c', 'd'])
    selection.toggle('c')
    expect(selection.selected.value.has('c')).toBe(false)
    expect(selection.some.value).toBe(true)
  })

  it('takes all that match', () => {
    const selection = fresh()
    selection.everything()
    expect(selection.all.value).toBe(true)
    selection.clear()
    expect(selection.selected.value.size).toBe(0)
  })

  it('lets go of what has left the list', async () => {
    const selection = fresh()
    selection.everything()
    list.value = ['a', 'e', 'f']
    await nextTick()
    expect([...selection.selected.value]).toEqual(['a', 'e'])
    expect(selection.all.value).toBe(false)
  })
})
