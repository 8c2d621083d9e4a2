import type { WarningType } from '../../contract/warnings.ts'
import {
  type Found,
  isName,
  labelledName,
  labelledType,
  nameIn,
  phoneIn,
  phonesIn,
  plain,
  typeOf,
} from './paste-fields.ts'
import { type Head, isHead, rowOf } from './paste-table.ts'

/**
 * What the anti-fraud centre sends, pasted as it came: labelled lines, sentences, tables, one notice or many. Pure.
 * Nothing vanishes: a line is part of a notice, or set aside with the reason. The officer reads it before it counts.
 */

export interface Notice {
  name: string | null
  phone: string | null
  type: WarningType
  /** What the notice says besides. */
  rest: string
  /** Its lines in the paste, from 1. */
  lines: number[]
}

/** Why a line is in no notice; the console has a sentence for each. */
export type AsideReason = 'not-a-notice' | 'table-head'

export interface ReadWarnings {
  notices: Notice[]
  aside: { line: number; text: string; reason: AsideReason }[]
}

interface Line {
  /** From 1. */
  number: number
  kept: string
  /** Same length, to be read. */
  match: string
  /** "1、": a number with which something begins; not part of the line. */
  numbering: string
}

interface Piece extends Line {
  phone: Found | null
  name: Found | null
  nameIsLabelled: boolean
  /** Nothing but a name. */
  nameIsAll: boolean
}

// Control codes and what the eye does not see are exactly what has to go here.
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const unseen = /[\u0000-\u0008\u000B-\u001F\u007F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g
const numbering =
  /^\s{0,20}(?:[(（]\d{1,3}[)）]|\d{1,3}(?:[、)）]|[.．:：](?!\d{1,4}(?:\D|$)))|[①-⑳]|[一二三四五六七八九十]{1,3}、)\s{0,4}/
/** A second number of the same person begins no notice of its own. */
const another = /备用|另一|其他|家属|亲属|配偶|子女|父母|儿子|女儿|丈夫|妻子|紧急联系/

export function readWarnings(text: string): ReadWarnings {
  const notices: Notice[] = []
  const aside: ReadWarnings['aside'] = []
  let head: Head | null = null
  let block: Piece[] = []
  const finish = () => {
    readBlock(block, notices, aside)
    block = []
  }
  for (const line of linesOf(text)) {
    if (line.match.trim() === '' && line.numbering === '') {
      finish()
      continue
    }
    const heading = isHead(line.match)
    if (heading) {
      finish()
      head = heading
      aside.push({ line: line.number, text: wordsOf(line), reason: 'table-head' })
      continue
    }
    const row = head && rowOf(head, line.kept, line.match)
    if (row) {
      finish()
      notices.push({ ...row, lines: [line.number] })
      continue
    }
    block.push(...piecesOf(line))
  }
  finish()
  return { notices, aside }
}

function linesOf(text: string): Line[] {
  return text
    .toWellFormed()
    .split(/\r\n|\n|\r/)
    .map((raw, index) => {
      const seen = raw.replace(unseen, '')
      const number = numbering.exec(seen)?.[0] ?? ''
      const kept = seen.slice(number.length)
      return { number: index + 1, kept, match: plain(kept), numbering: number }
    })
}

function piece(line: Line): Piece {
  const phone = phoneIn(line.match)
  const labelled = labelledName(line.match)
  const whole = line.match.trim()
  const at = line.match.indexOf(whole)
  const all = labelled === null && isName(whole) ? { value: whole, at, end: at + whole.length } : null
  return {
    ...line,
    phone,
    name: labelled ?? nameIn(line.match, phone) ?? all,
    nameIsLabelled: labelled !== null,
    nameIsAll: all !== null,
  }
}

/** One line with several people in it is cut between its sentences, where each then has a name and a phone. */
function piecesOf(line: Line): Piece[] {
  const whole = piece(line)
  if (phonesIn(line.match).length < 2) return [whole]
  const parts: Line[] = []
  let from = 0
  for (const { 0: sentence, index } of line.match.matchAll(/[^;。]{1,50000}[;。]?/g)) {
    const end = index + sentence.length
    const last = parts.at(-1)
    if (last && (phoneIn(sentence) === null || phoneIn(last.match) === null)) {
      last.kept = line.kept.slice(from, end)
      last.match = line.match.slice(from, end)
      continue
    }
    from = index
    const kept = line.kept.slice(from, end)
    parts.push({ ...line, kept, match: sentence, numbering: last ? ' ' : line.numbering })
  }
  const pieces = parts.map(piece)
  return pieces.length > 1 && pieces.every(({ phone, name }) => phone !== null && name !== null)
    ? pieces
    : [whole]
}

/** Lines without a blank one between them: cut where the next notice begins. */
function readBlock(block: readonly Piece[], notices: Notice[], aside: ReadWarnings['aside']): void {
  let present: Piece[] = []
  /** The notice just before in this block: what says nothing itself belongs to it. */
  let last: Piece[] | null = null
  const found: Piece[][] = []
  const finish = () => {
    if (present.length === 0) return
    if (isNotice(present)) {
      last = present
      found.push(present)
    } else if (last) last.push(...present)
    else
      for (const line of present)
        aside.push({ line: line.number, text: wordsOf(line), reason: 'not-a-notice' })
    present = []
  }
  const has = { phone: false, name: false }
  for (const line of block) {
    if (begins(line, has)) {
      finish()
      has.phone = false
      has.name = false
    }
    present.push(line)
    has.phone ||= line.phone !== null
    has.name ||= line.name !== null
  }
  finish()
  for (const lines of found) notices.push(noticeOf(lines))
}

function begins(line: Piece, has: { phone: boolean; name: boolean }): boolean {
  if (line.numbering !== '') return true
  if (has.phone && line.phone !== null) return !another.test(line.match)
  return has.name && (line.nameIsLabelled || line.nameIsAll)
}

function isNotice(lines: readonly Piece[]): boolean {
  if (lines.some(({ phone, nameIsLabelled }) => phone !== null || nameIsLabelled)) return true
  return lines.some(({ name }) => name !== null) && typeOfAll(lines) !== 'other'
}

function typeOfAll(lines: readonly Piece[]): WarningType {
  for (const { match } of lines) {
    const type = labelledType(match)
    if (type !== null) return type
  }
  return typeOf(lines.map(({ match }) => match).join('\n'))
}

function noticeOf(lines: readonly Piece[]): Notice {
  const phone = lines.find((line) => line.phone !== null) ?? null
  const named = lines.find((line) => line.nameIsLabelled) ?? lines.find((line) => line.name !== null) ?? null
  return {
    name: named?.name?.value ?? null,
    phone: phone?.phone?.value ?? null,
    type: typeOfAll(lines),
    rest: lines
      .map((line, at) => {
        const words = without(line, [line === named ? line.name : null, line === phone ? line.phone : null])
        return at === 0 ? words : `${line.numbering}${words}`.trim()
      })
      .filter((text) => text !== '')
      .join('\n'),
    lines: [...new Set(lines.map(({ number }) => number))],
  }
}

const wordsOf = ({ numbering: number, kept }: Line) => `${number}${kept}`.trim()

/** What was understood is not said twice, where it stands by itself; a sentence stays a sentence. */
function without(line: Piece, taken: readonly (Found | null)[]): string {
  const found = taken.filter((each) => each !== null).sort((a, b) => a.at - b.at)
  const apart = found.every(({ at, end }) => isEdge(line.match[at - 1]) && isEdge(line.match[end]))
  if (!apart) return line.kept.trim()
  const parts: string[] = []
  let from = 0
  for (const { at, end } of found) {
    parts.push(line.kept.slice(from, at))
    from = Math.max(from, end)
  }
  parts.push(line.kept.slice(from))
  return parts
    .map(tidy)
    .filter((part) => part !== '')
    .join('，')
}

const isEdge = (char: string | undefined) => char === undefined || /[\s,;、|。]/.test(char)
const isBetween = (char: string) => /[\s,;、|，；。]/.test(char)

/** By hand: a pattern for the end of a text tries again at every blank of it. */
function tidy(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBetween(text[from]!)) from += 1
  while (to > from && isBetween(text[to - 1]!)) to -= 1
  return text.slice(from, to)
}
