import type { NewInThread, ReplyWindow } from './threads.ts'

/**
 * Why the core said no, as data: the console turns the code into words in the user's language and uses the
 * facts (who holds it, what is new) without parsing text.
 */
export type Refusal =
  | { code: 'invalid'; issues: { path: string; message: string }[] }
  | { code: 'not_logged_in' }
  | { code: 'locked' }
  | { code: 'forbidden'; call: string; role: string }
  | { code: 'not_found'; what: string; id: string }
  | { code: 'no_station' }
  | { code: 'station_exists' }
  | { code: 'wrong_password'; retryAfterMs: number }
  | { code: 'too_many_attempts'; retryAfterMs: number }
  | { code: 'account_disabled' }
  | { code: 'already_claimed'; holder: string; holderName: string; since: string }
  | { code: 'not_holder'; holder: string | null; holderName: string | null; since: string | null }
  | { code: 'thread_moved_on'; lastSeq: number; news: NewInThread[] }
  | { code: 'thread_closed'; at: string }
  | { code: 'thread_open' }
  | { code: 'needs_reason_for_silence' }
  | { code: 'recipient_off_shift'; user: string; name: string }
  | { code: 'in_the_past'; at: string }
  | { code: 'already_there'; what: string; id: string }
  | { code: 'last_admin' }
  /** A duty that ends before it begins, or is longer than one may be. */
  | { code: 'wrong_duration'; mostHours: number }
  /** Rostered at another post at the same time. */
  | { code: 'on_duty_elsewhere'; user: string; name: string; post: string; from: string; to: string }
  | { code: 'channel_cannot'; account: string; what: string }
  | { code: 'nothing_to_do' }
  /** The channel lets no more through to this resident until they write again. */
  | { code: 'window_closed'; window: ReplyWindow }
  /** A colleague is answering in the channel's own client. */
  | { code: 'served_elsewhere'; colleague: string; name: string; since: string }
  /** Longer than the channel takes; in UTF-8 bytes. */
  | { code: 'too_long'; mostBytes: number; bytes: number }
  /** Others are reached now than when this was looked at. */
  | { code: 'audience_changed'; reachable: number }
  /** Whoever wrote of it does not approve it. */
  | { code: 'own_draft' }
  /** Somebody wrote of it meanwhile; `version` is how it is now. */
  | { code: 'draft_changed'; version: number }
  /** A file the channel does not take. */
  | { code: 'wrong_file'; why: 'type' | 'size' | 'empty' | 'missing' | 'many'; mostBytes: number | null }
  /** The other side of a connection said no. */
  | { code: 'channel_refused'; errcode: number | null; why: string }
  | { code: 'private_thread' }
  | { code: 'wrong_state'; what: string; state: string }
  | { code: 'needs_supervisor' }
  | { code: 'not_of_the_desk'; desk: string }
  | { code: 'needs_return_visit' }
  | { code: 'needs_second_person' }
  | { code: 'escalation_live'; escalation: string }
  /** What a handoff still lacks before it can be signed. */
  | {
      code: 'handoff_unfinished'
      lacks: 'decisions' | 'readBack' | 'acceptance' | 'replies'
      items: string[]
    }
  | { code: 'handoff_open'; handoff: string }
  | { code: 'needs_deadline'; items: string[] }
  | { code: 'wrong_side'; side: 'outgoing' | 'incoming' }
  | { code: 'legal_hold'; hold: string }
  | { code: 'preview_outdated' }
  | { code: 'too_short'; minimum: number }
  | { code: 'in_use'; what: string; id: string }
  | { code: 'ledger_unwritable'; reason: string }
  | { code: 'not_a_backup'; reason: string }
  | { code: 'busy'; what: string }
  | { code: 'disconnected' }
  | { code: 'broken'; reference: string }

export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.name = 'Refused'
    this.refusal = refusal
  }
}
