import { describe, expect, it } from 'vitest'
import { oneForAll } from '../../src/console/screens/handoff/suggestions.ts'

describe('what is suggested for several items at once', () => {
  it('is said of all of them only where it is the same for each', () => {
    expect(oneForAll(['答复居民', '答复居民'])).toBe('答复居民')
    expect(oneForAll(['回 13812345678', '答复居民'])).toBeNull()
    expect(oneForAll([])).toBeNull()
  })
})
