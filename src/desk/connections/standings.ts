import { type Fault, type FaultOf, isSameFault, type Standing, turnOf } from './rules.ts'

export interface StandingOf extends Standing {
  of: FaultOf
  id: string
}

/** How connections, their ways to the relay and their accounts stand this minute, as far as was told. */
export class Standings {
  readonly #all = new Map<string, StandingOf>()

  /** True when it is another than before. */
  tell(of: FaultOf, id: string, fault: Fault | null, now: number): boolean {
    const before = this.#all.get(`${of}:${id}`)
    const same = before !== undefined && isSameFault(before.fault, fault)
    const turned = before === undefined || (before.fault === null) !== (fault === null)
    this.#all.set(`${of}:${id}`, {
      of,
      id,
      fault,
      since: turned ? now : before.since,
      sameSince: same ? before.sameSince : now,
    })
    return !same
  }

  of(of: FaultOf, id: string): Standing | null {
    return this.#all.get(`${of}:${id}`) ?? null
  }

  named(key: string): StandingOf | null {
    return this.#all.get(key) ?? null
  }

  forget(of: FaultOf, id: string): void {
    this.#all.delete(`${of}:${id}`)
  }

  /** Keys of those of which something is to go on record. */
  ripe(now: number, limit: number, recorded: (of: FaultOf, id: string) => Fault | null): string[] {
    return [...this.#all]
      .filter(([, one]) => turnOf(recorded(one.of, one.id), one, now) !== null)
      .map(([key]) => key)
      .slice(0, limit)
  }
}
