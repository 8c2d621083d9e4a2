import { gaps, type Stream } from './normalise.ts'
import type { Term } from './terms.ts'

/** What a term stands for: the number of a rule or of a discount's line. */
export type Target = number

interface Node {
  next: Map<number, Node>
  /** Terms that end here. */
  ends: Target[]
  /** Terms whose next part is looked for from here. */
  on: Tail[]
  /** The same by the character they begin with, made when first needed: many terms go on behind 我 or 想. */
  ahead: Ahead | null
}
interface Ahead {
  byFirst: Map<number, Tail[]>
  farthest: number
}
interface Tail {
  root: Node
  most: number
  acrossCommas: boolean
}

const node = (): Node => ({ next: new Map(), ends: [], on: [], ahead: null })

/** All terms in one tree, so that the time a message takes does not grow with the number of terms. */
export class Trie {
  readonly #root = node()

  add(term: Term, target: Target): void {
    const roots = term.map(node)
    term.forEach((part, p) => {
      const begins = term.slice(0, p).every(({ optional }) => optional)
      const ends = term.slice(p + 1).every(({ optional }) => optional)
      const on = tailsBehind(term, p, roots)
      for (const way of part.ways) {
        for (const root of begins ? [this.#root, ...(p > 0 ? [roots[p]!] : [])] : [roots[p]!]) {
          const last = grow(root, way)
          last.on.push(...on)
          if (ends && !last.ends.includes(target)) last.ends.push(target)
        }
      }
    })
  }

  /** Every place where a term stands: `found(target, start, end)` in the stream. */
  scan(stream: Stream, found: (target: Target, start: number, end: number) => void): void {
    const length = stream.chars.length
    for (let start = 0; start < length; start++) walk(this.#root, stream, start, start, found)
  }
}

function grow(root: Node, way: string): Node {
  let at = root
  for (let i = 0; i < way.length; i++) {
    const code = way.charCodeAt(i)
    let next = at.next.get(code)
    if (!next) {
      next = node()
      at.next.set(code, next)
    }
    at = next
  }
  return at
}

/** Where to look on behind part `p`: for the next part, and behind those that may be left out. */
function tailsBehind(term: Term, p: number, roots: readonly Node[]): Tail[] {
  const tails: Tail[] = []
  let most = 0
  let acrossCommas = false
  for (let q = p + 1; q < term.length; q++) {
    most = Math.max(most, term[q]!.most)
    acrossCommas ||= term[q]!.acrossCommas
    tails.push({ root: roots[q]!, most, acrossCommas })
    if (!term[q]!.optional) break
  }
  return tails
}

/** Follows the tree from `at`; a doubled character (自自杀) is passed over. */
function walk(
  root: Node,
  stream: Stream,
  start: number,
  at: number,
  found: (target: Target, start: number, end: number) => void,
): void {
  const { chars, gap } = stream
  let here: Node = root
  let before = -1
  let widest = 0
  let gapped = 0
  for (let i = at; i < chars.length; i++) {
    const code = chars.charCodeAt(i)
    const next = here.next.get(code)
    if (!next && code !== before) return
    if (i > at) {
      const between = gap[i]!
      if (between > widest) widest = between
      if (between > 0) gapped++
    }
    if (!next) continue
    here = next
    before = code
    if (here.ends.length === 0 && here.on.length === 0) continue
    const end = i + 1
    if (!together(stream, at, end, widest, gapped)) continue
    for (const target of here.ends) found(target, start, end)
    if (here.on.length > 0) follow(here, stream, start, end, found)
  }
}

function aheadOf({ on }: Node): Ahead {
  const byFirst = new Map<number, Tail[]>()
  for (const tail of new Set(on)) {
    for (const code of tail.root.next.keys()) byFirst.set(code, [...(byFirst.get(code) ?? []), tail])
  }
  return { byFirst, farthest: Math.max(...on.map(({ most }) => most)) }
}

function follow(
  here: Node,
  stream: Stream,
  start: number,
  from: number,
  found: (target: Target, start: number, end: number) => void,
): void {
  here.ahead ??= aheadOf(here)
  const { byFirst, farthest } = here.ahead
  const last = Math.min(from + farthest, stream.chars.length - 1)
  let comma = false
  for (let at = from; at <= last; at++) {
    if (stream.gap[at]! >= gaps.stop) return
    if (stream.gap[at]! >= gaps.comma) comma = true
    for (const tail of byFirst.get(stream.chars.charCodeAt(at)) ?? []) {
      if (at - from > tail.most || (comma && !tail.acrossCommas)) continue
      walk(tail.root, stream, start, at, found)
    }
  }
}

/**
 * Whether the characters belong together. Signs between them are a disguise (自/杀). A space, a comma or a full stop
 * usually ends a phrase (来自，杀毒软件), unless they stand between all of them and around them (自。杀。).
 */
function together(stream: Stream, start: number, end: number, widest: number, gapped: number): boolean {
  const { chars, gap } = stream
  if (!standsAlone(stream, start, end)) return false
  if (widest <= gaps.sign) return true
  const size = end - start
  if (widest === gaps.space && size >= 3) return true
  return gapped === size - 1 && (gap[start]! > 0 || start === 0 || gap[end]! > 0 || end === chars.length)
}

const isLatin = (code: number) => code >= 97 && code <= 122
const isDigit = (code: number) => code >= 48 && code <= 57

/** A term that begins or ends in letters or digits is not a part of a longer word or number. */
function standsAlone({ chars, gap }: Stream, start: number, end: number): boolean {
  const first = chars.charCodeAt(start)
  const last = chars.charCodeAt(end - 1)
  if (start > 0 && gap[start] === 0) {
    const left = chars.charCodeAt(start - 1)
    if ((isLatin(first) && isLatin(left)) || (isDigit(first) && isDigit(left))) return false
  }
  if (end < chars.length && gap[end] === 0) {
    const right = chars.charCodeAt(end)
    if ((isLatin(last) && isLatin(right)) || (isDigit(last) && isDigit(right))) return false
  }
  return true
}
