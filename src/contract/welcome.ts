import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, nothing } from './values.ts'

/**
 * Words that the channel shows to a resident who opens a conversation for the first time, before they have said
 * anything. Nothing is shown until an admin has switched it on.
 */

/** While somebody of the desk is on shift, and while nobody is. */
export type WelcomeWhen = 'onShift' | 'offShift'

export interface Welcome {
  account: string
  enabled: boolean
  /** Null: nothing is said then. */
  onShift: string | null
  offShift: string | null
  /** Null where nobody ever saved any. */
  savedAt: string | null
}

/**
 * What a resident was shown. `leaving`: under way; `unclear`: given to the channel, which never said whether it took it.
 */
export interface Welcomed {
  at: string
  when: WelcomeWhen
  /** Null when erased. */
  text: string | null
  state: 'leaving' | 'sent' | 'failed' | 'unclear'
}

/** UTF-8 bytes; what is longer the channel would cut. */
export const welcomeBytes = 2048

/** Blank says nothing. */
const words = z
  .string()
  .trim()
  .max(welcomeBytes * 2)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'not well-formed Unicode')

export const welcome = {
  /** Of every account whose channel can. */
  'welcomes.list': query<Welcome[]>()(nothing),
  'welcome.change': command<void>()(
    z.strictObject({ account: id, enabled: z.boolean(), onShift: words, offShift: words }),
  ),
}
