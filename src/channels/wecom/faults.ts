import { ApiRefused, Unreachable } from './api-error.ts'
import { errorCodes } from './error-codes.ts'
import { rates } from './facts.ts'

/** Why an account cannot be read now. */
export interface Fault {
  /** Key of `connections.faults`. */
  what:
    | 'unreachable'
    | 'busy'
    | 'token'
    | 'refused'
    | 'overLimit'
    | 'usedByOthers'
    | 'stuck'
    | 'ledger'
    | 'broken'
  /** Error code of the API, where it is one. */
  code: number | null
  /** Key of `connections.probes` where the code does not say it: why nothing could be reached (`WhyUnreachable`), who else asks. */
  why: string | null
  /** It concerns the whole connection, not this account alone. */
  whole: boolean
  /** It comes and goes: worth a word only when it lasts. */
  passing: boolean
}

/** Corp and secret do not go together. */
const ofTheSecret: ReadonlySet<number> = new Set([
  errorCodes.invalidSecret,
  errorCodes.invalidCorpid,
  errorCodes.invalidSecretOfOtherCorp,
  errorCodes.accessTokenMissing,
])

/** Ended before its time, twice in a row; another is fetched. */
const ofTheToken: ReadonlySet<number> = new Set([
  errorCodes.invalidAccessToken,
  errorCodes.accessTokenExpired,
])

/** What the app is not allowed, whatever the account. */
const ofTheApp: ReadonlySet<number> = new Set([
  errorCodes.corpNotVerified,
  errorCodes.apiForbidden,
  errorCodes.appDisabled,
  errorCodes.ipNotAllowed,
  errorCodes.standaloneSecretInWecomMode,
  errorCodes.wecomSecretInStandaloneMode,
  errorCodes.apiSwitchOff,
  errorCodes.grantedToProvider,
])

export function faultOf(error: unknown): Fault {
  if (error instanceof Unreachable)
    return { what: 'unreachable', code: null, why: error.why, whole: true, passing: true }
  if (!(error instanceof ApiRefused))
    return { what: 'broken', code: null, why: null, whole: false, passing: false }
  const code = error.errcode
  const refused = { code, why: null, whole: true, passing: false }
  if (code === errorCodes.systemBusy || code === errorCodes.tooManyAtOnce)
    return { ...refused, what: 'busy', passing: true }
  if (code === errorCodes.tooFrequent) return { ...refused, what: 'overLimit' }
  if (ofTheSecret.has(code)) return { ...refused, what: 'token' }
  if (ofTheToken.has(code)) return { ...refused, what: 'token', passing: true }
  return { ...refused, what: 'refused', whole: ofTheApp.has(code) }
}

/**
 * Refused as too often for longer than a block lasts, while this desk asked nothing more than it may: then it is another
 * program that asks, with the same app or from the same corp or network.
 */
export function byOthers(fault: Fault, refusedForMs: number): Fault {
  if (fault.what !== 'overLimit' || refusedForMs < rates.tokenlessSyncBlock) return fault
  return { ...fault, what: 'usedByOthers', why: 'usedByOthers' }
}

/** From the first failure on, doubled with each. */
const shortest = 1_000
const longest = 60_000
/** What a person has to put right is not asked for every few seconds. */
const shortestRefused = 15_000
const longestRefused = 5 * rates.minute

/** ms to wait after so many failures in a row. */
export function pauseAfter(fault: Fault, failures: number): number {
  // A block lasts as long as the window that was hit; the first may have been the one of a minute.
  if (fault.what === 'overLimit') return grown(rates.tokenlessSyncBlock + 5_000, longestRefused * 3, failures)
  return (fault.what === 'token' || fault.what === 'refused') && !fault.passing
    ? grown(shortestRefused, longestRefused, failures)
    : grown(shortest, longest, failures)
}

function grown(least: number, most: number, failures: number): number {
  return Math.min(most, least * 2 ** Math.min(Math.max(failures, 1) - 1, 20))
}
