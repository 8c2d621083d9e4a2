import { describe, expect, it } from 'vitest'
import { welcome as en } from '../../src/console/i18n/en/welcome.ts'
import { welcome as zh } from '../../src/console/i18n/zh/welcome.ts'
import {
  bytesOf,
  bytesOver,
  formOf,
  isChanged,
  oftenLate,
  wrongIn,
} from '../../src/console/screens/settings/accounts/welcome-form.ts'
import { contract } from '../../src/contract/index.ts'

const unsaved = { account: 'kf', enabled: false, onShift: null, offShift: null, savedAt: null }
const saved = { ...unsaved, enabled: true, offShift: '没有民警值班', savedAt: '2026-11-23T06:00:00.000Z' }
const suggested = { onShift: '民警在岗', offShift: '没有民警值班，急事拨打110' }

describe('welcome words as an admin writes them', () => {
  it('begin with a suggestion that is off; what was saved is shown as it is', () => {
    expect(formOf(unsaved, suggested)).toEqual({ enabled: false, ...suggested })
    expect(formOf(saved, suggested)).toEqual({ enabled: true, onShift: '', offShift: '没有民警值班' })
  })

  it('can be saved as suggested, and again only once something is different', () => {
    expect(isChanged(formOf(unsaved, suggested), unsaved)).toBe(true)
    const form = formOf(saved, suggested)
    expect(isChanged({ ...form, offShift: ' 没有民警值班\n' }, saved)).toBe(false)
    expect(isChanged({ ...form, enabled: false }, saved)).toBe(true)
    expect(isChanged({ ...form, onShift: '在' }, saved)).toBe(true)
  })

  it('are as long as WeCom counts, in bytes of what will be shown', () => {
    expect([bytesOf(' 警😀a '), bytesOver('警'.repeat(682)), bytesOver('警'.repeat(683))]).toEqual([8, 0, 1])
    const form = { enabled: true, onShift: '', offShift: '警'.repeat(682) }
    expect(wrongIn(form)).toBeNull()
    expect(contract['welcome.change'].input.safeParse({ account: 'kf', ...form }).success).toBe(true)
    expect(wrongIn({ ...form, onShift: '警'.repeat(683) })).toBe('tooLong')
  })

  it('cannot be on without a word; off they may be empty', () => {
    const empty = { enabled: true, onShift: ' ', offShift: '' }
    expect([wrongIn(empty), wrongIn({ ...empty, enabled: false })]).toEqual(['nothing', null])
  })

  it('warn where they will mostly come too late', () => {
    const late = (by: 'relay' | 'asking', lateBy: number) => oftenLate({ arrival: { by, lateBy } } as never)
    expect([late('relay', 60), late('asking', 8), late('asking', 24)]).toEqual([null, null, 24])
    expect(oftenLate({ arrival: null })).toBeNull()
  })

  it('suggest in both languages what fits, and name 110', () => {
    for (const { suggested } of [zh, en])
      for (const text of Object.values(suggested)) {
        expect(text).toContain('110')
        expect(bytesOver(text)).toBe(0)
      }
  })
})
