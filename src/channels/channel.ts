import type { AccountKind } from '../contract/accounts.ts'
import type { MediaKind } from '../contract/media.ts'
import type { Menu, Place } from '../contract/threads.ts'
import type { MessageKind } from '../contract/values.ts'

/** What every channel is to the desk: inbound events in, outgoing messages out. */

/** A residents' group, by the channel's own id. */
export interface InGroup {
  external: string
  name: string
}

/** A picture, voice, film or file that the channel keeps for a while and the desk fetches. */
export interface InMedia {
  kind: MediaKind
  /** The channel's own id of it. */
  id: string
}

/** What a message may carry besides its words. */
export interface Carried {
  media?: InMedia | undefined
  place?: Place | undefined
  /** Where a link leads. */
  url?: string | undefined
  menu?: Menu | undefined
  /** Which choice of a menu the resident pressed. */
  choice?: string | undefined
  /** JSON as it came, of what the desk cannot show. */
  raw?: string | undefined
}

export interface InboundMessage extends Carried {
  event: 'message'
  /** Who says it, by the channel's own id. */
  contact: { external: string; name: string; villageGroup?: string | null; tags?: string[] }
  /** What the thread is about: one chat, one group, one letter. */
  conversation: string
  /** Said in this residents' group; the conversation is then the group's. */
  group?: InGroup | undefined
  external: string | null
  kind: MessageKind
  text: string
  title: string | null
  image: string | null
  /** ms since 1970. */
  sentAt: number
}

export interface InboundRecall {
  event: 'recall'
  external: string
  at: number
}

/** Something the account itself sent from a phone or another client. */
export interface InboundOwn extends Carried {
  event: 'own'
  /** To whom. */
  contact: { external: string; name: string }
  conversation: string
  /** Said to this residents' group as a whole; `contact` is then not looked at. */
  group?: InGroup | undefined
  external: string | null
  kind: MessageKind
  text: string
  title?: string | null
  sentAt: number
  /** The colleague who wrote it, by the channel's own id, where the channel says who. */
  colleague?: string | undefined
}

/** Who looks after a conversation, as the channel has it: the desk, a colleague in the channel's own client, nobody. */
export interface InboundService {
  event: 'service'
  contact: { external: string; name: string }
  conversation: string
  state: 'desk' | 'waiting' | 'colleague' | 'ended'
  /** By the channel's own id. */
  colleague: string | null
  external: string | null
  at: number
}

/** A message the channel had taken, and could not deliver after all. */
export interface InboundSendFailed {
  event: 'sendFailed'
  /** As given in `SendResult`, or by `Outgoing.id`. */
  external: string
  /** One of the words of `connections.delivery`. */
  reason: string
  at: number
}

/** The resident opened the conversation, without having said anything. */
export interface InboundEntered {
  event: 'entered'
  contact: { external: string; name: string }
  /** How they came: the mark of a link or code. */
  scene: string
  sceneText: string
  /** Answers it, once and at once: a token, which goes into no ledger, table or log. */
  code?: string | undefined
  external: string | null
  at: number
}

/** A colleague of the channel's own client began or stopped receiving, or shut one resident out. */
export interface InboundColleague {
  event: 'colleague'
  colleague: string
  what: 'receiving' | 'stopped' | 'suspended' | 'shutOut' | 'letIn'
  /** Of the last two. */
  contact: { external: string; name: string } | null
  external: string | null
  at: number
}

/** What came and could not be read: kept aside with its reason, never lost. */
export interface InboundUnreadable {
  event: 'unreadable'
  raw: string
  reason: string
  external: string | null
  /** Whose it is, where that could be read: then it is as private as their thread. */
  conversation: string | null
}

export type InboundEvent =
  | InboundMessage
  | InboundRecall
  | InboundOwn
  | InboundService
  | InboundSendFailed
  | InboundEntered
  | InboundColleague
  | InboundUnreadable

export interface OutMedia {
  kind: MediaKind
  name: string
  /** Media type, e.g. `image/jpeg`. */
  type: string
  bytes: number
  read(): Promise<Buffer>
}

export interface Outgoing {
  /** The ledger seq of the message: the same number is the same message, however often it is tried. */
  seq: number
  /**
   * The same for every attempt until a person sends it again; unique over all stations. At most 32 of
   * `[0-9a-zA-Z_-]`.
   */
  id: string
  /** It may have been taken already: it was given to the channel before, and what came of it is not known. */
  again: boolean
  account: string
  contact: string
  contactExternal: string
  conversation: string
  text: string
  media: OutMedia | null
  menu: Menu | null
}

/** `later` is tried again with back-off; `never` is final and shown to the officer. */
export type SendResult =
  | { sent: true }
  | {
      sent: false
      retry: 'later' | 'never'
      /** One of the words of `connections.delivery`, or the channel's own text. */
      reason: string
      /** Whether the channel may have taken it all the same: then it is `again` the next time. */
      unsure?: boolean | undefined
      /** Not before this many ms. */
      after?: number | undefined
      /** What the refusal says of the resident's window or of who serves them. */
      learnt?: 'windowSpent' | 'windowExpired' | 'elsewhere' | undefined
    }

export interface Channel {
  readonly kind: AccountKind
  /** Null where a person sends by hand. Must not throw for what the outside world can do. */
  readonly send: ((message: Outgoing) => Promise<SendResult>) | null
  start?(): void
  stop?(): void | Promise<void>
}
