import type { Refusal } from '../contract/errors.ts'
import type { Draft, JsonObject } from '../ledger/entry.ts'

/** What a rule answers: entries to append, or why not. Rules never throw for what a user can do. */
export type Decision = { entries: Draft[] } | { refused: Refusal }

export function entries(...drafts: Draft[]): Decision {
  return { entries: drafts }
}

export function refuse(refusal: Refusal): Decision {
  return { refused: refusal }
}

/** A draft of version 1, the version of every entry so far. */
export function draft(type: string, subject: string, data: JsonObject = {}, content?: JsonObject): Draft {
  return content === undefined ? { type, v: 1, subject, data } : { type, v: 1, subject, data, content }
}
