import type { Compiled } from './compile.ts'
import { roles } from './compile.ts'
import { gaps, type Stream } from './normalise.ts'

/** Where the lines of the discounts stand in one message. */
interface Mark {
  discount: number
  role: number
  start: number
  end: number
}

const longestPhrase = 16
const [phrases, before, after, near, between, message, unless, lifted] = roles.map((_, role) => role) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

export class Marks {
  readonly #byStart = new Map<number, Mark[]>()
  readonly #byEnd = new Map<number, Mark[]>()
  readonly #inMessage = new Map<number, Mark[]>()
  readonly #lifted = new Set<number>()
  readonly #seen = new Set<number>()
  readonly #stream: Stream
  readonly #compiled: Compiled
  readonly #text: string
  #bracketed: Map<number, [number, number][]> | null = null

  constructor(compiled: Compiled, stream: Stream, text: string) {
    this.#compiled = compiled
    this.#stream = stream
    this.#text = text
  }

  add(line: number, start: number, end: number): void {
    const mark = { discount: Math.floor(line / roles.length), role: line % roles.length, start, end }
    this.#seen.add(mark.discount)
    if (mark.role === lifted) this.#lifted.add(mark.discount)
    push(this.#byStart, start, mark)
    push(this.#byEnd, end, mark)
    if (mark.role === message) push(this.#inMessage, mark.discount, mark)
  }

  /** Whether this discount is there for what was found between `start` and `end`. */
  applies(discount: number, start: number, end: number): boolean {
    const { gap } = this.#stream
    if (!this.#seen.has(discount)) return this.#inBrackets(discount, start)
    if (this.#lifted.has(discount)) return false
    const holds = (mark: Mark, as: number) => mark.discount === discount && mark.role === as
    if (this.#spanning(end - 1, (mark) => holds(mark, phrases) && mark.end >= end)) return true
    if (gap[start]! < gaps.comma) {
      if (this.#byEnd.get(start)?.some((mark) => holds(mark, before) && !this.#excused(mark))) return true
    }
    if (gap[end]! < gaps.comma && this.#byStart.get(end)?.some((mark) => holds(mark, after))) return true
    if (this.#near(discount, start)) return true
    const said = this.#inMessage.get(discount)
    if (said?.slice(0, 20).some((mark) => !this.#excused(mark))) return true
    return this.#inBrackets(discount, start)
  }

  #near(discount: number, start: number): boolean {
    const undone = (mark: Mark) => mark.discount === discount && mark.role === between
    if (this.#byStart.get(start)?.some(undone)) return false
    const reach = this.#compiled.discounts[discount]!.reach ?? 8
    for (let at = start; at >= 0 && at >= start - reach; at--) {
      const marks = this.#byEnd.get(at)?.filter((mark) => mark.discount === discount)
      if (marks?.some((mark) => mark.role === near && !this.#excused(mark))) return true
      if (marks?.some(undone)) return false
      if (this.#stream.gap[at]! >= gaps.stop) return false
    }
    return false
  }

  /** Any mark that holds position `at`. */
  #spanning(at: number, wanted: (mark: Mark) => boolean): boolean {
    for (let start = at; start >= 0 && start > at - longestPhrase; start--) {
      if (this.#byStart.get(start)?.some((mark) => mark.end > at && wanted(mark))) return true
    }
    return false
  }

  /** 要不要 holds a 不 that denies nothing. */
  #excused(mark: Mark): boolean {
    return this.#spanning(
      mark.start,
      (other) => other.discount === mark.discount && other.role === unless && other.end >= mark.end,
    )
  }

  #inBrackets(discount: number, start: number): boolean {
    const { brackets } = this.#compiled.discounts[discount]!
    if (!brackets) return false
    this.#bracketed ??= new Map()
    let spans = this.#bracketed.get(discount)
    if (!spans) {
      spans = brackets.flatMap((pair) => bracketed(this.#text, pair))
      this.#bracketed.set(discount, spans)
    }
    const at = this.#stream.from[start]!
    return spans.some(([open, close]) => open < at && at < close)
  }
}

/** Titles are short: an opening bracket that nobody closes hides nothing. */
function bracketed(text: string, pair: string): [number, number][] {
  const spans: [number, number][] = []
  for (let open = text.indexOf(pair[0]!); open >= 0 && spans.length < 50; ) {
    const close = text.indexOf(pair[1]!, open)
    if (close < 0) break
    if (close - open <= 40) spans.push([open, close])
    open = text.indexOf(pair[0]!, open + 1)
  }
  return spans
}

function push<K>(map: Map<K, Mark[]>, key: K, mark: Mark): void {
  const there = map.get(key)
  if (there) there.push(mark)
  else map.set(key, [mark])
}
