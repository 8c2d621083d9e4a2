import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/desk/decision.ts'
import * as desks from '../../src/desk/escalations/desks.ts'

const [red, orange] = desks.startingLevels
const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map(({ type }) => type) : decision.refused.code

describe('desks and levels', () => {
  const desk = { id: 'youth', name: '未成年人专席', members: ['li', 'zhang', 'li'], acceptMinutes: 20 }
  const live = [{ desk: 'youth', level: 'orange', n: 1 }]
  test('members are people who work threads, each once', () => {
    expect(desks.saveDesk(desk, () => true)).toMatchObject({
      entries: [{ data: { members: ['li', 'zhang'] } }],
    })
    expect(desks.saveDesk(desk, (user) => user !== 'zhang')).toEqual({
      refused: { code: 'not_found', what: 'person', id: 'zhang' },
    })
  })
  test('the four of the start stay, and so does one with live matters', () => {
    for (const fixed of desks.startingDesks)
      expect(types(desks.removeDesk(fixed.id, fixed, []))).toBe('in_use')
    expect(types(desks.removeDesk('youth', desk, live))).toBe('in_use')
    expect(types(desks.removeDesk('youth', desk, []))).toEqual(['escalationDesk.removed'])
    expect(types(desks.removeDesk('youth', null, []))).toBe('not_found')
  })
  test('a level of a live matter does not vanish, and none is there twice', () => {
    expect(desks.changeLevels([red!], live)).toEqual({
      refused: { code: 'in_use', what: 'level', id: 'orange' },
    })
    expect(types(desks.changeLevels([red!, orange!], live))).toEqual(['escalationLevels.changed'])
    expect(desks.changeLevels([red!, red!], [])).toMatchObject({ refused: { code: 'already_there' } })
  })
})
