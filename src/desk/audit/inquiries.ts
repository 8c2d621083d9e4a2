import type { AnomalyKind } from '../../contract/audit.ts'
import type { Db } from '../view.ts'
import type { Found } from './anomalies/found.ts'
import { type AnomalyQuestion, Looking } from './anomalies/looking.ts'
import { type Buckets, Counting, type Summary } from './counting.ts'
import { Filtering, type Narrowed } from './filtering.ts'

/** Questions about all there is in a span of the ledger: what takes too long for the core's own thread. */
export type Inquiry =
  | { about: 'summary'; narrowed: Narrowed | null }
  | { about: 'density'; span: { from: number | null; to: number | null }; buckets: number }
  | ({ about: 'anomalies'; offset: number; limit: number } & AnomalyQuestion)
  | ({ about: 'anomalyCounts' } & AnomalyQuestion)

export interface Answers {
  summary: Summary
  density: Buckets
  anomalies: { rows: Found[]; total: number }
  anomalyCounts: { kind: AnomalyKind; n: number }[]
}
export type AnswerTo<I extends Inquiry> = Answers[I['about']]

export class Inquiries {
  readonly #counting: Counting
  readonly #looking: Looking

  constructor(db: Db) {
    const filtering = new Filtering(db)
    this.#counting = new Counting(db)
    this.#looking = new Looking(db, (from, to) => filtering.entriesOf(from, to))
  }

  answer<I extends Inquiry>(inquiry: I): AnswerTo<I>
  answer(inquiry: Inquiry): Answers[Inquiry['about']] {
    switch (inquiry.about) {
      case 'summary':
        return this.#counting.summary(inquiry.narrowed)
      case 'density':
        return this.#counting.density(inquiry.span, inquiry.buckets)
      case 'anomalies':
        return this.#looking.page(inquiry, inquiry.offset, inquiry.limit)
      case 'anomalyCounts':
        return this.#looking.counts(inquiry)
    }
  }
}
