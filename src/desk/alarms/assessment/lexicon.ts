import { alarmKind } from '../../../contract/alarms.ts'
import { z } from '../../../contract/schema.ts'

/**
 * The rules as data (resources/lexicon). A term is written as people read it, with four signs:
 * `{name}` any word of that list, `(a|b|)` one of these or nothing, `…` up to six characters of the same clause,
 * `……` up to sixteen of the same sentence. No sign can repeat, so no term can be slow.
 */

const name = z.string().regex(/^[a-z][a-zA-Z0-9.-]{1,63}$/, 'letters, digits, dot, dash')
const said = z.string().trim().min(1).max(300)
const terms = z.array(z.string().trim().min(1).max(1_500)).max(2_000)
const both = { zh: said, en: said }

const kind = z.strictObject({
  ...both,
  thresholds: z.strictObject({ watch: z.number().positive(), ring: z.number().positive() }),
  /** A dispute is never an alarm, however much of it a message holds. */
  neverRings: z.boolean().optional(),
  /** From this many characters on a message is a letter, in which one word says less; never less than `least`. */
  letters: z.strictObject({ from: z.number().int().min(20), least: z.number().min(0).max(1) }),
})

const rule = z.strictObject({
  id: name,
  kind: alarmKind,
  /** Of one class only the strongest rule counts: five words for one thing are not five things. */
  class: name,
  weight: z.number().min(0).max(20),
  ...both,
  terms,
  emoji: z.array(z.string().min(1).max(16)).max(50).optional(),
  /** Counts only in a message of no more characters than these: 一起吗 says something when it is all that is said. */
  upTo: z.number().int().positive().optional(),
  /** Counts a number of so many digits, such as that of a bank card. */
  digits: z.strictObject({ least: z.number().int().min(1), most: z.number().int().max(64) }).optional(),
  /** Says as much in a long letter as in a short message. */
  anyLength: z.boolean().optional(),
})

const combination = z.strictObject({
  id: name,
  kind: alarmKind,
  weight: z.number().min(0).max(20),
  ...both,
  /** Each line names classes or rules, of which one must have counted. */
  all: z.array(z.array(name).min(1)).min(2).max(5),
  anyLength: z.boolean().optional(),
})

const discount = z.strictObject({
  /** Stands in the finding as `why`. */
  id: name,
  ...both,
  /** What is left of the weight: 0 does not count at all. */
  keep: z.number().min(0).max(0.9),
  kinds: z.array(alarmKind).optional(),
  /** Classes or rules it is for; all of the kinds where left out. */
  for: z.array(name).optional(),
  /** Longer phrases in which the found word's end lies: 三国杀, 想死你了. */
  phrases: terms.optional(),
  /** Directly before or behind the found word, in the same clause. */
  before: terms.optional(),
  after: terms.optional(),
  /** In the same sentence before it, no further away than `reach`. */
  near: terms.optional(),
  reach: z.number().int().min(1).max(30).optional(),
  /** Standing between `near` and the found word they undo it: of 他走了以后我想… only 我 speaks. */
  between: terms.optional(),
  /** Anywhere in the message. */
  message: terms.optional(),
  /** Phrases in which `before`, `near` and `message` do not mean it: 要不要, 不如. */
  unless: terms.optional(),
  /** Anywhere in the message these lift the discount: 我也想 after all that was told of others. */
  lifted: terms.optional(),
  /** Pairs of brackets around it: 《》. */
  brackets: z.array(z.string().length(2)).optional(),
})

const lexicon = z.strictObject({
  version: z.string().regex(/^\d{4}\.\d{2}(\.\d+)?$/, 'such as 2026.11'),
  /** Each entry is a sign and what it is read as: 殺杀. */
  characters: z.array(z.string().regex(/^..$/u, 'two characters')).max(5_000),
  kinds: z.record(alarmKind, kind),
  /** A list may hold the empty word: what is written `{name}` may then be left out. */
  lists: z.record(name, z.strictObject({ ...both, words: z.array(z.string().max(120)).min(1).max(2_000) })),
  rules: z.array(rule).min(1).max(5_000),
  combinations: z.array(combination).max(500),
  discounts: z.array(discount).max(500),
})

export type Lexicon = z.infer<typeof lexicon>
export type Rule = Lexicon['rules'][number]
export type Combination = Lexicon['combinations'][number]
export type Discount = Lexicon['discounts'][number]

/** Where it is wrong, in words a person can search for: `rules[3] (crisis.intent).weight`. */
function placeOf(json: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = json
  let place = ''
  for (const key of path) {
    place += typeof key === 'number' ? `[${key}]` : `${place ? '.' : ''}${String(key)}`
    at = (at as Record<PropertyKey, unknown> | undefined)?.[key]
    const called = typeof key === 'number' ? (at as { id?: unknown } | undefined)?.id : undefined
    if (typeof called === 'string') place += ` (${called})`
  }
  return place || 'the whole'
}

const fail = (place: string, what: string): never => {
  throw new Error(`lexicon: ${place}: ${what}`)
}

/** What a schema cannot say: names are unique, and everything that is named exists. */
function checkNames({ rules, combinations, discounts }: Lexicon): void {
  const ids = new Set<string>()
  for (const [i, { id }] of [...rules, ...combinations].entries()) {
    if (ids.has(id)) {
      fail(
        i < rules.length ? `rules[${i}] (${id})` : `combinations[${i - rules.length}] (${id})`,
        'named twice',
      )
    }
    ids.add(id)
  }
  const known = new Set([...rules.map((r) => r.id), ...rules.map((r) => r.class)])
  for (const [i, { id, all }] of combinations.entries()) {
    const missing = all.flat().find((n) => !known.has(n))
    if (missing) fail(`combinations[${i}] (${id}).all`, `no rule and no class is called "${missing}"`)
  }
  for (const [i, { id, for: on }] of discounts.entries()) {
    const missing = on?.find((n) => !known.has(n))
    if (missing) fail(`discounts[${i}] (${id}).for`, `no rule and no class is called "${missing}"`)
  }
}

export function readLexicon(json: unknown): Lexicon {
  const read = lexicon.safeParse(json)
  if (!read.success) {
    const first = read.error.issues[0]!
    return fail(placeOf(json, first.path), first.message)
  }
  checkNames(read.data)
  return read.data
}
