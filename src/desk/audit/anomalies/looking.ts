import { type AnomalyKind, anomalyKind } from '../../../contract/audit.ts'
import type { Db } from '../../view.ts'
import type { EntriesOf, Found, Span } from './found.ts'
import { kinds } from './kinds.ts'

/** What an auditor asks about anomalies. Times in ms. */
export interface AnomalyQuestion {
  from: number
  to: number
  kinds: readonly AnomalyKind[]
  now: number
}

interface Kept {
  size: number
  /** To the minute: what has not ended goes on. */
  minute: number
  found: Found[]
}

type Looks = { [K in AnomalyKind]: (span: Span) => Found[] }

/** So many kinds and spans are kept. */
const most = 100

/** Looks for anomalies, each kind and span once for each size of the ledger. */
export class Looking {
  readonly #look: Looks
  readonly #size
  readonly #entriesOf
  readonly #kept = new Map<string, Kept>()

  constructor(db: Db, entriesOf: EntriesOf) {
    this.#entriesOf = entriesOf
    this.#size = db.prepare<[], number>('SELECT seq FROM record_watermark').pluck()
    this.#look = Object.fromEntries(
      anomalyKind.options.map((kind) => [kind, kinds[kind](db, entriesOf)]),
    ) as Looks
  }

  counts(question: AnomalyQuestion): { kind: AnomalyKind; n: number }[] {
    return question.kinds.map((kind) => ({ kind, n: this.#found(kind, question, false).length }))
  }

  /** Newest first. A later page is of the list whose first page was shown, whatever has happened since. */
  page(question: AnomalyQuestion, offset: number, limit: number): { rows: Found[]; total: number } {
    const all = question.kinds.flatMap((kind) => this.#found(kind, question, offset > 0))
    all.sort((a, b) => b.at - a.at || b.seqs.at(-1)! - a.seqs.at(-1)!)
    return { rows: all.slice(offset, offset + limit), total: all.length }
  }

  #found(kind: AnomalyKind, { from, to, now }: AnomalyQuestion, evenOld: boolean): Found[] {
    const key = `${kind} ${from} ${to}`
    const size = this.#size.get()!
    const minute = Math.floor(now / 60_000)
    const kept = this.#kept.get(key)
    if (kept && (evenOld || (kept.size === size && kept.minute === minute))) return kept.found
    const found = this.#look[kind]({ from, to, now, ...this.#entriesOf(from, to) })
    if (this.#kept.size >= most) this.#kept.clear()
    this.#kept.set(key, { size, minute, found })
    return found
  }
}
