import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, nothing, shortText } from './values.ts'

/** Household-link accounts 户户通账号 and what is pasted from those worked by hand. */

export type AccountKind = 'sandbox' | 'by-hand' | 'wecom-kf'

export interface Account {
  id: string
  name: string
  kind: AccountKind
  enabled: boolean
  /** Names the account itself has on the phone, so that pasted lines are known as the desk's own. */
  ownNames: string[]
  /** `reason`: why the oldest stuck message does not leave, or the fault's own word (`connections.faults`). */
  health: {
    state: 'ok' | 'byHand' | 'fault' | 'off'
    since: string
    reason: string | null
    /** Error code of the API, where the fault is one. */
    code: number | null
    /** How wrong the clock of the desk's machine is, where that is the fault. */
    seconds?: number | undefined
  }
  /** How messages arrive, of an account that is reached through a connection. */
  arrival: Arrival | null
  contacts: number
  outboxWaiting: number
}

export interface Arrival {
  connection: string
  /** The relay tells at once; without it the desk asks now and then. */
  by: 'relay' | 'asking'
  /** How late (seconds) a message may be now. */
  lateBy: number
  askedAt: string | null
}

export interface PastePreview {
  messages: {
    name: string
    contact: string | null
    sentAt: string
    timeIsExact: boolean
    kind: string
    text: string
    fromDesk: boolean
    duplicate: boolean
    line: number
  }[]
  newContacts: string[]
  aside: { line: number; text: string; reason: string }[]
}

const paste = z.strictObject({
  account: id,
  text: z
    .string()
    .min(1)
    .max(2_000_000)
    .refine((t) => t.isWellFormed()),
  /** Lines of a one-to-one chat belong to this contact; without it each name is a contact of its own. */
  contactName: shortText.optional(),
  /** All of it was said in this residents' group. */
  group: shortText.optional(),
})

export const accounts = {
  'accounts.list': query<Account[]>()(nothing),
  'account.add': command<{ id: string }>()(
    z.strictObject({
      name: shortText,
      kind: z.enum(['by-hand']),
      ownNames: z.array(shortText).max(10),
    }),
  ),
  'account.change': command<void>()(
    z.strictObject({
      account: id,
      name: shortText,
      enabled: z.boolean(),
      ownNames: z.array(shortText).max(10),
    }),
  ),
  'paste.preview': query<PastePreview>()(paste),
  /** Imports what the preview showed; lines that could not be read are kept aside and can be listed. */
  'paste.import': command<{ imported: number; duplicates: number; threads: string[]; aside: number }>()(
    paste,
  ),
  'aside.list': query<
    {
      id: number
      at: string
      account: string | null
      source: string
      line: number
      text: string
      reason: string
    }[]
  >()(z.strictObject({ limit: z.number().int().min(1).max(500) })),
}
