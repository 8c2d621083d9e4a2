import type { InboundEvent } from '../../channels/channel.ts'
import { namelessName } from '../people/nameless.ts'
import type { Projections } from '../projections.ts'

/**
 * Residents of whom the channel had nothing to say when it was asked, and who have come again since: it tells a name only
 * within two days of their last word. Forgotten with a restart, until their next.
 */
export class HeardAgain {
  readonly #views: Projections
  /** By account. */
  readonly #externals = new Map<string, Set<string>>()

  constructor(views: Projections) {
    this.#views = views
  }

  heard(account: string, events: readonly InboundEvent[]): void {
    for (const event of events) {
      if (event.event !== 'message' && event.event !== 'entered') continue
      const { external } = event.contact
      if (!this.#isStillNameless(account, external)) continue
      const externals = this.#externals.get(account) ?? new Set()
      this.#externals.set(account, externals.add(external))
    }
  }

  of(account: string, most: number): string[] {
    return [...(this.#externals.get(account) ?? [])].slice(0, most)
  }

  asked(account: string, externals: readonly string[]): void {
    for (const external of externals) this.#externals.get(account)?.delete(external)
  }

  #isStillNameless(account: string, external: string): boolean {
    const { people, connections } = this.#views
    const id = people.contactByExternal(account, external)
    if (id === null || people.contact(id)?.name !== namelessName(external)) return false
    return connections.profileOf(id)?.nickname === null
  }
}
