import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { useShowing } from '../../src/console/composables/use-showing.ts'
import { rowPages } from '../../src/console/parts/row-pages.ts'

describe('the row beside the chosen one', () => {
  const list = rowPages(async () => ({ rows: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], total: 3 }))

  it('is the next or the one before, and none beyond the ends', async () => {
    await list.restart()
    expect(list.beside('b', 1)).toEqual({ row: { id: 'c' }, index: 2 })
    expect(list.beside('b', -1)).toEqual({ row: { id: 'a' }, index: 0 })
    expect(list.beside('c', 1)?.row.id).toBe('c')
    expect(list.beside('a', -1)?.row.id).toBe('a')
  })

  it('is the first where nothing is chosen, or what is chosen left the list', () => {
    expect(list.beside(null, 1)?.row.id).toBe('a')
    expect(list.beside('gone', -1)?.row.id).toBe('a')
  })

  it('is none in an empty list', async () => {
    const empty = rowPages(async () => ({ rows: [] as { id: string }[], total: 0 }))
    await empty.restart()
    expect(empty.beside(null, 1)).toBeUndefined()
  })
})

describe('of several dialogs', () => {
  it('one is open at most, and each closes itself only', () => {
    const open = ref<'accept' | 'decline' | null>(null)
    const showing = useShowing(open)
    const accept = showing('accept')
    const decline = showing('decline')
    accept.value = true
    expect([accept.value, decline.value]).toEqual([true, false])
    decline.value = true
    accept.value = false
    expect([accept.value, decline.value]).toEqual([false, true])
    decline.value = false
    expect(open.value).toBeNull()
  })
})
