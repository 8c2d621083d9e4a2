import type { AlarmKind, Finding } from '../../../contract/alarms.ts'
import type { Compiled, Ready } from './compile.ts'

/** One place where a rule's term stands, and what the discounts left of it. */
export interface Hit {
  rule: Ready
  place: [start: number, length: number]
  keep: number
  why: string[]
}

const mostPlaces = 40

/** A letter says one word among many: its weight falls with the length, never below what the kind keeps. */
function lengthFactor(compiled: Compiled, kind: AlarmKind, length: number): number {
  const { from, least } = compiled.kinds[kind].letters
  return length <= from ? 1 : Math.max(least, from / length)
}

export function weigh(compiled: Compiled, kind: AlarmKind, hits: readonly Hit[], length: number): Finding {
  const { thresholds, neverRings } = compiled.kinds[kind]
  const damped = lengthFactor(compiled, kind, length)
  const counted = new Set<string>()
  const classes = new Set<string>()
  const places: [number, number][] = []
  const discounted: Finding['discounted'] = []

  for (const { rule, place, keep, why } of hits) {
    for (const code of why) {
      if (discounted.length < mostPlaces) discounted.push({ rule: rule.id, why: code, place })
    }
    if (keep === 0) continue
    counted.add(rule.id)
    classes.add(rule.class)
    places.push(place)
  }
  const worth = ({ rule, keep }: Hit) => rule.weight * keep * (rule.anyLength ? 1 : damped)
  const best = strongest(hits, worth)
  let score = [...best.values()].reduce((sum, hit) => sum + worth(hit), 0)
  for (const { id, kind: of, all, weight, anyLength } of compiled.combinations) {
    if (of !== kind || !all.every((line) => line.some((name) => counted.has(name) || classes.has(name))))
      continue
    counted.add(id)
    score += weight * (anyLength ? 1 : damped)
  }
  score = Math.round(score * 10) / 10
  const strength =
    score >= thresholds.ring && !neverRings ? 'ring' : score >= thresholds.watch ? 'watch' : 'none'
  return {
    kind,
    strength,
    score,
    thresholds: { watch: thresholds.watch, ring: thresholds.ring },
    rules: [...counted],
    places: joined(places).slice(0, mostPlaces),
    discounted,
  }
}

/** Places that overlap are one place: what counted is marked on screen once. */
function joined(places: readonly [number, number][]): [number, number][] {
  const apart: [number, number][] = []
  for (const [start, length] of places.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = apart.at(-1)
    if (last && start < last[0] + last[1]) last[1] = Math.max(last[1], start + length - last[0])
    else apart.push([start, length])
  }
  return apart
}

/** One hit for each class, the strongest first; words that lie inside a stronger hit have been counted with it. */
function strongest(hits: readonly Hit[], worth: (hit: Hit) => number): Map<string, Hit> {
  const best = new Map<string, Hit>()
  const inside = ([start, length]: Hit['place'], [from, size]: Hit['place']) =>
    from <= start && start + length <= from + size
  for (const hit of hits.filter((one) => worth(one) > 0).sort((a, b) => worth(b) - worth(a))) {
    if (best.has(hit.rule.class)) continue
    if ([...best.values()].some(({ place }) => inside(hit.place, place))) continue
    best.set(hit.rule.class, hit)
  }
  return best
}
