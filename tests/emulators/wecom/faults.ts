import type { Random } from './random.ts'

/**
 * What can be made to go wrong. A fault is given a `path` (exact, or a beginning followed by `*`; all paths when absent),
 * and strikes with `chance`, or the next `times` times after `skip` calls. Several may stand at once.
 */
export type Effect =
  /** Waits (real ms) before anything is done; with `most`, a random time between the two. */
  | { kind: 'latency'; ms: number; most?: number }
  /** Never answers. */
  | { kind: 'silent'; done?: boolean }
  /** Tears the connection. */
  | { kind: 'reset'; done?: boolean }
  | { kind: 'http'; status: number; body?: string; done?: boolean }
  /** Answers 200 with what is no JSON. */
  | { kind: 'garbage'; body?: string; done?: boolean }
  /** The true answer, cut in the middle. */
  | { kind: 'truncated' }
  | { kind: 'error'; errcode: number; errmsg?: string; done?: boolean }
  /** The token of this call ends before its time (42001), or is worth nothing any more (40014). */
  | { kind: 'tokenExpired' }
  | { kind: 'tokenInvalid' }
  /** sync_msg: the page before once more, then on from where the caller is. */
  | { kind: 'repeatPage' }
  /** sync_msg: messages of a page in any order. `ties: true` also inside one resident's second, where nothing tells the order. */
  | { kind: 'reorder'; ties?: boolean }
  /** sync_msg: has_more 1 and no message. */
  | { kind: 'emptyPage' }
  /** sync_msg: fewer than asked for, and has_more 1. */
  | { kind: 'shortPage'; most: number }
  /** send_msg: accepted, and reported as msg_send_fail after `after` real ms. */
  | { kind: 'failLater'; failType: number; after?: number }
  | { kind: 'dropCallback' }
  /** real ms */
  | { kind: 'delayCallback'; ms: number; most?: number }
  | { kind: 'duplicateCallback' }

export type Kind = Effect['kind']
export type EffectOf<K extends Kind> = Extract<Effect, { kind: K }>
export interface FaultRule {
  effect: Effect
  path?: string
  agentid?: number
  /** 0..1; 1 when neither this nor `times` is given. */
  chance?: number
  times?: number
  skip?: number
}
export interface Fault extends FaultRule {
  id: number
  struck: number
}

/** Asked for where they matter, not by the server before the call. */
const insideCalls: ReadonlySet<Kind> = new Set<Kind>([
  'repeatPage',
  'reorder',
  'emptyPage',
  'shortPage',
  'failLater',
  'dropCallback',
  'delayCallback',
  'duplicateCallback',
])

export class Faults {
  #rules: Fault[] = []
  #made = 0
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  add(rule: FaultRule): Fault {
    const fault = { ...rule, id: ++this.#made, struck: 0 }
    this.#rules.push(fault)
    return fault
  }

  remove(id: number): void {
    this.#rules = this.#rules.filter((rule) => rule.id !== id)
  }

  clear(): void {
    this.#rules = []
  }

  list(): Fault[] {
    return this.#rules
  }

  /** What strikes this call on its way. */
  onTheWay(path: string, agentid: number | null): Effect[] {
    if (!this.#rules.length) return []
    return this.#rules
      .filter(
        (rule) => !insideCalls.has(rule.effect.kind) && matches(rule, path, agentid) && this.#strikes(rule),
      )
      .map((rule) => rule.effect)
  }

  /** Whether this one strikes here, inside a call. */
  take<K extends Kind>(kind: K, path: string, agentid: number | null): EffectOf<K> | null {
    for (const rule of this.#rules)
      if (rule.effect.kind === kind && matches(rule, path, agentid) && this.#strikes(rule))
        return rule.effect as EffectOf<K>
    return null
  }

  #strikes(rule: Fault): boolean {
    if (rule.skip && rule.skip > 0) {
      rule.skip--
      return false
    }
    if (rule.times !== undefined && rule.struck >= rule.times) return false
    if (rule.chance !== undefined && this.#random.next() >= rule.chance) return false
    rule.struck++
    return true
  }
}

function matches(rule: Fault, path: string, agentid: number | null): boolean {
  if (rule.agentid !== undefined && rule.agentid !== agentid) return false
  if (!rule.path) return true
  return rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path
}
