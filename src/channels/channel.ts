import type { AccountKind } from '../contract/accounts.ts'
import type { MessageKind } from '../contract/values.ts'

/** What every channel is to the desk: inbound events in, outgoing messages out. */

/** A residents' group, by the channel's own id. */
export interface InGroup {
  external: string
  name: string
}

export interface InboundMessage {
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
export interface InboundOwn {
  event: 'own'
  /** To whom. */
  contact: { external: string; name: string }
  conversation: string
  /** Said to this residents' group as a whole; `contact` is then not looked at. */
  group?: InGroup | undefined
  external: string | null
  kind: MessageKind
  text: string
  sentAt: number
}

export type InboundEvent = InboundMessage | InboundRecall | InboundOwn

export interface Outgoing {
  /** The ledger seq of the message: the same number is the same message, however often it is tried. */
  seq: number
  account: string
  contact: string
  contactExternal: string
  conversation: string
  text: string
}

/** `later` is tried again with back-off; `never` is final and shown to the officer. */
export type SendResult = { sent: true } | { sent: false; retry: 'later' | 'never'; reason: string }

export interface Channel {
  readonly kind: AccountKind
  /** Null where a person sends by hand. Must not throw for what the outside world can do. */
  readonly send: ((message: Outgoing) => Promise<SendResult>) | null
  start?(): void
  stop?(): void
}
