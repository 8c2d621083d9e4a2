import { describe, expect, test } from 'vitest'
import { alarmKinds } from '../../src/contract/alarms.ts'
import { hard } from '../evaluation/hard.ts'
import { everyday, sentences } from '../evaluation/sentences.ts'
import { assess, strengthOf } from '../evaluation/shipped.ts'

describe.each(alarmKinds)('invented messages about %s', (kind) => {
  const { ring, watch, none } = sentences[kind]

  test.runIf(ring.length > 0).each(ring)('rings: %s', (text) => {
    expect(strengthOf(text, kind)).toBe('ring')
  })

  test.each(watch)('is marked silently: %s', (text) => {
    expect(strengthOf(text, kind)).toBe('watch')
  })

  test.each(none)('stays silent: %s', (text) => {
    expect(strengthOf(text, kind)).toBe('none')
  })

  test('what is silent or only marked rings for no other kind either', () => {
    const ringing = [...watch, ...none].filter((text) =>
      assess(text).findings.some(({ strength }) => strength === 'ring'),
    )
    expect(ringing).toEqual([])
  })
})

test('a dispute never rings, however much of it there is', () => {
  const all = sentences.dispute.watch.join('，')
  expect(strengthOf(all, 'dispute')).toBe('watch')
})

test.each(everyday)('an ordinary day: %s', (text) => {
  const ringing = assess(text).findings.filter(({ strength }) => strength === 'ring')
  expect(ringing.map(({ kind, rules }) => ({ kind, rules }))).toEqual([])
})

test.each(hard)('hard to tell: %s, %s: %s', (kind, strength, text) => {
  expect(strengthOf(text, kind)).toBe(strength)
})

test('what is hard to tell and means nothing rings for no other kind either', () => {
  const ringing = hard.filter(
    ([, strength, text]) => strength === 'none' && assess(text).findings.some((f) => f.strength === 'ring'),
  )
  expect(ringing).toEqual([])
})
