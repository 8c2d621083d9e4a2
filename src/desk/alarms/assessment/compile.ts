import type { AlarmKind, StationEdits } from '../../../contract/alarms.ts'
import type { Combination, Discount, Lexicon } from './lexicon.ts'
import { normalise } from './normalise.ts'
import { readTerm, type Term, variants } from './terms.ts'
import { Trie } from './trie.ts'

/** A rule as the assessment uses it; the station's own words are rules as well. */
export interface Ready {
  id: string
  kind: AlarmKind
  class: string
  weight: number
  anyLength: boolean
  /** Counts only in messages up to this length. */
  upTo: number
  /** Which discounts may apply, by their number. */
  discounts: number[]
}

/** The lines of a discount that hold terms. */
export const roles = ['phrases', 'before', 'after', 'near', 'between', 'message', 'unless', 'lifted'] as const

export interface Compiled {
  version: string
  kinds: Lexicon['kinds']
  rules: Ready[]
  combinations: Combination[]
  discounts: Discount[]
  trie: Trie
  emoji: Map<string, number[]>
  numbers: { least: number; most: number; rule: number }[]
  readAs: ReadonlyMap<string, string>
  /** Targets from here on are lines of a discount: its number × roles + role. */
  firstLine: number
}

export const ordinary: Discount = {
  id: 'ordinary',
  zh: '本所设为日常用语',
  en: 'set as an ordinary phrase by the station',
  keep: 0,
}

function applies(discount: Discount, rule: { id: string; kind: AlarmKind; class: string }): boolean {
  if (discount.kinds && !discount.kinds.includes(rule.kind)) return false
  return !discount.for || discount.for.includes(rule.class) || discount.for.includes(rule.id)
}

/** A station's word reaches its strength alone; a dispute only ever marks. */
function stationRules(lexicon: Lexicon, edits: StationEdits, ordinaryAt: number) {
  return edits.words.map(({ id, kind, strength, words }) => {
    const { thresholds, neverRings } = lexicon.kinds[kind]
    const weight = strength === 'ring' && !neverRings ? thresholds.ring : thresholds.watch
    const always = { anyLength: true, upTo: Number.POSITIVE_INFINITY, discounts: [ordinaryAt] }
    const ready: Ready = { id, kind, class: `station.${id}`, weight, ...always }
    return { ready, words }
  })
}

/** A phrase typed by a person is taken as it stands: no signs in it mean anything. */
function literal(words: string, readAs: ReadonlyMap<string, string>): Term | null {
  const { chars } = normalise(words, readAs)
  return chars === '' ? null : [{ ways: [chars], optional: false, most: 0, acrossCommas: false }]
}

export function compiled(lexicon: Lexicon, edits: StationEdits, version: string): Compiled {
  const readAs = new Map(lexicon.characters.map((pair) => [...pair] as [string, string]))
  const trie = new Trie()
  const emoji = new Map<string, number[]>()
  const numbers: Compiled['numbers'] = []
  const discounts = [...lexicon.discounts, ordinary]
  const silenced = new Set(edits.silenced)
  const rules: Ready[] = []

  const named = (place: string, work: () => void) => {
    try {
      work()
    } catch (error) {
      throw new Error(`lexicon: ${place}: ${(error as Error).message}`)
    }
  }
  const add = (text: string, target: number) => {
    for (const way of variants(text)) trie.add(readTerm(way, lexicon.lists, readAs), target)
  }
  for (const { terms, emoji: signs, digits, ...rule } of lexicon.rules) {
    if (silenced.has(rule.id)) continue
    const number = rules.length
    rules.push({
      id: rule.id,
      kind: rule.kind,
      class: rule.class,
      weight: rule.weight,
      anyLength: rule.anyLength ?? false,
      upTo: rule.upTo ?? Number.POSITIVE_INFINITY,
      discounts: discounts.flatMap((discount, i) => (applies(discount, rule) ? [i] : [])),
    })
    named(rule.id, () => {
      for (const text of terms) add(text, number)
    })
    if (digits) numbers.push({ ...digits, rule: number })
    for (const sign of signs ?? []) emoji.set(sign, [...(emoji.get(sign) ?? []), number])
  }
  for (const { ready, words } of stationRules(lexicon, edits, discounts.length - 1)) {
    const number = rules.push(ready) - 1
    for (const text of words) {
      const term = literal(text, readAs)
      if (term) trie.add(term, number)
    }
  }

  const firstLine = rules.length
  discounts.forEach((discount, i) => {
    roles.forEach((role, r) => {
      const target = firstLine + i * roles.length + r
      named(`discount ${discount.id}.${role}`, () => {
        for (const text of discount[role] ?? []) add(text, target)
      })
    })
  })
  const everyday = firstLine + (discounts.length - 1) * roles.length + roles.indexOf('phrases')
  for (const text of edits.ordinary) {
    const term = literal(text, readAs)
    if (term) trie.add(term, everyday)
  }
  const combinations = lexicon.combinations.filter(({ id }) => !silenced.has(id))
  const { kinds } = lexicon
  return { version, kinds, rules, combinations, discounts, trie, emoji, numbers, readAs, firstLine }
}
