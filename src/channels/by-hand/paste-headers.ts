/**
 * Finds the header lines ("三组 王桂兰  14:05") in a paste.
 *
 * A resident's own words may look like one ("明天 14:05", "开会 14:30"), and cutting a message in two is
 * worse than leaving two together: the officer sees joined text in the preview, but would not miss a tail
 * that went to somebody else. So a line becomes a header only when nothing speaks against it:
 *
 *  - the time ends the line ("明天 14:05 见" is text) and is set off from the name by a space;
 *  - the name is not a word of time or half a sentence ("明天", "定在", "通话时长");
 *  - where the paste parts its messages with blank lines, a header has one before it. That also stops a
 *    resident from writing an officer's answer into his own message without one;
 *  - it is in order: a selection runs from old to new, so "开会 14:30" inside a message of 9:10 that is
 *    followed by one of 9:12 is text. Names that are surely names, and full dates after a blank line, are
 *    excused, because officers paste several selections one below the other;
 *  - text follows it, and it does not leave the header before it without any.
 *
 * The first line of the paste is a header if it can be one at all: what was selected begins with a message.
 */

import { notice, placeholderKind } from './paste-kinds.ts'
import { type Line, separatorDay, tidyName } from './paste-lines.ts'
import { type NameLikeness, nameLikeness } from './paste-names.ts'
import { type Day, timeAtEnd } from './paste-time.ts'

export interface Header {
  /** Index of the name's line, and of the header's last line (the time's, where it stands apart). */
  first: number
  last: number
  name: string
  /** Milliseconds UTC; null in the "name:" form, which carries no clock. */
  at: number | null
  exact: boolean
  /** The day of the date separator above, if any. */
  under: Day | null
}

interface Candidate extends Header {
  at: number
  twoLines: boolean
  hasYear: boolean
  /** A blank line, a separator or nothing at all stands before. */
  apart: boolean
  /** 3 one of our own names, 2 seen again in this paste, 1 looks like a registered name, 0 could be anything. */
  trust: 0 | 1 | 2 | 3
  likeness: NameLikeness
}

const NAME_LENGTH = 40
/** No header is longer; a longer line is not even looked at. */
const HEADER_LENGTH = 120

/** Every header of the paste, in order. */
export function findHeaders(lines: Line[], now: number, ownNames: ReadonlySet<string>): Header[] {
  const accepted = choose(candidates(lines, now, ownNames), lines)
  return accepted.length > 0 ? accepted : colonHeaders(lines, now, ownNames)
}

function candidates(lines: Line[], now: number, ownNames: ReadonlySet<string>): Candidate[] {
  const found: Candidate[] = []
  let under: Day | null = null
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.blank) continue
    under = dayOpenedBy(lines, i, now) ?? under
    const time = line.match.length <= HEADER_LENGTH ? timeAtEnd(line.match, now, under) : null
    if (!time) continue
    let first = i
    let name = tidyName(line.text.slice(0, time.from))
    if (name === '' && found.at(-1)?.last !== i - 1) {
      const above = lines[i - 1]
      if (!above || above.text.length > HEADER_LENGTH || separatorDay(above, now)) continue
      first = i - 1
      name = tidyName(above.text)
    }
    name = withoutColon(name)
    if (name === '' || [...name].length > NAME_LENGTH || placeholderKind(name)) continue
    const apart = standsApart(lines[first - 1], now)
    found.push({
      first,
      last: i,
      name,
      ...time,
      under,
      twoLines: first < i,
      apart,
      trust: 0,
      likeness: 'possible',
    })
  }
  const seen = new Map<string, number>()
  const likenesses = new Map<string, NameLikeness>()
  for (const { name } of found) {
    seen.set(name, (seen.get(name) ?? 0) + 1)
    if (!likenesses.has(name)) likenesses.set(name, nameLikeness(name))
  }
  for (const c of found) {
    c.likeness = likenesses.get(c.name)!
    if (ownNames.has(c.name)) c.trust = 3
    else if (seen.get(c.name)! > 1) c.trust = 2
    else if (c.likeness === 'registered') c.trust = 1
  }
  return found
}

/** A date separator whose next line could be a header; a line of dashes and a date inside a text opens no day. */
function dayOpenedBy(lines: Line[], index: number, now: number): Day | null {
  const day = separatorDay(lines[index]!, now)
  if (!day) return null
  let next = index + 1
  while (lines[next]?.blank) next++
  const couldHead = (line: Line | undefined) =>
    line !== undefined && (timeAtEnd(line.match, now, day) !== null || /: *$/.test(line.match))
  return couldHead(lines[next]) || couldHead(lines[next + 1]) ? day : null
}

/** Nothing, a blank line, a date separator or a recall notice above: no text the line could belong to. */
const standsApart = (above: Line | undefined, now: number): boolean =>
  !above || above.blank || separatorDay(above, now) !== null || notice(above.text)?.quoted === true

const withoutColon = (name: string): string => name.replace(/\s*[:：]$/, '')

function choose(found: Candidate[], lines: Line[]): Candidate[] {
  const opening = lines.findIndex((line) => !line.blank)
  const begins = (c: Candidate) => c.first === opening
  const possible = found.filter((c) => begins(c) || couldBeName(c))

  const later = possible.filter((c) => !begins(c))
  const apartCount = later.filter((c) => c.apart).length
  const partedByBlankLines = apartCount >= 2 && apartCount > later.length / 2
  const model = possible.find((c) => begins(c) || c.apart || c.trust > 0) ?? possible[0]
  const nextSure = nextSureTimes(possible)

  const accepted: Candidate[] = []
  for (let i = 0; i < possible.length; i++) {
    const c = possible[i]!
    const previous = accepted.at(-1)
    if (!begins(c)) {
      if (!c.apart && (partedByBlankLines || (c.trust === 0 && apartCount > 0))) continue
      if (!c.apart && c.trust < 2 && !sameShape(c, model!)) continue
      const excused = c.trust >= 2 || (c.apart && (c.trust === 1 || c.hasYear))
      const outOfOrder = (previous && c.at < previous.at) || c.at > nextSure[i]!
      if (outOfOrder && !excused) continue
      if (!c.apart && c.trust === 0) {
        const next = possible[i + 1]
        if (!textBetween(lines, c.last, next ? next.first : lines.length)) continue
        if (previous && !textBetween(lines, previous.last, c.first)) continue
      }
    }
    accepted.push(c)
  }
  return accepted
}

function couldBeName(c: Candidate): boolean {
  if (c.trust === 3) return true
  if (c.likeness === 'time word') return c.apart && (c.hasYear || c.trust === 2)
  if (c.likeness === 'half sentence') return c.trust === 2 || (c.apart && c.hasYear)
  return true
}

const sameShape = (a: Candidate, b: Candidate): boolean =>
  a.twoLines === b.twoLines && a.hasYear === b.hasYear

/** For each candidate, the time of the next one whose name is beyond doubt. */
function nextSureTimes(possible: Candidate[]): number[] {
  const times = new Array<number>(possible.length)
  let next = Number.POSITIVE_INFINITY
  for (let i = possible.length - 1; i >= 0; i--) {
    times[i] = next
    if (possible[i]!.trust >= 2) next = possible[i]!.at
  }
  return times
}

function textBetween(lines: Line[], last: number, first: number): boolean {
  for (let i = last + 1; i < first; i++) if (!lines[i]!.blank) return true
  return false
}

/**
 * The "name:" form some versions copy, without any time. Only where the paste has no timed header and its
 * first line is such a name; a later one needs a blank line before it and must not read like a label
 * ("地址：") or an announcement ("材料如下："), unless that name has spoken before.
 */
function colonHeaders(lines: Line[], now: number, ownNames: ReadonlySet<string>): Header[] {
  const found: Header[] = []
  const spoke = new Set<string>(ownNames)
  let under: Day | null = null
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.blank) continue
    const day = dayOpenedBy(lines, i, now)
    under = day ?? under
    if (day) continue
    const name = /[:：]\s*$/.test(line.text) ? withoutColon(tidyName(line.text)) : ''
    const apart = standsApart(lines[i - 1], now)
    const likeness = nameLikeness(name)
    const isName =
      name !== '' &&
      [...name].length <= NAME_LENGTH &&
      (spoke.has(name) ||
        (apart && likeness !== 'half sentence' && likeness !== 'time word' && likeness !== 'label'))
    if (isName) {
      spoke.add(name)
      found.push({ first: i, last: i, name, at: null, exact: false, under })
    } else if (found.length === 0) {
      return []
    }
  }
  return found
}
