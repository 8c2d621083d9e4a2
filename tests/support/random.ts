/** Random, and the same every time for the same seed (mulberry32): a failure can be run again. */
export interface Random {
  /** In [0, 1). */
  (): number
  below(n: number): number
  one<T>(of: readonly T[]): T
}

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return Object.assign(next, { below, one: <T>(of: readonly T[]): T => of[below(of.length)] as T })
}
