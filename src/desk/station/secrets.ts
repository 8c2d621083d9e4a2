import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where signing keys and channel secrets are kept; the host decides how (safeStorage, or a file). */
export interface Secrets {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
}

/** Plain files that only this user may read: for hosts without secret storage of their own. */
export function fileSecrets(dir: string): Secrets {
  const fileOf = (name: string) => join(dir, `${name.replace(/[^a-z0-9-]/gi, '_')}.secret`)
  return {
    get: async (name) => (existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8').trim() : null),
    set: async (name, value) => {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      const partial = `${fileOf(name)}.new`
      writeFileSync(partial, `${value}\n`, { mode: 0o600 })
      chmodSync(partial, 0o600)
      renameSync(partial, fileOf(name))
    },
  }
}
