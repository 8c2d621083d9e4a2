import type { Lexicon } from './lexicon.ts'
import { normalise } from './normalise.ts'

/** A term of the lexicon spelt out: its parts in order, each with all ways to write it. */
export type Term = Part[]
export interface Part {
  ways: string[]
  optional: boolean
  /** How many characters behind the part before it may begin, and whether a comma may lie between. */
  most: number
  acrossCommas: boolean
}

type Lists = Lexicon['lists']

/** Beyond this many ways a term is looked for in two parts, one right behind the other. */
const manyWays = 200
const tooManyWays = 20_000

function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return i
  }
  throw new Error(`"${text}": a bracket is not closed`)
}

/** Splits at the top level only: the `|` of an inner bracket belongs to it. */
function choices(inside: string): string[] {
  const found = ['']
  let depth = 0
  for (const sign of inside) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign === '|' && depth === 0) found.push('')
    else found[found.length - 1] += sign
  }
  return found
}

/** `(a|b|)`, `{list}`, or plain characters up to the next of these, each with all ways to write it. */
function elements(text: string, lists: Lists, depth: number): string[][] {
  if (depth > 6) throw new Error(`"${text}": lists within lists too deep, or in a circle`)
  const found: string[][] = []
  for (let i = 0; i < text.length; ) {
    if (text[i] === '{') {
      const end = text.indexOf('}', i)
      const list = lists[text.slice(i + 1, end)]
      if (end < 0 || !list) throw new Error(`"${text}": there is no list "${text.slice(i + 1, end)}"`)
      found.push(list.words.flatMap((word) => spell(word, lists, depth + 1)))
      i = end + 1
    } else if (text[i] === '(') {
      const end = closing(text, i)
      found.push(choices(text.slice(i + 1, end)).flatMap((choice) => spell(choice, lists, depth + 1)))
      i = end + 1
    } else {
      const next = text.slice(i).search(/[{(]/)
      const end = next < 0 ? text.length : i + next
      found.push([text.slice(i, end)])
      i = end
    }
  }
  return found
}

function product(left: string[], right: string[], text: string): string[] {
  if (left.length * right.length > tooManyWays) throw new Error(`"${text}": more than ${tooManyWays} ways`)
  return left.flatMap((one) => right.map((other) => one + other))
}

/** All ways to write `text`, lists and choices filled in. */
export function spell(text: string, lists: Lists, depth = 0): string[] {
  const all = elements(text, lists, depth).reduce((ways, more) => product(ways, more, text), [''])
  return [...new Set(all)]
}

/** One piece between two `…`: in several parts where spelling it out whole would be thousands of words. */
function pieceParts(piece: string, lists: Lists, readAs: ReadonlyMap<string, string>): string[][] {
  const parts = [['']]
  for (const element of elements(piece, lists, 0)) {
    const more = element.map((way) => normalise(way, readAs).chars)
    const ways = parts[parts.length - 1]!
    if (ways.length * more.length > manyWays) parts.push([...new Set(more)])
    else parts[parts.length - 1] = [...new Set(product(ways, more, piece))]
  }
  return parts
}

export function readTerm(text: string, lists: Lists, readAs: ReadonlyMap<string, string>): Term {
  const term: Term = []
  let gap = ''
  for (const piece of text.split(/(…+)/)) {
    if (piece.startsWith('…')) {
      gap = piece
      continue
    }
    for (const ways of pieceParts(piece, lists, readAs)) {
      term.push({
        ways: ways.filter((way) => way !== ''),
        optional: ways.includes(''),
        most: gap === '' ? 0 : gap === '…' ? 6 : 16,
        acrossCommas: gap.length > 1,
      })
      gap = ''
    }
  }
  if (term.every(({ optional }) => optional)) throw new Error(`"${text}": nothing to look for`)
  return term
}

/** A term with `…` in its choices is as many terms as there are such choices: `(a|…b)c` is `ac` and `…bc`. */
export function variants(text: string): string[] {
  const open = [...text].findIndex((sign, i) => sign === '(' && text.slice(i, closing(text, i)).includes('…'))
  if (open < 0) return [text.replace(/^…+|…+$/g, '')].filter((one) => one !== '')
  const end = closing(text, open)
  const [head, inside, rest] = [text.slice(0, open), text.slice(open + 1, end), text.slice(end + 1)]
  const gapped = choices(inside).filter((choice) => choice.includes('…'))
  const plain = choices(inside).filter((choice) => !choice.includes('…'))
  const ways = [...gapped, ...(plain.length > 0 ? [`(${plain.join('|')})`] : [])]
  return ways.flatMap((way) => variants(head + way + rest))
}
