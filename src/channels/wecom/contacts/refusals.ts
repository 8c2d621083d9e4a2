import { ApiRefused, Unreachable } from '../api-error.ts'
import { errorCodes } from '../error-codes.ts'

/** What an error means to friends and broadcasts. */
export type Meaning =
  /** It comes and goes: tried again. `sure`: WeCom did surely not act on it. */
  | { is: 'later'; code: number | null; sure: boolean }
  /** The app, or the corp, may not do this at all. */
  | { is: 'unable'; code: number; sure: true }
  /** This once, and for good. */
  | { is: 'never'; code: number; sure: true }

/** The app may not, whatever is asked. */
const unable: ReadonlySet<number> = new Set([
  errorCodes.apiForbidden,
  errorCodes.noPermission,
  errorCodes.corpNotVerified,
  errorCodes.standaloneSecretInWecomMode,
])

/** Of these an admin can put right what is wrong, or they pass by themselves. */
const passing: ReadonlySet<number> = new Set([
  errorCodes.systemBusy,
  errorCodes.tooFrequent,
  errorCodes.tooManyAtOnce,
  errorCodes.invalidSecret,
  errorCodes.invalidCorpid,
  errorCodes.invalidSecretOfOtherCorp,
  errorCodes.invalidAccessToken,
  errorCodes.accessTokenExpired,
  errorCodes.appDisabled,
  errorCodes.ipNotAllowed,
  errorCodes.broadcastDispatching,
])

/** Everything that is neither is thrown on: that would be a fault of the desk. */
export function meaningOf(error: unknown): Meaning {
  if (error instanceof Unreachable) return { is: 'later', code: null, sure: !error.sent }
  if (!(error instanceof ApiRefused)) throw error
  const code = error.errcode
  if (passing.has(code)) return { is: 'later', code, sure: code !== errorCodes.systemBusy }
  return { is: unable.has(code) ? 'unable' : 'never', code, sure: true }
}
