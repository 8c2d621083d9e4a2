import { type Assessment, alarmKinds, type StationEdits } from '../../../contract/alarms.ts'
import { type Compiled, compiled } from './compile.ts'
import type { Lexicon } from './lexicon.ts'
import { Marks } from './marks.ts'
import { normalise, type Stream } from './normalise.ts'
import { type Hit, weigh } from './weigh.ts'

/**
 * What a resident's message may be about, by rules a person can read (DESIGN §4, rule 10). Pure: the same text and
 * lexicon give the same answer. Compile once, assess many.
 */
export type Assess = (text: string) => Assessment

export type { AlarmKind, Assessment, Finding, StationEdits, Strength } from '../../../contract/alarms.ts'
export { type Lexicon, readLexicon } from './lexicon.ts'

/** More places than these of one rule tell nothing new, and a flood of one word must not cost time. */
const mostOfOneRule = 60
/** Of a flood the end is kept as well: after a hundred 想死你了 somebody may still say 我想死. */
const keptFromTheEnd = 20

export function compile(lexicon: Lexicon, edits: StationEdits, version: string): Assess {
  const ready = compiled(lexicon, edits, version)
  return (text) => assess(ready, text)
}

function assess(ready: Compiled, text: string): Assessment {
  const stream = normalise(text, ready.readAs)
  const hits = [...wordHits(ready, stream, text), ...emojiHits(ready, stream), ...numberHits(ready, stream)]
  const findings = alarmKinds
    .map((kind) => ({ kind, of: hits.filter(({ rule }) => rule.kind === kind) }))
    // 今晚 or 刚才 alone is about nothing: rules without weight only lend it to others.
    .filter(({ of }) => of.some(({ rule }) => rule.weight > 0))
    .map(({ kind, of }) => weigh(ready, kind, of, stream.chars.length))
  const order = { ring: 0, watch: 1, none: 2 }
  findings.sort((a, b) => order[a.strength] - order[b.strength] || b.score - a.score)
  return { version: ready.version, findings }
}

function wordHits(ready: Compiled, stream: Stream, text: string): Hit[] {
  const marks = new Marks(ready, stream, text)
  const found = new Map<number, { rule: number; start: number; end: number }[]>()
  ready.trie.scan(stream, (target, start, end) => {
    if (target >= ready.firstLine) return marks.add(target - ready.firstLine, start, end)
    if (stream.chars.length > ready.rules[target]!.upTo) return
    const places = found.get(target) ?? []
    found.set(target, places)
    // Several terms of a rule may say the same place; one of them is enough.
    const before = places.at(-1)
    if (before?.start === start && before.end === end) return
    if (places.length >= mostOfOneRule) places.splice(mostOfOneRule - keptFromTheEnd, 1)
    places.push({ rule: target, start, end })
  })
  return [...found.values()].flat().map(({ rule, start, end }) => {
    const { discounts } = ready.rules[rule]!
    let keep = 1
    const why: string[] = []
    for (const number of discounts) {
      if (!marks.applies(number, start, end)) continue
      const discount = ready.discounts[number]!
      why.push(discount.id)
      keep *= discount.keep
      if (keep === 0) break
    }
    const from = stream.from[start]!
    return { rule: ready.rules[rule]!, place: [from, stream.to[end - 1]! - from], keep, why }
  })
}

function emojiHits(ready: Compiled, stream: Stream): Hit[] {
  return stream.emoji.flatMap(({ sign, start, length }) =>
    (ready.emoji.get(sign) ?? []).map((number): Hit => {
      return { rule: ready.rules[number]!, place: [start, length], keep: 1, why: [] }
    }),
  )
}

/** Long numbers: what a term cannot say is how many digits. */
function numberHits(ready: Compiled, stream: Stream): Hit[] {
  if (ready.numbers.length === 0) return []
  return [...stream.chars.matchAll(/[0-9]+/g)].slice(0, mostOfOneRule).flatMap(({ 0: digits, index }) =>
    ready.numbers
      .filter(({ least, most }) => least <= digits.length && digits.length <= most)
      .map(({ rule }): Hit => {
        const from = stream.from[index]!
        const length = stream.to[index + digits.length - 1]! - from
        return { rule: ready.rules[rule]!, place: [from, length], keep: 1, why: [] }
      }),
  )
}
