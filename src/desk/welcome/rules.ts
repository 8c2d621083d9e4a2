import { sending } from '../../channels/wecom/facts.ts'
import type { AccountKind } from '../../contract/accounts.ts'
import { type Welcome, type WelcomeWhen, welcomeBytes } from '../../contract/welcome.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import * as did from './entries.ts'

/** Which words a resident is shown who opens a conversation, and what an admin may set. Pure. Times in ms. */

export type WelcomeWords = Pick<Welcome, 'enabled' | 'onShift' | 'offShift'>

/** Why words that are switched on were not said all the same. */
export type Unwelcomed = 'noWords' | 'accountOff' | 'late' | 'elsewhere' | 'codeSeen'

export interface Opening {
  /** When they opened it, by the channel's clock. */
  at: number
  /** The channel gave a code: it gives none to whoever has written before, or was welcomed within 48 h. */
  hasCode: boolean
  /** Something was said, or tried, with this very code before. */
  codeSeen: boolean
  accountEnabled: boolean
  /** A colleague has them in the channel's own client. */
  served: boolean
  somebodyOnShift: boolean
  words: WelcomeWords | null
  /** How far this machine's clock is before the channel's, where that is known. */
  ahead: number
}

/** `why` is null where nothing was to be said, which is no omission. */
export type Choice = { when: WelcomeWhen; text: string } | { when: null; why: Unwelcomed | null }

export function chosen(opening: Opening, now: number): Choice {
  const { words } = opening
  if (!opening.hasCode || !words?.enabled) return { when: null, why: null }
  const none = (why: Unwelcomed): Choice => ({ when: null, why })
  if (opening.codeSeen) return none('codeSeen')
  if (!opening.accountEnabled) return none('accountOff')
  if (now >= validUntil(opening, now)) return none('late')
  if (opening.served) return none('elsewhere')
  const when = opening.somebodyOnShift ? 'onShift' : 'offShift'
  const text = words[when]
  return text === null ? none('noWords') : { when, text }
}

/**
 * When the code is worth nothing any more, by this machine's clock. A channel whose clock is ahead does not make it last
 * longer.
 */
export function validUntil({ at, ahead }: Pick<Opening, 'at' | 'ahead'>, now: number): number {
  return Math.min(at + ahead, now) + sending.welcomeCodeLife
}

/** What came of one, as the connector says it. */
export type WelcomeOutcome =
  | { sent: true }
  | { sent: false; why: string; code: number | null; unsure: boolean }

/** The desk was stopped in between: whether it left nobody knows, and it does not leave again. */
export const neverTold: WelcomeOutcome = { sent: false, why: 'neverTold', code: null, unsure: true }

export interface Leaving {
  welcome: string
  contact: string
  account: string
  state: 'leaving' | 'sent' | 'failed' | 'unclear'
}

export function settle(leaving: Leaving, outcome: WelcomeOutcome): Decision {
  if (leaving.state !== 'leaving') return refuse({ code: 'nothing_to_do' })
  const { contact, welcome, account } = leaving
  if (outcome.sent) return entries(did.contactWelcomed(contact, welcome, account))
  const { sent: _sent, ...failure } = outcome
  return entries(did.welcomeFailed(contact, welcome, account, failure))
}

/** The channel had taken it, and could not deliver it after all. It may say so first, and twice. */
export function lost(taken: Leaving, reason: string): Decision {
  if (taken.state === 'failed') return refuse({ code: 'nothing_to_do' })
  const { contact, welcome, account } = taken
  return entries(did.welcomeFailed(contact, welcome, account, { why: reason, code: null, unsure: false }))
}

/** A text that is blank says nothing; one of the two is needed to say anything at all. */
export function changeWelcome(
  account: { id: string; kind: AccountKind } | null,
  present: WelcomeWords | null,
  asked: { account: string; enabled: boolean; onShift: string; offShift: string },
): Decision {
  if (account === null) return refuse({ code: 'not_found', what: 'account', id: asked.account })
  if (account.kind !== 'wecom-kf')
    return refuse({ code: 'channel_cannot', account: account.id, what: 'welcome' })
  const words = { onShift: asked.onShift || null, offShift: asked.offShift || null }
  for (const text of [words.onShift, words.offShift]) {
    const bytes = text === null ? 0 : Buffer.byteLength(text)
    if (bytes > welcomeBytes) return refuse({ code: 'too_long', mostBytes: welcomeBytes, bytes })
  }
  if (asked.enabled && words.onShift === null && words.offShift === null)
    return refuse({ code: 'invalid', issues: [{ path: 'enabled', message: 'nothing to say' }] })
  const same =
    present?.enabled === asked.enabled &&
    present.onShift === words.onShift &&
    present.offShift === words.offShift
  if (same) return refuse({ code: 'nothing_to_do' })
  return entries(did.welcomeChanged(account.id, asked.enabled, words))
}
