import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hears } from '../../src/console/app/alarm-hearing.ts'
import { alarms as en } from '../../src/console/i18n/en/alarms.ts'
import { alarms as zh } from '../../src/console/i18n/zh/alarms.ts'
import { instantOf, nextContact } from '../../src/console/screens/alarms/contact-times.ts'
import { scoreScale } from '../../src/console/screens/alarms/score-scale.ts'
import { stepKey } from '../../src/console/screens/alarms/use-step-words.ts'
import { markedPieces, wordsAt } from '../../src/console/screens/alarms/word-marks.ts'
import { exampleOf, examplesOf } from '../../src/console/screens/settings/lexicon/rule-examples.ts'
import { withWords, wordsTyped } from '../../src/console/screens/settings/lexicon/words-typed.ts'
import type { AlarmSignal } from '../../src/contract/alarms.ts'

/** Every entry an alarm can have. */
const stepTypes = [
  ...readFileSync(`${import.meta.dirname}/../../src/desk/alarms/entries.ts`, 'utf8').matchAll(
    /draft\('(alarm\.\w+)'/g,
  ),
].map(([, type = '']) => type)

const ringing: AlarmSignal = {
  ringing: 1,
  since: null,
  accounts: [],
  called: false,
  contactsDue: 0,
  deaf: null,
}
const called = { ...ringing, called: true }

/** `a.b` → text. */
function flat(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value as object, `${path}${key}.`),
  )
}

describe('the words of alarms', () => {
  const named = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

  it('name the same facts in both languages', () => {
    const english = new Map(flat(en))
    expect([...english.keys()].sort()).toEqual(
      flat(zh)
        .map(([key]) => key)
        .sort(),
    )
    for (const [key, text] of flat(zh)) expect(named(english.get(key)), key).toEqual(named(text))
  })

  it('tell every step an alarm can take', () => {
    const step = (type: string, data: object = {}) => stepKey({ type, data: { ...data } })
    expect(step('alarm.raised', { cause: 'recall' })).toBe('raisedByRecall')
    expect(step('alarm.causeAdded', { cause: 'message', rings: true })).toBe('addedMessageRings')
    expect(step('alarm.called', { call: 3 })).toBe('calledAgain')
    expect(stepTypes.length).toBeGreaterThan(6)
    for (const type of stepTypes) {
      expect(step(type), type).not.toBe('unknown')
      expect(zh.steps, type).toHaveProperty(step(type))
    }
    expect(step('alarm.somethingNew')).toBe('unknown')
  })
})

describe('who hears an alarm', () => {
  it('an officer on shift does, off shift does not, also when it was called to the supervisors', () => {
    expect(hears({ role: 'officer', onShift: true }, ringing)).toBe(true)
    expect(hears({ role: 'officer', onShift: false }, ringing)).toBe(false)
    expect(hears({ role: 'officer', onShift: false }, called)).toBe(false)
  })

  it('a supervisor on shift does at once, off shift when it was called', () => {
    expect(hears({ role: 'supervisor', onShift: true }, ringing)).toBe(true)
    expect(hears({ role: 'supervisor', onShift: false }, ringing)).toBe(false)
    expect(hears({ role: 'supervisor', onShift: false }, called)).toBe(true)
  })

  it('auditors and admins hear none, and nobody hears what does not ring', () => {
    expect(hears({ role: 'auditor', onShift: false }, called)).toBe(false)
    expect(hears({ role: 'admin', onShift: false }, called)).toBe(false)
    expect(hears({ role: 'officer', onShift: true }, { ...called, ringing: 0 })).toBe(false)
    expect(hears(null, called)).toBe(false)
    expect(hears({ role: 'officer', onShift: true }, null)).toBe(false)
  })
})

describe('the next contact', () => {
  const now = Date.parse('2026-11-23T02:00:00.000Z')

  it('is so many minutes from now', () => {
    expect(nextContact(30, null, now)).toBe('2026-11-23T02:30:00.000Z')
  })

  it('at a time of the station, whatever the zone of the PC', () => {
    expect(nextContact('custom', '2026-11-23 20:00', now)).toBe('2026-11-23T12:00:00.000Z')
  })

  it('is never in the past, and needs a time', () => {
    expect(nextContact('custom', '2026-11-23 10:00', now)).toBeNull()
    expect(nextContact('custom', null, now)).toBeNull()
    expect(instantOf('2026-11-23')).toBeNaN()
  })
})

describe('a score on its bar', () => {
  it('leaves room for both lines', () => {
    const { score, watch, ring } = scoreScale({ score: 5, thresholds: { watch: 4, ring: 8 } })
    expect(watch).toBeLessThan(score)
    expect(score).toBeLessThan(ring!)
    expect(ring!).toBeLessThan(0.9)
  })

  it('stays on the bar however high it is', () => {
    expect(scoreScale({ score: 60, thresholds: { watch: 4, ring: 8 } }).score).toBeLessThan(1)
  })

  it('has no ringing line for a kind that never rings', () => {
    expect(scoreScale({ score: 5, thresholds: { watch: 4, ring: 99 } }).ring).toBeNull()
  })
})

describe('the words in a text', () => {
  const finding = (places: [number, number][], discounted: [number, number][] = []) => ({
    places,
    discounted: discounted.map((place) => ({ rule: 'r', why: 'w', place })),
  })

  it('are marked where they counted, and otherwise where they did not', () => {
    expect(markedPieces('笑死我了我不想活了', [finding([[5, 4]], [[1, 1]])])).toEqual([
      { text: '笑', mark: null },
      { text: '死', mark: 'discounted' },
      { text: '我了我', mark: null },
      { text: '不想活了', mark: 'counted' },
    ])
  })

  it('that counted for one kind and not for another are marked as counted', () => {
    expect(markedPieces('想死', [finding([[0, 2]]), finding([], [[0, 2]])])).toEqual([
      { text: '想死', mark: 'counted' },
    ])
  })

  it('outside the text are left alone', () => {
    expect(
      markedPieces('想死', [finding([[1, 9]])])
        .map(({ text }) => text)
        .join(''),
    ).toBe('想死')
  })

  it('are each told once', () => {
    expect(
      wordsAt('想死想死活够了', [
        [0, 2],
        [2, 2],
        [4, 3],
      ]),
    ).toEqual(['想死', '活够了'])
    expect(wordsAt(null, [[0, 2]])).toEqual([])
  })
})

describe('a rule of the lexicon', () => {
  it('is shown by what a person might say', () => {
    expect(exampleOf('不(想|愿意)(再|)活了')).toBe('不想活了')
    expect(exampleOf('{self}(要|会)(离开(这个|这)世界)')).toBe('要离开这个世界')
    expect(exampleOf('拿…{weapon}……砍')).toBe('拿…砍')
  })

  it('by nothing where only its lists would tell', () => {
    expect(examplesOf(['{wish}{die}', '{weapon}', '抹脖子'], 5)).toEqual(['抹脖子'])
  })

  it('by the same words once, and not by a broken pattern of signs', () => {
    expect(examplesOf(['活(够|腻)了', '活够了', '(((', '{'], 5)).toEqual(['活够了'])
  })
})

describe('words typed into the lexicon', () => {
  it('are one for each comma, 、 or line', () => {
    expect(wordsTyped(' 百草枯、敌敌畏,农药\n老鼠药 ，')).toEqual(['百草枯', '敌敌畏', '农药', '老鼠药'])
  })

  it('are each kept once, and no more than there is room for', () => {
    expect(withWords(['农药'], '农药、敌敌畏、百草枯', 2)).toEqual(['农药', '敌敌畏'])
  })
})
