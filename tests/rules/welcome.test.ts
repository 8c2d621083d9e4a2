import { describe, expect, test } from 'vitest'
import {
  changeWelcome,
  chosen,
  type Leaving,
  lost,
  neverTold,
  type Opening,
  settle,
  validUntil,
} from '../../src/desk/welcome/rules.ts'

const now = 1_800_000_000_000
const second = 1_000
const words = { enabled: true, onShift: '民警在岗', offShift: '没有民警值班' }

const opening = (over: Partial<Opening> = {}): Opening => ({
  at: now,
  hasCode: true,
  codeSeen: false,
  accountEnabled: true,
  served: false,
  somebodyOnShift: false,
  words,
  ahead: 0,
  ...over,
})
const why = (over: Partial<Opening>) => {
  const choice = chosen(opening(over), now)
  return choice.when === null ? choice.why : choice.text
}

describe('which words a resident is shown', () => {
  test('go by whether somebody is on shift', () => {
    expect(chosen(opening(), now)).toEqual({ when: 'offShift', text: '没有民警值班' })
    expect(chosen(opening({ somebodyOnShift: true }), now)).toEqual({ when: 'onShift', text: '民警在岗' })
  })
  test('none, and nothing is missing, where the channel gives no code or nobody has switched them on', () => {
    for (const over of [{ hasCode: false }, { words: null }, { words: { ...words, enabled: false } }])
      expect(chosen(opening(over), now)).toEqual({ when: null, why: null })
  })
  test('none twenty seconds after the resident came, by the channel’s time', () => {
    expect(why({ at: now - 19_999 })).toBe('没有民警值班')
    expect(why({ at: now - 20 * second })).toBe('late')
    // WeCom’s clock is ahead of this one.
    expect(why({ at: now + 90 * second })).toBe('没有民警值班')
    expect(validUntil({ at: now + 90 * second, ahead: 0 }, now)).toBe(now + 20 * second)
  })
  test('are told in time by a machine whose clock is known to be wrong', () => {
    const minute = 60 * second
    // Ahead: they came five seconds ago, and the code is good for fifteen more.
    expect(why({ at: now - minute - 5 * second, ahead: minute })).toBe('没有民警值班')
    expect(why({ at: now - minute - 20 * second, ahead: minute })).toBe('late')
    expect(validUntil({ at: now - minute - 5 * second, ahead: minute }, now)).toBe(now + 15 * second)
    // Behind: what looks like a moment ago is long past.
    expect(why({ at: now + minute - 20 * second, ahead: -minute })).toBe('late')
  })
  test('none where there is a reason, and it is said', () => {
    expect(why({ codeSeen: true })).toBe('codeSeen')
    expect(why({ accountEnabled: false })).toBe('accountOff')
    expect(why({ served: true })).toBe('elsewhere')
    expect(why({ words: { ...words, offShift: null } })).toBe('noWords')
    expect(why({ words: { ...words, offShift: null }, somebodyOnShift: true })).toBe('民警在岗')
  })
})

describe('what an admin sets', () => {
  const account = { id: 'kf', kind: 'wecom-kf' } as const
  const asked = { account: 'kf', enabled: true, onShift: '', offShift: '没有民警值班' }

  test('is an entry with both texts as content; a blank one says nothing', () => {
    expect(changeWelcome(account, null, asked)).toEqual({
      entries: [
        {
          type: 'welcome.changed',
          v: 1,
          subject: 'kf',
          data: { enabled: true },
          content: { onShift: null, offShift: '没有民警值班' },
        },
      ],
    })
  })
  test('is refused where WeCom would cut it, counted in bytes', () => {
    const most = { ...asked, onShift: '警'.repeat(682) }
    expect(changeWelcome(account, null, most)).toHaveProperty('entries')
    expect(changeWelcome(account, null, { ...most, onShift: '警'.repeat(683) })).toEqual({
      refused: { code: 'too_long', mostBytes: 2048, bytes: 2049 },
    })
  })
  test('is refused without a word, for another channel, for no account, and where nothing changes', () => {
    const refusal = (...of: Parameters<typeof changeWelcome>) => {
      const decision = changeWelcome(...of)
      return 'refused' in decision ? decision.refused.code : null
    }
    expect(refusal(account, null, { ...asked, offShift: '' })).toBe('invalid')
    expect(refusal(account, null, { ...asked, offShift: '', enabled: false })).toBeNull()
    expect(refusal({ id: 'x', kind: 'by-hand' }, null, asked)).toBe('channel_cannot')
    expect(refusal(null, null, asked)).toBe('not_found')
    const present = { enabled: true, onShift: null, offShift: '没有民警值班' }
    expect(refusal(account, present, asked)).toBe('nothing_to_do')
    expect(refusal(account, present, { ...asked, enabled: false })).toBeNull()
  })
})

describe('what came of it', () => {
  const leaving: Leaving = { welcome: 'w', contact: 'c', account: 'kf', state: 'leaving' }

  test('is told once', () => {
    expect(settle(leaving, { sent: true })).toMatchObject({ entries: [{ type: 'contact.welcomed' }] })
    expect(settle(leaving, neverTold)).toMatchObject({
      entries: [{ type: 'contact.welcomeFailed', data: { why: 'neverTold', code: null, unsure: true } }],
    })
    for (const state of ['sent', 'failed', 'unclear'] as const)
      expect(settle({ ...leaving, state }, { sent: true })).toEqual({ refused: { code: 'nothing_to_do' } })
  })
  test('the channel may say later that it did not arrive, also before it was known to be taken', () => {
    for (const state of ['leaving', 'sent', 'unclear'] as const)
      expect(lost({ ...leaving, state }, 'fail_10')).toMatchObject({
        entries: [{ type: 'contact.welcomeFailed', data: { why: 'fail_10', unsure: false } }],
      })
    expect(lost({ ...leaving, state: 'failed' }, 'fail_10')).toEqual({ refused: { code: 'nothing_to_do' } })
  })
})
