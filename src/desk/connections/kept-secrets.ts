import { randomBytes } from 'node:crypto'
import type { Secrets } from '../station/secrets.ts'

type What = 'secret' | 'relay' | 'proxy'

/** After this (ms) a secret no connection names belongs to a change that was refused. */
const looseFor = 2_000

/**
 * Secrets of connections in the secret storage. Each is written under a name of its own before the commit that names it:
 * until then the old one holds, and what no connection names in the end is emptied.
 */
export class KeptSecrets {
  readonly #storage: Secrets
  readonly #isNamed: (name: string) => boolean
  readonly #loose = new Set<string>()

  constructor(storage: Secrets, isNamed: (name: string) => boolean) {
    this.#storage = storage
    this.#isNamed = isNamed
  }

  /** @returns the name it is kept under */
  async keep(what: What, connection: string, value: string): Promise<string> {
    const name = `wecom-${what}-${connection}-${randomBytes(4).toString('hex')}`
    this.#loose.add(name)
    await this.#storage.set(name, value)
    this.#tidyLater()
    return name
  }

  /** Null where it is not on this machine. */
  async get(name: string | null): Promise<string | null> {
    return name === null ? null : (await this.#storage.get(name)) || null
  }

  /** May be named no longer. */
  left(names: readonly (string | null)[]): void {
    for (const name of names) if (name !== null) this.#loose.add(name)
    this.#tidyLater()
  }

  /** Empties what no connection names. */
  async tidy(): Promise<void> {
    const loose = [...this.#loose].filter((name) => !this.#isNamed(name))
    this.#loose.clear()
    for (const name of loose) await this.#storage.set(name, '')
  }

  #tidyLater(): void {
    // The commit of whoever kept it comes in the same turn of the loop, and before this one.
    const tidy = () => setImmediate(() => void this.tidy().catch(() => {}))
    setTimeout(tidy, looseFor).unref()
  }
}
