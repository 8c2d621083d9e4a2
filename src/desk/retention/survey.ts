import { createHmac, randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { ErasureScope } from '../../contract/retention.ts'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import type { Db } from '../view.ts'
import { LinesAside } from './aside-lines.ts'
import type { Period } from './classes.ts'
import { Contents, isAsked, type Stored, standingOf } from './contents.ts'
import { firstOf, monthsBefore, type Standing } from './rules.ts'

/** Entries looked at before others get their turn: some ten milliseconds. */
const atOnce = 1_000
/** The same of those that are only counted. */
const countedAtOnce = 5_000

export interface Tally {
  contents: number
  oldest: number | null
  newest: number | null
}

/** What there is, and what of it may go, at one moment. */
export interface Survey {
  /** Names the very set that may go, on this machine until the desk is restarted. */
  digest: string
  /** What may go; words of private threads apart, so that no entry names both. */
  seqs: number[]
  privateSeqs: number[]
  lines: number[]
  /** By class: all there is (where that was asked for), and what may go. */
  all: Map<string, Tally & { due: number; held: number }>
  going: Map<string, Tally>
  threads: number
  media: number
  bytes: number
  held: number
  open: number
  young: number
  heldBy: string | null
}

export interface Asked {
  scope: ErasureScope
  periods: ReadonlyMap<string, Period>
  /** ms: what is due is due by then. */
  now: number
  /** What is too new to go is counted too. */
  counting?: boolean
  /** Threads whose words are not to be told of, by count or by digest; they go all the same. */
  uncounted?: (thread: string) => boolean
  signal?: AbortSignal
}

/** So that nobody can find out by trying what else is in a set. */
const key = randomBytes(32)

/**
 * Goes through all content there is, on a connection and in a snapshot of its own, a thousand entries at a time: the
 * desk goes on meanwhile. What is found is looked at once more when it is erased.
 */
export async function survey(file: string, asked: Asked): Promise<Survey> {
  const db = openDatabase(file, { readonly: true })
  try {
    db.exec('BEGIN')
    return await new Surveying(db, asked).run()
  } finally {
    db.close()
  }
}

class Surveying {
  readonly #contents
  readonly #lines
  readonly #asked: Asked
  readonly #found: Survey = {
    digest: '',
    seqs: [],
    privateSeqs: [],
    lines: [],
    all: new Map(),
    going: new Map(),
    threads: 0,
    media: 0,
    bytes: 0,
    held: 0,
    open: 0,
    young: 0,
    heldBy: null,
  }
  /** Residents of whom some words stay, and why. */
  readonly #words = new Map<string, Standing>()
  /** The same of the words that are counted. */
  readonly #countedWords = new Map<string, Standing>()
  /** What is known to go by whoever asks. */
  readonly #told: { seqs: number[]; lines: number[] } = { seqs: [], lines: [] }
  /** Cards wait until all words are seen. */
  readonly #cards: Stored[] = []
  readonly #threads = new Set<string>()

  constructor(db: Db, asked: Asked) {
    this.#contents = new Contents(db)
    this.#lines = new LinesAside(db)
    this.#asked = asked
  }

  async run(): Promise<Survey> {
    const { scope, periods, now, signal } = this.#asked
    for (const id of periods.keys()) this.#found.all.set(id, { ...nothing(), due: 0, held: 0 })
    for await (const batch of this.#batches()) {
      signal?.throwIfAborted()
      for (const content of batch) this.#look(content)
    }
    await this.#passOver()
    for (const [n, card] of this.#cards.entries()) {
      if (n % atOnce === 0) await turn()
      const words = this.#words.get(card.contact ?? '') ?? 'due'
      const stands = firstOf(words, standingOf(scope, card, periods, now))
      this.#take(card, stands, this.#asked.uncounted ? this.#seeming(card) : stands)
    }
    this.#found.threads = this.#threads.size
    this.#takeLines()
    this.#found.digest = await this.#digest()
    return this.#found
  }

  async *#batches(): AsyncGenerator<Stored[]> {
    const { scope } = this.#asked
    if (scope.kind === 'thread') {
      const seqs = this.#contents.ofThread(scope.thread)
      for (let at = 0; at < seqs.length; at += atOnce) yield this.#contents.named(seqs.slice(at, at + atOnce))
      return
    }
    const last = this.#upto()
    for (let after = 0; after < last; after += atOnce) {
      yield this.#contents.inRange(after, Math.min(last, after + atOnce))
      await turn()
    }
  }

  /** Nothing after this entry can be due: it is younger than every period. */
  #upto(): number {
    const { scope, periods, now } = this.#asked
    if (scope.kind === 'due') {
      const months = [...periods.values()].flatMap((period) => period.months ?? [])
      const oldestDue = monthsBefore(now, Math.min(...months))
      return Math.min(this.#contents.last(), this.#contents.lastBefore(oldestDue))
    }
    return this.#contents.last()
  }

  /** Of what is too new to be looked at: whose words there are, and how many. */
  async #passOver(): Promise<void> {
    const { scope, counting, signal } = this.#asked
    if (scope.kind !== 'due' || (this.#cards.length === 0 && !counting)) return
    const last = this.#contents.last()
    for (let after = this.#upto(); after < last; after += countedAtOnce) {
      signal?.throwIfAborted()
      for (const contact of this.#contents.speakers(after, after + countedAtOnce))
        this.#words.set(contact, firstOf(this.#words.get(contact) ?? 'due', 'kept'))
      if (counting)
        for (const counted of this.#contents.tally(after, after + countedAtOnce))
          merge(this.#found.all.get(counted.class)!, counted)
      await turn()
    }
  }

  #look(content: Stored): void {
    const { scope, periods, now } = this.#asked
    if (!isAsked(scope, content)) return
    if (content.class === 'contacts') {
      this.#cards.push(content)
      return
    }
    const stands = standingOf(scope, content, periods, now)
    const { contact, thread } = content
    if (contact !== null && stands !== 'due') {
      this.#words.set(contact, firstOf(this.#words.get(contact) ?? 'due', stands))
      if (thread === null || !this.#asked.uncounted?.(thread))
        this.#countedWords.set(contact, firstOf(this.#countedWords.get(contact) ?? 'due', stands))
    }
    this.#take(content, stands)
  }

  /** How a card stands as far as its reader knows: that it stays for words that are not told of would tell of them. */
  #seeming(card: Stored): Standing {
    const { scope, periods, now } = this.#asked
    const words = this.#countedWords.get(card.contact ?? '') ?? 'due'
    const facts = { ...card.facts, open: false, held: card.held_by !== null }
    return firstOf(words, standingOf(scope, { ...card, facts }, periods, now))
  }

  #take(content: Stored, stands: Standing, seeming = stands): void {
    const found = this.#found
    if (stands === 'due') (content.private === 1 ? found.privateSeqs : found.seqs).push(content.seq)
    if (!this.#counts(content, seeming)) return
    this.#told.seqs.push(content.seq)
    found.media += content.media
    found.bytes += content.bytes
    if (content.thread !== null) this.#threads.add(content.thread)
  }

  #takeLines(): void {
    const { scope, periods, now } = this.#asked
    const period = periods.get('aside')!
    for (const line of this.#lines.of(scope)) {
      const stands = this.#lines.standing(scope, line, period, now)
      if (stands === 'due') this.#found.lines.push(line.id)
      if (this.#counts({ ...line, class: 'aside', words_held_by: null }, stands))
        this.#told.lines.push(line.id)
    }
  }

  /** Whether it goes and is counted among what goes. */
  #counts(
    text: Pick<Stored, 'class' | 'at' | 'thread' | 'held_by' | 'words_held_by'>,
    stands: Standing,
  ): boolean {
    const found = this.#found
    if (text.thread !== null && this.#asked.uncounted?.(text.thread)) return false
    if (stands === 'held') found.heldBy ??= text.held_by ?? text.words_held_by
    const all = found.all.get(text.class)!
    add(all, text.at)
    if (stands === 'due' || stands === 'held') all.due += 1
    if (stands === 'held') all.held += 1
    if (stands === 'held' || stands === 'open' || stands === 'young') found[stands] += 1
    if (stands !== 'due') return false
    add(tallyOf(found.going, text.class), text.at)
    return true
  }

  /** All of it that is told of, in the order it was found, which is always the same. */
  async #digest(): Promise<string> {
    const { seqs, lines } = this.#told
    const mac = createHmac('sha256', key).update(JSON.stringify(this.#asked.scope))
    for (const each of [seqs, lines]) {
      mac.update('\n')
      for (let at = 0; at < each.length; at += countedAtOnce) {
        mac.update(`${each.slice(at, at + countedAtOnce).join(',')},`)
        await turn()
      }
    }
    return mac.digest('hex')
  }
}

function nothing(): Tally {
  return { contents: 0, oldest: null, newest: null }
}

function tallyOf(tallies: Map<string, Tally>, id: string): Tally {
  const tally = tallies.get(id) ?? nothing()
  tallies.set(id, tally)
  return tally
}

function add(tally: Tally, at: number): void {
  merge(tally, { contents: 1, oldest: at, newest: at })
}

function merge(tally: Tally, more: { contents: number; oldest: number; newest: number }): void {
  tally.contents += more.contents
  tally.oldest = Math.min(tally.oldest ?? more.oldest, more.oldest)
  tally.newest = Math.max(tally.newest ?? more.newest, more.newest)
}
