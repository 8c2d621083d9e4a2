import type { WelcomeWhen } from '../../contract/welcome.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened to the words for residents who open a conversation. The settings are about an account; each
 * welcome is about the resident, and is named by an id of its own. The code of the channel stands in none of them: it is
 * a token.
 */

export const welcomeChanged = (
  account: string,
  enabled: boolean,
  words: { onShift: string | null; offShift: string | null },
): Draft => draft('welcome.changed', account, { enabled }, { ...words })

/** Chosen, and about to leave; from here on it is never sent again, whatever comes of it. */
export const welcomeQueued = (
  contact: string,
  data: { welcome: string; account: string; when: WelcomeWhen },
  text: string,
): Draft => draft('contact.welcomeQueued', contact, data, { text })

/** The channel has taken it. */
export const contactWelcomed = (contact: string, welcome: string, account: string): Draft =>
  draft('contact.welcomed', contact, { welcome, account })

export interface WelcomeFailure extends JsonObject {
  /** Key of `welcome.why` or of `connections.delivery`. */
  why: string
  /** Of the channel, where it gave one. */
  code: number | null
  /** The resident may have got it all the same. */
  unsure: boolean
}

export const welcomeFailed = (
  contact: string,
  welcome: string,
  account: string,
  failure: WelcomeFailure,
): Draft => draft('contact.welcomeFailed', contact, { welcome, account, ...failure })
