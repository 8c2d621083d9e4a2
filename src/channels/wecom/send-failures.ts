import type { SendResult } from '../channel.ts'
import { ApiRefused, type Unreachable } from './api-error.ts'
import { errorCodes } from './error-codes.ts'
import { behaviourOf } from './error-words.ts'
import { rates } from './facts.ts'

export type NotSent = Extract<SendResult, { sent: false }>

/** `reason`: under `connections.delivery`. */
export const never = (reason: string): NotSent => ({ sent: false, retry: 'never', reason })
export const later = (reason: string, after?: number): NotSent => ({
  sent: false,
  retry: 'later',
  reason,
  ...(after === undefined ? {} : { after }),
})

const second = 1_000
const expired: NotSent = { ...never('windowExpired'), learnt: 'windowExpired' }

/** Codes with words of their own for whoever wrote the message; the others are said by the words of the code. */
const known: Record<number, NotSent> = {
  [errorCodes.overFiveMessages]: { ...never('windowSpent'), learnt: 'windowSpent' },
  [errorCodes.over48Hours]: expired,
  [errorCodes.noMessageIn48Hours]: expired,
  [errorCodes.notConsultedIn48Hours]: expired,
  [errorCodes.invalidMediaId]: never('mediaGone'),
  [errorCodes.emptyText]: never('empty'),
  [errorCodes.contentTooLong]: never('tooLong'),
  [errorCodes.emptyFile]: never('mediaEmpty'),
  [errorCodes.mediaTooBig]: never('mediaTooBig'),
  // It does not say whether the work was done.
  [errorCodes.systemBusy]: { ...later('busy', 3 * second), unsure: true },
  [errorCodes.tooManyAtOnce]: later('busy', 2 * second),
  // Blocked for as long as the window that was hit lasts: mostly that of a minute.
  [errorCodes.tooFrequent]: later('tooFrequent', rates.minute),
}

/**
 * What becomes of a message that was not taken. Without a clear no it is tried again: with the same msgid, so that
 * one that was taken all the same is not sent twice.
 */
export function failed(error: ApiRefused | Unreachable): NotSent {
  if (!(error instanceof ApiRefused)) return { ...later('unreachable'), unsure: error.sent }
  const own = known[error.errcode]
  if (own) return own
  const { kind, retry } = behaviourOf(error.errcode)
  if (retry === 'never') return never(String(error.errcode))
  // Nothing is lost while an admin sees to it.
  if (kind === 'config' || kind === 'token') return later('connection', rates.minute)
  return later('busy', 5 * second)
}
