import { existsSync } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { safeStorage } from 'electron'
import { z } from 'zod'

/**
 * Keys of the core, protected by the system's key store. Which store that is can change under our feet (another
 * desktop, a keyring that did not start), and then every secret is lost without a word; so its name is kept in the
 * file, and a change is refused until someone decides. Where there is no store the keys lie in a file that only
 * this user can read, and the screen says so.
 */
export interface Secrets {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
  readonly protection: 'system' | 'file'
}

export class SecretsRefused extends Error {
  readonly code: 'changed' | 'locked'
  readonly was: string
  readonly now: string
  constructor(code: 'changed' | 'locked', was: string, now: string) {
    super(`the key store was ${was} and is ${now}`)
    this.name = 'SecretsRefused'
    this.code = code
    this.was = was
    this.now = now
  }
}

const noStore = 'file'
const kept = z.strictObject({
  v: z.literal(1),
  backend: z.string().min(1),
  /** Base64 of what the key store returned; of the secret itself where `backend` is `file`. */
  values: z.record(z.string(), z.string()),
})
type Kept = z.infer<typeof kept>

/** The store the system offers now, or `file` where it offers none that deserves the name. */
async function offeredBackend(): Promise<string> {
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend()
    if (backend === 'basic_text' || backend === 'unknown') return noStore
    return (await safeStorage.isAsyncEncryptionAvailable()) ? backend : noStore
  }
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return noStore
  return process.platform === 'win32' ? 'dpapi' : 'keychain'
}

export async function openSecrets(file: string): Promise<Secrets> {
  const offered = await offeredBackend()
  let held: Kept = existsSync(file)
    ? kept.parse(JSON.parse(await readFile(file, 'utf8')))
    : { v: 1, backend: offered, values: {} }
  if (held.backend !== offered) {
    if (offered === noStore) throw new SecretsRefused('locked', held.backend, offered)
    if (held.backend !== noStore) throw new SecretsRefused('changed', held.backend, offered)
    held = await protect(held, offered)
    await write(file, held)
  }
  let writing: Promise<void> = Promise.resolve()

  return {
    protection: held.backend === noStore ? 'file' : 'system',
    async get(name) {
      const value = Object.hasOwn(held.values, name) ? held.values[name] : undefined
      return value === undefined ? null : unseal(held.backend, value)
    },
    async set(name, value) {
      const sealed = await seal(held.backend, value)
      held = { ...held, values: { ...held.values, [name]: sealed } }
      const after = writing.catch(() => {}).then(() => write(file, held))
      writing = after
      await after
    },
  }
}

/** After someone decided for the new key store: the old file stays beside the new one, under the old store's name. */
export async function setAsideSecrets(file: string): Promise<void> {
  await rename(file, `${file}.${Date.now()}.old`)
}

/** From a plain file to a key store that has since appeared: nothing is lost, so nobody is asked. */
async function protect(plain: Kept, backend: string): Promise<Kept> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(plain.values))
    values[name] = await seal(backend, await unseal(noStore, value))
  return { v: 1, backend, values }
}

async function seal(backend: string, value: string): Promise<string> {
  const bytes = backend === noStore ? Buffer.from(value, 'utf8') : await safeStorage.encryptStringAsync(value)
  return bytes.toString('base64')
}

async function unseal(backend: string, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, 'base64')
  return backend === noStore ? bytes.toString('utf8') : (await safeStorage.decryptStringAsync(bytes)).result
}

/** Whole or not at all: a half-written key file would be a lost signing key. */
async function write(file: string, held: Kept): Promise<void> {
  const fresh = `${file}.new`
  const handle = await open(fresh, 'w', 0o600)
  try {
    await handle.chmod(0o600)
    await handle.writeFile(JSON.stringify(held))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}
