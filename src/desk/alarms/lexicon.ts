import type { Assessment, LexiconRule, StationEdits } from '../../contract/alarms.ts'
import { type Assess, compile, type Lexicon } from './assessment/assess.ts'
import { ordinary } from './assessment/compile.ts'
import type { AlarmsView } from './view.ts'

interface Shipped {
  lexicon: Lexicon
  version: string
}
interface Compiled {
  /** The station's changes it was made with. */
  edition: number
  body: string
  version: string
  assess: Assess
  trouble: string | null
  readsPieces: boolean
}

/** The rule that reads words sent in pieces as one; silenced like any other. */
export const inPieces = {
  id: 'inPieces',
  kind: 'crisis',
  zh: '与刚才几句连起来读',
  en: 'read together with the words just before',
} as const

/** Compiling spells out every way to write every word, a tenth of a second and more: the last few are kept. */
const compiledLately = new Map<string, Assess>()
const keptCompiled = 4

/** The version names the shipped words by their hash. */
function compileOnce(lexicon: Lexicon, edits: StationEdits, version: string): Assess {
  const key = JSON.stringify([version, edits])
  const assess = compiledLately.get(key) ?? compile(lexicon, edits, version)
  compiledLately.delete(key)
  compiledLately.set(key, assess)
  for (const oldest of [...compiledLately.keys()].slice(0, -keptCompiled)) compiledLately.delete(oldest)
  return assess
}

/** What is assessed while there is no lexicon: nothing, and the desk says so on every screen. */
const none: Assess = () => ({ version: 'none', findings: [] })

/**
 * The lexicon as this station has it: what came with the desk and what the station changed. A lexicon that cannot be
 * used must not keep a single message out of the desk: what is left of it is used, and every screen says what is wrong.
 */
export class StationLexicon {
  readonly #view: AlarmsView
  readonly #load: () => Shipped
  readonly #log: (line: string) => void
  #shipped: Shipped | null = null
  #compiled: Compiled | null = null

  /** Read and compiled when the first message comes, not while the desk opens. */
  constructor(view: AlarmsView, load: () => Shipped, log: (line: string) => void) {
    this.#view = view
    this.#load = load
    this.#log = log
  }

  get version(): string {
    return this.#current().version
  }

  /** Why it cannot be used as it should; null when all is well. */
  trouble(): string | null {
    return this.#current().trouble
  }

  assess(text: string): Assessment {
    const { assess, version } = this.#current()
    try {
      return assess(text)
    } catch (error) {
      this.#log(`lexicon: a message could not be assessed: ${String(error)}`)
      return { version, findings: [] }
    }
  }

  /** Whether these edits would make a lexicon. */
  accepts(edits: StationEdits): boolean {
    try {
      const { lexicon, version } = this.#ship()
      compileOnce(lexicon, edits, version)
      return true
    } catch {
      return false
    }
  }

  /** Whether words sent in pieces are read as one. */
  readsPieces(): boolean {
    return this.#current().readsPieces
  }

  /** The shipped rules, for the people who edit them. */
  rules(): LexiconRule[] {
    if (this.#current().version === 'none') return []
    const silenced = new Set(this.#view.edits().silenced)
    const { rules, combinations } = this.#ship().lexicon
    return [
      ...rules.map(({ id, kind, zh, en, terms }) => ({ id, kind, zh, en, words: terms.slice(0, 12) })),
      ...combinations.map(({ id, kind, zh, en }) => ({ id, kind, zh, en, words: [] })),
      { ...inPieces, words: [] },
    ].map((rule) => ({ ...rule, silenced: silenced.has(rule.id) }))
  }

  /** Why something that matched may not count, by the code that stands in a finding. */
  discounts(): { id: string; zh: string; en: string }[] {
    if (this.#current().version === 'none') return []
    const { discounts } = this.#ship().lexicon
    return [...discounts, ordinary].map(({ id, zh, en }) => ({ id, zh, en }))
  }

  /** The edits have changed in a transaction that may still be undone: what is compiled is checked at each use. */
  #current(): Compiled {
    const { edition, body } = this.#view.changes()
    if (this.#compiled?.edition === edition && this.#compiled.body === body) return this.#compiled
    this.#compiled = this.#make(edition, body)
    if (this.#compiled.trouble !== null) this.#log(`lexicon: ${this.#compiled.trouble}`)
    return this.#compiled
  }

  #make(edition: number, body: string): Compiled {
    const edits = JSON.parse(body) as StationEdits
    const of = { edition, body, readsPieces: !edits.silenced.includes(inPieces.id) }
    const nothing: StationEdits = { words: [], silenced: [], ordinary: [] }
    try {
      const { lexicon, version: shipped } = this.#ship()
      try {
        const version = edition === 0 ? shipped : `${shipped}/${edition}`
        return { ...of, version, assess: compileOnce(lexicon, edits, version), trouble: null }
      } catch (error) {
        const assess = compileOnce(lexicon, nothing, shipped)
        return { ...of, version: shipped, assess, trouble: `without the station's changes: ${error}` }
      }
    } catch (error) {
      return { ...of, version: 'none', assess: none, trouble: String(error) }
    }
  }

  #ship(): Shipped {
    this.#shipped ??= this.#load()
    return this.#shipped
  }
}
