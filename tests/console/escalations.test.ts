import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { escalations as en } from '../../src/console/i18n/en/escalations.ts'
import { refusals as enRefusals } from '../../src/console/i18n/en/refusals.ts'
import { escalations as zh } from '../../src/console/i18n/zh/escalations.ts'
import { refusals } from '../../src/console/i18n/zh/refusals.ts'
import { contrast, inkOn } from '../../src/console/parts/ink.ts'
import { stepKey, toneOf } from '../../src/console/screens/escalations/escalation-clock.ts'
import { inDays, visitTime } from '../../src/console/screens/escalations/return-visit.ts'
import { likelyDesk, likelyPrivate } from '../../src/console/screens/inbox/dialogs/likely-escalation.ts'
import { startingLevels } from '../../src/desk/escalations/desks.ts'

const minute = 60_000
const desks = ['mediation', 'antiFraud', 'criminal', 'supervisor']

describe('what an escalation begins with', () => {
  it('a dispute goes to mediation, privately', () => {
    const dispute = { category: 'dispute' as const, mark: null }
    expect(likelyDesk(dispute, desks)).toBe('mediation')
    expect(likelyPrivate(dispute)).toBe(true)
  })

  it('a scam goes to the anti-fraud desk, for all to read', () => {
    const scam = { category: 'scam' as const, mark: null }
    expect(likelyDesk(scam, desks)).toBe('antiFraud')
    expect(likelyPrivate(scam)).toBe(false)
  })

  it('words of violence are private whatever the category', () => {
    const mark = { kind: 'violence' as const, strength: 'watch' as const }
    expect(likelyPrivate({ category: null, mark })).toBe(true)
    expect(likelyDesk({ category: null, mark }, desks)).toBeNull()
  })

  it('a desk the station does not have is not chosen', () => {
    expect(likelyDesk({ category: 'dispute', mark: null }, ['supervisor'])).toBeNull()
  })
})

describe('the clock of an escalation', () => {
  const raised = '2026-03-01T02:00:00.000Z'
  const due = '2026-03-01T03:00:00.000Z'
  const at = (minutes: number) => Date.parse(raised) + minutes * minute

  it('is calm, soon in the last third, and over', () => {
    expect(toneOf(raised, due, at(10))).toBe('calm')
    expect(toneOf(raised, due, at(41))).toBe('soon')
    expect(toneOf(raised, due, at(60))).toBe('over')
  })

  it('is soon from the start where there are only five minutes', () => {
    expect(toneOf(raised, '2026-03-01T02:05:00.000Z', at(1))).toBe('soon')
  })
})

describe('the return visit', () => {
  it('is offered at ten in the morning of the station, wherever the PC thinks it is', () => {
    const lateAtNight = Date.parse('2026-03-01T18:30:00.000Z')
    expect(inDays(7, lateAtNight)).toBe('2026-03-09 10:00')
    expect(visitTime('2026-03-09 10:00')).toBe(Date.parse('2026-03-09T02:00:00.000Z'))
  })

  it('is no time where none was written', () => {
    expect(visitTime(null)).toBeNaN()
    expect(visitTime('2026-03-09')).toBeNaN()
  })

  it('has a sentence of its own in the steps', () => {
    const visit = '2026-03-09T02:00:00.000Z'
    expect(stepKey('escalation.resolved', { returnVisitAt: visit })).toBe('escalation.resolvedVisit')
    expect(stepKey('escalation.resolved', { returnVisitAt: null })).toBe('escalation.resolved')
    expect(stepKey('escalation.visited', { next: visit })).toBe('escalation.visitedNext')
    expect(stepKey('escalation.accepted', {})).toBe('escalation.accepted')
  })
})

describe('words on a colour the station chose', () => {
  it('can be read on every colour', () => {
    for (let red = 0; red < 256; red += 15)
      for (let green = 0; green < 256; green += 15)
        for (let blue = 0; blue < 256; blue += 15) {
          const colour = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
          expect(contrast(colour, inkOn(colour)), colour).toBeGreaterThanOrEqual(4.5)
        }
  })

  it('can be read on the levels the station starts with', () => {
    for (const { colour } of startingLevels)
      expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5)
  })
})

describe('what the core says no with', () => {
  it('has words in both languages, for every code', () => {
    const source = readFileSync(join(import.meta.dirname, '../../src/contract/errors.ts'), 'utf8')
    const codes = [...source.matchAll(/\{ code: '(\w+)'/g)].map((found) => found[1]!)
    expect(codes.length).toBeGreaterThan(30)
    for (const code of codes) {
      expect(refusals, code).toHaveProperty(code)
      expect(enRefusals, code).toHaveProperty(code)
    }
  })

  it('names the same facts in both languages', () => {
    const facts = (words: object) =>
      JSON.stringify(words, (_, value) =>
        typeof value === 'string' ? (value.match(/\{\w+\}/g) ?? []).sort().join('') : value,
      )
    expect(facts(en)).toBe(facts(zh))
  })
})
