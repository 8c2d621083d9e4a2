import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assumed, sending } from '../../src/channels/wecom/facts.ts'
import {
  endElsewhere,
  isServed,
  learntOf,
  picksUp,
  type ServiceState,
  unleavable,
  unsendable,
  windowOf,
} from '../../src/desk/service/rules.ts'
import * as then from '../../src/desk/service/window.ts'
import { unwritten, type WindowState } from '../../src/desk/service/window.ts'
import type { ThreadState } from '../../src/desk/threads/thread.ts'

const monday = Date.parse('2026-11-23T02:00:00.000Z')
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const iso = (ms: number) => new Date(ms).toISOString()

type Happening = (state: WindowState) => WindowState
const writes =
  (at: number): Happening =>
  (state) =>
    then.heard(state, monday + at)
const sends =
  (message: number): Happening =>
  (state) =>
    then.sent(state, message)
const taken =
  (message: number, at: number): Happening =>
  (state) =>
    then.accepted(state, message, monday + at)
const fails =
  (message: number, at: number, how: Partial<Parameters<typeof then.failed>[2]> = {}): Happening =>
  (state) =>
    then.failed(state, message, { at: monday + at, taken: false, learnt: undefined, ...how })
const ends =
  (at: number): Happening =>
  (state) =>
    then.ended(state, monday + at)

const given = (...happened: Happening[]): WindowState =>
  happened.reduce((state, happen) => happen(state), unwritten)
const window = (at: number, ...happened: Happening[]) => windowOf(given(...happened), monday + at)
const left = (...happened: Happening[]) => window(hour, ...happened).left

const many = (count: number, from = 1) => [...Array(count).keys()].map((n) => sends(from + n))

test('a word told after the end of a conversation, in the same whole second, is the resident’s next word', () => {
  const at = monday + 900
  const over = then.ended(then.heard(unwritten, monday - hour), at)
  expect(windowOf(over, at).state).toBe('ended')
  expect(windowOf(then.heard(over, monday), at).state).toBe('open')
  expect(windowOf(then.heard(over, monday - 1_000), at).state).toBe('ended')
})

describe('five messages within 48 hours of the resident’s last word', () => {
  test('nothing may be sent before they have written', () => {
    expect(window(0)).toEqual({ state: 'unwritten', left: 0, of: 5, until: null })
    expect(window(0, sends(1))).toMatchObject({ state: 'unwritten', left: 0 })
  })
  test('their first word opens the window: five, for 48 hours', () => {
    expect(window(0, writes(0))).toEqual({ state: 'open', left: 5, of: 5, until: iso(monday + 48 * hour) })
  })
  test('each message of the desk takes one place, from the moment it is queued', () => {
    expect(left(writes(0), sends(1))).toBe(4)
    expect(left(writes(0), sends(1), taken(1, minute))).toBe(4)
    expect(left(writes(0), ...many(4))).toBe(1)
  })
  test('with the fifth it is spent, and no time is told', () => {
    expect(window(hour, writes(0), ...many(5))).toEqual({ state: 'spent', left: 0, of: 5, until: null })
    expect(window(hour, writes(0), ...many(7))).toMatchObject({ state: 'spent', left: 0 })
  })
  test('it is open until 48 hours are over, to the second', () => {
    expect(window(48 * hour - 1, writes(0))).toMatchObject({ state: 'open', left: 5 })
    expect(window(48 * hour, writes(0))).toEqual({ state: 'expired', left: 0, of: 5, until: null })
  })
  test('a window both spent and over is over: waiting brings nothing', () => {
    expect(window(48 * hour, writes(0), ...many(5))).toMatchObject({ state: 'expired' })
  })
  test('each word of theirs restores both', () => {
    const after = window(
      50 * hour,
      writes(0),
      ...many(5),
      ...[1, 2, 3, 4, 5].map((n) => taken(n, n)),
      writes(47 * hour),
    )
    expect(after).toEqual({ state: 'open', left: 5, of: 5, until: iso(monday + 95 * hour) })
  })
})

describe('in whatever order the channel delivers', () => {
  test('an older word that comes late changes nothing', () => {
    const state = given(writes(hour), sends(1), taken(1, 2 * hour))
    expect(then.heard(state, monday)).toBe(state)
  })
  test('what was taken after their newest word counts, though the desk hears of that word later', () => {
    expect(
      left(writes(0), sends(1), taken(1, 10 * minute), sends(2), taken(2, 30 * minute), writes(20 * minute)),
    ).toBe(4)
  })
  test('what is queued while they write has not left yet, and counts', () => {
    expect(left(writes(0), sends(1), writes(10 * minute))).toBe(4)
    expect(left(writes(0), sends(1), writes(10 * minute), taken(1, 11 * minute))).toBe(4)
  })
  test('a clock of the desk that is behind gives no place too many', () => {
    expect(left(writes(0), sends(1), taken(1, -10 * minute))).toBe(4)
  })
})

describe('a message that does not arrive', () => {
  test('gives its place back when it was refused', () => {
    expect(left(writes(0), sends(1), fails(1, minute))).toBe(5)
  })
  test('does not when the channel had taken it', () => {
    expect(left(writes(0), sends(1), taken(1, minute), fails(1, 2 * minute))).toBe(4)
    expect(left(writes(0), sends(1), fails(1, 2 * minute, { taken: true }))).toBe(4)
  })
  test('takes another place when an officer sends it again', () => {
    expect(left(writes(0), sends(1), fails(1, minute), sends(1))).toBe(4)
    expect(left(writes(0), sends(1), taken(1, minute), fails(1, 2 * minute), sends(1))).toBe(3)
    expect(
      left(writes(0), sends(1), taken(1, minute), fails(1, 2 * minute), sends(1), fails(1, 3 * minute)),
    ).toBe(4)
  })
})

describe('what the channel’s refusal teaches', () => {
  test('closes the window although places were left by this count', () => {
    expect(window(hour, writes(0), sends(1), fails(1, minute, { learnt: 'windowSpent' }))).toMatchObject({
      state: 'spent',
    })
    expect(window(hour, writes(0), sends(1), fails(1, minute, { learnt: 'windowExpired' }))).toMatchObject({
      state: 'expired',
    })
  })
  test('is forgotten with their next word', () => {
    const taught = [writes(0), sends(1), fails(1, minute, { learnt: 'windowSpent' })]
    expect(window(hour, ...taught, writes(2 * minute))).toMatchObject({ state: 'open', left: 5 })
  })
  test('says nothing any more once they have written since', () => {
    const late = [writes(0), sends(1), taken(1, minute), writes(5 * minute)]
    expect(window(hour, ...late, fails(1, 6 * minute, { taken: true, learnt: 'windowSpent' }))).toMatchObject(
      { state: 'open', left: 5 },
    )
  })
  test('that a colleague serves them leaves the count alone', () => {
    expect(left(writes(0), sends(1), fails(1, minute, { learnt: 'elsewhere' }))).toBe(5)
  })
  test('is read from the reasons of late failures too', () => {
    expect(['fail_6', 'fail_4', 'fail_5', 'ended', 'fail_10', 'busy'].map(learntOf)).toEqual([
      'windowSpent',
      'windowExpired',
      'windowExpired',
      'windowExpired',
      undefined,
      undefined,
    ])
  })
})

describe('after a colleague has ended the conversation', () => {
  test('the next word is the resident’s', () => {
    expect(window(hour, writes(0), ends(minute))).toEqual({ state: 'ended', left: 0, of: 5, until: null })
    expect(window(hour, writes(0), ends(minute), writes(2 * minute))).toMatchObject({
      state: 'open',
      left: 5,
    })
  })
  test('a word said after it opens the window, whichever is told first', () => {
    expect(window(hour, writes(0), writes(2 * minute), ends(minute))).toMatchObject({ state: 'open' })
    expect(window(hour, ends(minute), writes(0))).toMatchObject({ state: 'ended' })
  })
  test('it is the desk’s again where the channel says so', () => {
    expect(windowOf(then.resumed(given(writes(0), ends(minute))), monday)).toMatchObject({ state: 'open' })
  })
})

describe('whatever happens in whatever order', () => {
  type Fact =
    | { what: 'writes'; at: number }
    | { what: 'sends' }
    | { what: 'taken'; which: number; at: number }
    | { what: 'fails'; which: number; taken: boolean }
  const time = fc.integer({ min: 0, max: 40 }).map((minutes) => monday + minutes * minute)
  const which = fc.nat({ max: 30 })
  const fact: fc.Arbitrary<Fact> = fc.oneof(
    fc.record({ what: fc.constant('writes' as const), at: time }),
    fc.record({ what: fc.constant('sends' as const) }),
    fc.record({ what: fc.constant('taken' as const), which, at: time }),
    fc.record({ what: fc.constant('fails' as const), which, taken: fc.boolean() }),
  )
  /** One message at a time: it is sent, then taken or not, then perhaps lost, then perhaps sent again. */
  interface Sent {
    message: number
    /** Places in the story. */
    from: number
    takenAt: number | null
    takenIn: number | null
    refused: boolean
  }

  /** Reads the whole story each time: what was sent, minus what was refused, minus what a newer word has freed. */
  function straightforward(facts: readonly Fact[]): { left: number; heardAt: number | null } {
    const sent: Sent[] = []
    const words: { place: number; at: number }[] = []
    for (const [place, fact] of facts.entries()) {
      if (fact.what === 'writes') words.push({ place, at: fact.at })
      else if (fact.what === 'sends')
        sent.push({ message: sent.length, from: place, takenAt: null, takenIn: null, refused: false })
      else {
        const one = sent[fact.which % Math.max(1, sent.length)]
        if (!one || one.refused || one.takenIn !== null) continue
        if (fact.what === 'taken') Object.assign(one, { takenAt: fact.at, takenIn: place })
        else if (fact.taken) Object.assign(one, { takenAt: monday + 20 * minute, takenIn: place })
        else one.refused = true
      }
    }
    const newest = words.filter(({ place, at }) => words.every((w) => w.place >= place || w.at <= at))
    const frees = ({ takenAt, takenIn }: Sent) =>
      newest.some(({ place, at }) => takenIn !== null && place > takenIn && (takenAt as number) <= at)
    const counted = sent.filter((one) => !one.refused && !frees(one)).length
    return { left: Math.max(0, 5 - counted), heardAt: newest.at(-1)?.at ?? null }
  }

  function evolved(facts: readonly Fact[]): WindowState {
    let state = unwritten
    let messages = 0
    for (const fact of facts) {
      if (fact.what === 'writes') state = then.heard(state, fact.at)
      else if (fact.what === 'sends') {
        state = then.sent(state, messages)
        messages += 1
      } else if (messages > 0) {
        const message = fact.which % messages
        if (fact.what === 'taken') state = then.accepted(state, message, fact.at)
        else {
          const how = { at: monday + 20 * minute, taken: fact.taken, learnt: undefined }
          state = then.failed(state, message, how)
        }
      }
    }
    return state
  }

  test('the count stays between none and five, and is what reading the whole story gives', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 60 }), (facts) => {
        const shown = windowOf(evolved(facts), monday + 41 * minute)
        const { left, heardAt } = straightforward(facts)
        expect(shown.left).toBeGreaterThanOrEqual(0)
        expect(shown.left).toBeLessThanOrEqual(5)
        expect(shown.left).toBe(heardAt === null ? 0 : left)
        expect(shown.state).toBe(heardAt === null ? 'unwritten' : left > 0 ? 'open' : 'spent')
      }),
      { numRuns: 2_000, seed: 5 },
    )
  })
})

test('what is taken for true where the official text is silent stands in one place', () => {
  expect(sending).toMatchObject({ window: 48 * hour, messagesPerWindow: 5, textBytes: 2048 })
  expect(assumed).toMatchObject({
    inboundRestoresAll: true,
    menuClickRestores: true,
    enteringRestores: false,
    systemMessageRestores: false,
    colleagueMessagesCount: false,
    idleSessionEndsSilently: true,
    sendInEndedState: 95013,
  })
})

describe('who serves a resident in the WeCom client', () => {
  const service = (over: Partial<ServiceState> = {}): ServiceState => ({
    state: 'colleague',
    colleague: 'wanghong',
    since: monday,
    at: monday,
    wordAt: monday,
    endAsked: null,
    ...over,
  })
  test('somebody does while a colleague has them, while they queue for one, and while it is not known who', () => {
    const states = (['desk', 'waiting', 'colleague', 'unsure', 'ended'] as const).filter((state) =>
      isServed(service({ state }), monday),
    )
    expect(states).toEqual(['waiting', 'colleague', 'unsure'])
    expect(isServed(null, monday)).toBe(false)
  })
  test('48 hours without a word from either side end it silently', () => {
    const at = monday + 48 * hour
    expect(isServed(service(), at - 1)).toBe(true)
    expect(isServed(service(), at)).toBe(false)
    expect(isServed(service({ wordAt: monday + hour }), at)).toBe(true)
  })

  const open = { state: 'open', left: 3, of: 5, until: iso(monday + hour) } as const
  const served = { colleague: 'wanghong', name: '王红', since: iso(monday) }
  test('nothing is sent over their head, whatever the window says', () => {
    expect(unsendable({ window: open, served }, '在')).toEqual({ code: 'served_elsewhere', ...served })
    expect(unsendable({ window: { ...open, state: 'spent' }, served }, '在')).toMatchObject({
      code: 'served_elsewhere',
    })
  })
  test('nothing is sent through a window that is not open', () => {
    for (const state of ['spent', 'expired', 'ended', 'unwritten'] as const) {
      const shut = { state, left: 0, of: 5, until: null }
      expect(unsendable({ window: shut, served: null }, '在')).toEqual({
        code: 'window_closed',
        window: shut,
      })
    }
    expect(unsendable({ window: open, served: null }, '在')).toBeNull()
    expect(unsendable(null, '在')).toBeNull()
  })
  test('a text longer than 2048 bytes is refused and not cut; a file has no such length', () => {
    const reach = { window: open, served: null }
    expect(unsendable(reach, 'a'.repeat(2048))).toBeNull()
    expect(unsendable(reach, '警'.repeat(683))).toEqual({ code: 'too_long', mostBytes: 2048, bytes: 2049 })
    expect(unsendable(reach, null)).toBeNull()
  })
  test('what is queued leaves no more once the window closes by time, by a colleague, or by what was learnt', () => {
    const full = given(writes(0), ...many(5))
    expect(unleavable(full, false, monday + hour)).toBeNull()
    expect(unleavable(full, true, monday + hour)).toBe('elsewhere')
    expect(unleavable(full, false, monday + 48 * hour)).toBe('windowExpired')
    expect(unleavable({ ...full, learnt: 'spent' }, false, monday + hour)).toBe('windowSpent')
    expect(unleavable(then.ended(full, monday + minute), false, monday + hour)).toBe('ended')
  })

  const thread = (over: Partial<ThreadState> = {}) =>
    ({
      id: 't',
      closed_at: null,
      holder: null,
      held_since: null,
      snoozed_until: null,
      ...over,
    }) as ThreadState
  const types = (drafts: ReturnType<typeof picksUp>) => drafts.map(({ type }) => type)
  describe('and is an officer of this desk', () => {
    const wang = { user: 'wang', mayHold: true }
    test('holds the free thread from then on', () => {
      expect(picksUp(thread(), wang)).toMatchObject([
        { type: 'thread.claimed', data: { holder: 'wang', via: 'wecom' } },
      ])
      expect(types(picksUp(thread({ snoozed_until: monday }), wang))).toEqual([
        'thread.woken',
        'thread.claimed',
      ])
    })
    test('takes it out of nobody’s hands, and reopens nothing', () => {
      expect(picksUp(thread({ holder: 'li' }), wang)).toEqual([])
      expect(picksUp(thread({ closed_at: monday }), wang)).toEqual([])
      expect(picksUp(null, wang)).toEqual([])
    })
    test('holds nothing off shift, or what they may not read; nor does somebody the desk does not know', () => {
      expect(picksUp(thread(), { user: 'wang', mayHold: false })).toEqual([])
      expect(picksUp(thread(), null)).toEqual([])
    })
  })

  describe('can be asked to let go', () => {
    const zhang = { user: 'zhang', role: 'officer' }
    const chief = { user: 'chief', role: 'supervisor' }
    const facts = { service: service(), served: true }
    test('by the holder, by anybody of a free thread, by a supervisor; the reason is on record', () => {
      for (const [holder, by] of [
        ['zhang', zhang],
        [null, zhang],
        ['zhang', chief],
      ] as const) {
        expect(endElsewhere(thread({ holder }), by, facts, '居民在等')).toMatchObject({
          entries: [
            {
              type: 'service.endAsked',
              subject: 't',
              data: { colleague: 'wanghong' },
              content: { reason: '居民在等' },
            },
          ],
        })
      }
    })
    test('not over the head of whoever holds the thread', () => {
      expect(endElsewhere(thread({ holder: 'li', held_since: monday }), zhang, facts, '急')).toMatchObject({
        refused: { code: 'not_holder', holder: 'li', since: iso(monday) },
      })
    })
    test('once, and only while somebody serves them', () => {
      expect(
        endElsewhere(thread(), zhang, { ...facts, service: service({ endAsked: 9 }) }, '急'),
      ).toMatchObject({ refused: { code: 'busy' } })
      expect(endElsewhere(thread(), zhang, { ...facts, served: false }, '急')).toMatchObject({
        refused: { code: 'nothing_to_do' },
      })
    })
  })
})

describe('a machine whose clock is not the channel’s', () => {
  test('judges the window by the channel’s, and tells its end by its own', () => {
    for (const ahead of [48 * hour, -48 * hour]) {
      const at = (ms: number) => windowOf(given(writes(0)), monday + ms + ahead, ahead)
      expect(at(0)).toMatchObject({ state: 'open', left: 5, until: iso(monday + sending.window + ahead) })
      expect(at(sending.window - 1).state).toBe('open')
      expect(at(sending.window).state).toBe('expired')
      expect(unleavable(given(writes(0)), false, monday + hour + ahead, ahead)).toBeNull()
      expect(unleavable(given(writes(0)), false, monday + sending.window + ahead, ahead)).toBe(
        'windowExpired',
      )
    }
  })
})
