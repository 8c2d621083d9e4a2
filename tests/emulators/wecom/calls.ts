import type { Clock } from './clock.ts'

/** The ledger of every API call that reached the emulator. */
export interface CallRecord {
  /** ms of the emulator's clock */
  at: number
  path: string
  agentid: number | null
  /** open_kfid of the call, where it has one. */
  account: string | null
  msgid: string | null
  /** null where no JSON was answered. */
  errcode: number | null
  /** What the caller saw: an answer, nothing, a torn connection, an HTTP error. */
  outcome: 'answered' | 'silent' | 'reset' | 'http' | 'garbage' | 'truncated'
  /** Whether the work was done. */
  done: boolean
  /** real ms from first byte to answer */
  ms: number
  /** sync_msg without a good callback token */
  tokenless: boolean
}

const keep = 300_000

export class Calls {
  readonly records: CallRecord[] = []
  readonly #counts = new Map<string, Map<number, number>>()
  readonly #perMinute = new Map<string, Map<number, number>>()
  readonly #clock: Clock
  total = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(path: string): CallRecord {
    const at = this.#clock.now()
    this.total++
    count(this.#perMinute, path, Math.floor(at / 60_000))
    return {
      at,
      path,
      agentid: null,
      account: null,
      msgid: null,
      errcode: null,
      outcome: 'answered',
      done: false,
      ms: 0,
      tokenless: false,
    }
  }

  close(record: CallRecord): void {
    if (this.records.length >= keep) this.records.splice(0, keep / 2)
    this.records.push(record)
    count(this.#counts, record.path, record.errcode ?? Number.NaN)
    if (record.tokenless) count(this.#perMinute, 'tokenless', Math.floor(record.at / 60_000))
  }

  clear(): void {
    this.records.length = 0
    this.#counts.clear()
    this.#perMinute.clear()
    this.total = 0
  }

  /** path → errcode (or `none`) → how often */
  byPath(): Record<string, Record<string, number>> {
    return tidy(this.#counts, (code) => (Number.isNaN(code) ? 'none' : String(code)))
  }

  /** path → minute since 1970 → how often; `tokenless` counts sync_msg without a good callback token */
  perMinute(): Record<string, Record<string, number>> {
    return tidy(this.#perMinute, String)
  }
}

function count(into: Map<string, Map<number, number>>, key: string, at: number): void {
  const counts = into.get(key) ?? new Map<number, number>()
  into.set(key, counts)
  counts.set(at, (counts.get(at) ?? 0) + 1)
}

function tidy(from: Map<string, Map<number, number>>, name: (key: number) => string) {
  const all: Record<string, Record<string, number>> = {}
  for (const [key, counts] of from)
    all[key] = Object.fromEntries([...counts].map(([at, number]) => [name(at), number]))
  return all
}
