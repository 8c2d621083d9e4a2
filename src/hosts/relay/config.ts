import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { callbacks } from '../../channels/wecom/facts.ts'
import { deskPath } from '../../channels/wecom/relay-wire.ts'
import { z } from '../../contract/schema.ts'
import { aesKeyOf, type CallbackKeys } from './crypto.ts'
import type { DeskEntry } from './desks.ts'

export interface RelayConfig {
  listen: { address: string; port: number }
  tls: { cert: Buffer; key: Buffer } | null
  /** Reverse proxies whose X-Forwarded-For is believed. */
  proxies: readonly string[]
  /** How far (ms) a callback's timestamp may be from this machine's clock. */
  window: number
  /** One for each app of each corp: where WeCom sends its callbacks, and what they are signed with. */
  corps: readonly (CallbackKeys & { path: string })[]
  desks: readonly DeskEntry[]
}

/** Each line says what is wrong and where. */
export class ConfigError extends Error {
  readonly lines: readonly string[]
  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.lines = lines
  }
}

export const healthPath = '/health'

const file = z.string('the name of a file').min(1, 'the name of a file')
const corpid = z.string().regex(/^[A-Za-z0-9_-]{2,64}$/, 'a corpid, e.g. "ww1234567890abcdef"')

const corp = z.strictObject({
  corpid,
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]{1,200}$/, 'a path that begins with /, e.g. "/wecom/callback"')
    .refine(
      (path) => path !== deskPath && path !== healthPath,
      `${deskPath} and ${healthPath} are the relay's own`,
    ),
  token: z
    .string()
    .regex(callbacks.tokenPattern, 'the Token as WeCom shows it, up to 32 letters and digits')
    .optional(),
  tokenFile: file.optional(),
  aesKeyFile: file,
})

const desk = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N} ._-]{1,40}$/u, 'a short name of letters, digits, space . _ -'),
  tokenSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the 64 characters that --new-desk prints, not the token itself'),
  corps: z.array(corpid).min(1, 'at least one corpid'),
})

const shape = z.strictObject({
  listen: z
    .strictObject({
      address: z.string().min(1).default('127.0.0.1'),
      port: z
        .int('a port, 1 to 65535')
        .min(0, 'a port, 1 to 65535')
        .max(65_535, 'a port, 1 to 65535')
        .default(8470),
    })
    .prefault({}),
  tls: z.strictObject({ cert: file, key: file }).nullable().default(null),
  proxies: z.array(z.union([z.ipv4(), z.ipv6()], 'an IP address')).default(['127.0.0.1', '::1']),
  windowMinutes: z.number().min(1, 'at least 1').max(1_440, 'at most 1440').default(10),
  corps: z.array(corp).min(1, 'at least one'),
  desks: z.array(desk),
})
type Shape = z.infer<typeof shape>

/**
 * Reads the file and the secrets it names, beside itself unless they have a full path.
 * @throws ConfigError
 */
export function readConfig(path: string): { config: RelayConfig; warnings: string[] } {
  const secrets = new Secrets(dirname(resolve(path)))
  const said = shape.safeParse(parsed(path, secrets.text(resolve(path), 'the config')), { reportInput: true })
  if (!said.success) throw new ConfigError(said.error.issues.map((issue) => `${path}: ${wordsOf(issue)}`))
  const { data } = said
  const wrong = contradictions(data)
  if (wrong.length > 0) throw new ConfigError(wrong.map((line) => `${path}: ${line}`))
  if (data.corps.some(({ token }) => token !== undefined)) secrets.guard(resolve(path))

  const corps = data.corps.map(({ corpid: receiver, path: at, token, tokenFile, aesKeyFile }, index) => ({
    receiver,
    path: at,
    token: token ?? secrets.read(tokenFile as string, `corps[${index}].tokenFile`, callbacks.tokenPattern),
    aesKey: aesKeyOf(secrets.read(aesKeyFile, `corps[${index}].aesKeyFile`, callbacks.aesKeyPattern)),
  }))
  const tls = data.tls && {
    cert: Buffer.from(secrets.text(data.tls.cert, 'tls.cert')),
    key: Buffer.from(secrets.guarded(data.tls.key, 'tls.key')),
  }
  const { listen, proxies, windowMinutes, desks } = data
  return {
    config: { listen, tls, proxies, window: windowMinutes * 60_000, corps, desks },
    warnings: [
      ...secrets.warnings,
      ...(desks.length === 0 ? ['no desk may connect yet: see --new-desk'] : []),
    ],
  }
}

function contradictions({ corps, desks }: Shape): string[] {
  const paths = corps.map(({ path }) => path)
  const served = new Set(corps.map(({ corpid: id }) => id))
  return [
    ...corps.flatMap(({ token, tokenFile, path }, index) => [
      ...((token === undefined) === (tokenFile === undefined)
        ? [`corps[${index}]: either token or tokenFile, and only one of them`]
        : []),
      ...(paths.indexOf(path) < index ? [`corps[${index}].path: ${path} is another's already`] : []),
    ]),
    ...desks.flatMap(({ corps: heard, name, tokenSha256 }, index) => [
      ...heard
        .filter((id) => !served.has(id))
        .map((id) => `desks[${index}].corps: ${id} is not among the corps of this relay`),
      ...(desks.findIndex((other) => other.name === name) < index
        ? [`desks[${index}].name: ${name} is another's already`]
        : []),
      ...(desks.findIndex((other) => other.tokenSha256 === tokenSha256) < index
        ? [`desks[${index}].tokenSha256: is another's already; each desk has a token of its own`]
        : []),
    ]),
  ]
}

/** Files with secrets in them, and whether others could read them. What is in them is never in a message. */
class Secrets {
  readonly warnings: string[] = []
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  read(name: string, setting: string, pattern: RegExp): string {
    const text = this.guarded(name, setting).trim()
    if (pattern.test(text)) return text
    throw new ConfigError([
      `${setting}: ${name} must hold nothing but ${
        pattern === callbacks.aesKeyPattern
          ? 'the EncodingAESKey, 43 letters and digits'
          : 'the Token, up to 32 letters and digits'
      }`,
    ])
  }

  guarded(name: string, setting: string): string {
    this.guard(resolve(this.#folder, name))
    return this.text(resolve(this.#folder, name), setting)
  }

  /** @throws ConfigError */
  text(path: string, setting: string): string {
    try {
      return readFileSync(resolve(this.#folder, path), 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const why = code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read' : `gave ${code}`
      throw new ConfigError([`${setting}: ${path} ${why}`])
    }
  }

  /** Modes mean nothing on Windows. */
  guard(path: string): void {
    const mode = process.platform === 'win32' ? 0 : (statSync(path, { throwIfNoEntry: false })?.mode ?? 0)
    if ((mode & 0o077) !== 0) this.warnings.push(`${path} can be read by others: chmod 600 ${path}`)
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message would quote the file.
    throw new ConfigError([`${path}: is not JSON: look for a missing or a surplus comma or quote`])
  }
}

function wordsOf(issue: z.core.$ZodIssue): string {
  const place = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
  const where = place.replace(/^\./, '') || 'the whole'
  if (issue.code === 'unrecognized_keys') return `${where}: there is no setting ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type' && issue.input === undefined) return `${where}: is missing`
  return `${where}: must be ${issue.message.replace(/^Invalid input: expected /, '')}`
}
