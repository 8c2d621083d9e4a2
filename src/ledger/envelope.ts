/** Writing the canonical text of many entries of one station, as fast as the desk needs in bulk. */

import { canonicalJson, InvalidEntry, isInstant, needText, quote } from './canonical.ts'
import type { Actor, JsonObject, Stamped } from './entry.ts'
import type { Hash } from './hash.ts'

/**
 * Writes what `canonicalEntry` writes, and remembers what repeats: the station, the actor and time just
 * seen, the texts of entry types. A test holds the two equal.
 */
export class EnvelopeWriter {
  readonly #station: string
  readonly #types = new Map<string, string>()
  #actor: Actor = { user: '', role: '', device: '' }
  #actorText = ''
  #at = ''

  constructor(station: string) {
    needText(station, 'station')
    this.#station = quote(station)
  }

  /** @param data the draft's data with the content commitment in it @throws InvalidEntry naming the field */
  write(draft: Stamped, data: JsonObject, seq: number, prev: Hash): string {
    if (draft.at !== this.#at) {
      if (!isInstant(draft.at)) throw new InvalidEntry('at', 'must be UTC in ISO 8601 with milliseconds')
      this.#at = draft.at
    }
    needText(draft.subject, 'subject')
    if (!Number.isSafeInteger(draft.v) || draft.v < 1) {
      throw new InvalidEntry('v', 'must be a safe integer from 1')
    }
    const type = this.#types.get(draft.type) ?? this.#rememberType(draft.type)
    return `{"actor":${this.#actorOf(draft.actor)},"at":"${draft.at}","data":${canonicalJson(data, 'data')},"prev":"${prev}","seq":${seq},"station":${this.#station},"subject":${quote(draft.subject)},"type":${type},"v":${draft.v}}`
  }

  #actorOf(actor: Actor): string {
    const last = this.#actor
    if (actor.user !== last.user || actor.role !== last.role || actor.device !== last.device) {
      const { user, role, device } = actor
      needText(user, 'actor.user')
      needText(role, 'actor.role')
      needText(device, 'actor.device')
      this.#actorText = `{"device":${quote(device)},"role":${quote(role)},"user":${quote(user)}}`
      this.#actor = { user, role, device }
    }
    return this.#actorText
  }

  #rememberType(type: string): string {
    needText(type, 'type')
    const text = quote(type)
    if (this.#types.size < MOST_TYPES) this.#types.set(type, text)
    return text
  }
}

/** The desk has some dozens; what comes from outside must not grow the memory of it. */
const MOST_TYPES = 1000
