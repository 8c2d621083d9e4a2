import type { ShiftStatistics } from '../../contract/shifts.ts'
import { hour, iso } from '../time.ts'
import type { Counted, Tallied } from './counting.ts'

type Hour = Omit<ShiftStatistics['hours'][number], 'at'>

const inHour: { [W in Counted]?: keyof Hour } = {
  'message.received': 'arrived',
  'message.sent': 'answers',
  'thread.closed': 'closed',
}

/** What was counted, added up by hour, and by whose it is. Pure. */
export class Sums {
  readonly #hours = new Map<number, Hour>()
  readonly #whose = new Map<Counted, Map<string, number>>()

  add(counts: readonly Tallied[]): void {
    for (const { hour: at, what, whose, n } of counts) {
      const of = this.#whose.get(what) ?? new Map<string, number>()
      this.#whose.set(what, of)
      of.set(whose, (of.get(whose) ?? 0) + n)
      const field = inHour[what]
      if (field) this.#hour(at)[field] += n
    }
  }

  of(what: Counted): number {
    let sum = 0
    for (const n of this.whose(what).values()) sum += n
    return sum
  }

  whose(what: Counted): ReadonlyMap<string, number> {
    return this.#whose.get(what) ?? new Map()
  }

  /** Every hour, also those in which nothing happened. */
  hours(from: number, to: number): ShiftStatistics['hours'] {
    const hours: ShiftStatistics['hours'] = []
    for (let at = from - (from % hour); at < to; at += hour) hours.push({ at: iso(at), ...this.#hour(at) })
    return hours
  }

  #hour(at: number): Hour {
    const known = this.#hours.get(at)
    if (known) return known
    const empty = { arrived: 0, answers: 0, closed: 0 }
    this.#hours.set(at, empty)
    return empty
  }
}
