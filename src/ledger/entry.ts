/** What one line of the audit ledger is (DESIGN: the ledger). Pure types and validation; no I/O. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** Who did it: a person's user name and role, or `system`/`channel`; and the device it was done on. */
export interface Actor {
  user: string
  role: string
  device: string
}

export interface Entry {
  /** From 1, without gaps; the only order there is. */
  seq: number
  station: string
  /** UTC, ISO 8601 with milliseconds. */
  at: string
  actor: Actor
  /** `noun.pastTense`, e.g. `thread.claimed`. */
  type: string
  v: number
  subject: string
  data: JsonObject
  /** Leaf hash of entry `seq - 1`, hex; 64 zeros for the first. */
  prev: string
}

/** What a rule decides; the ledger adds sequence, station, chain and, for content, salt and commitment. */
export interface Draft {
  type: string
  v: number
  subject: string
  data: JsonObject
  /**
   * Text and personal data. Never hashed into the entry itself: the ledger stores it with a 32-byte salt
   * and puts `content: hex(SHA-256(salt ‖ JCS(content)))` into the entry's data, so it can be erased later.
   */
  content?: JsonObject
}

/** A draft with who and when, ready to append. */
export interface Stamped extends Draft {
  at: string
  actor: Actor
}

/** An entry just appended, with the content that was stored beside it (null if none). */
export interface Appended {
  entry: Entry
  content: JsonObject | null
}
