import { z } from '../../contract/schema.ts'
import { accounts, callbacks } from './facts.ts'

/**
 * What a relay says to the desks on its WebSocket, as JSON. A desk shows its token in the handshake
 * (`Authorization: Bearer`) and says nothing afterwards. What a newer relay says besides is left unread.
 */
export const wireVersion = 1

/** Where desks knock, unless the address they were given has a path of its own. */
export const deskPath = '/desk'

/** Each side pings so often, and takes a side that was not heard of for `lostAfter` for gone. */
export const pingEvery = 10_000
export const lostAfter = 25_000

export const frameBytes = 128 * 1024

const id = (most: number) => z.string().min(1).max(most)
const corpid = id(64)
const ms = z.number().int().min(0).max(8_640_000_000_000_000)

export const news = z.discriminatedUnion('kind', [
  /** This account has something to fetch. */
  z.object({
    kind: z.literal('messages'),
    corpid,
    /** `OpenKfId`; null where the callback named none, which stands for all accounts of the corp. */
    account: id(accounts.openKfidBytes).nullable(),
    /** Opens sync_msg without the strict limit; null where it came too late to do so. */
    token: id(callbacks.syncTokenBytes).nullable(),
    /** When the relay heard it. */
    at: ms,
    /** When the token ends. */
    until: ms,
  }),
  /** Which accounts the app may serve has changed. */
  z.object({
    kind: z.literal('accounts'),
    corpid,
    added: z.array(id(accounts.openKfidBytes)),
    removed: z.array(id(accounts.openKfidBytes)),
    at: ms,
  }),
  /** 客户联系: something of a friend has changed. */
  z.object({
    kind: z.literal('contacts'),
    corpid,
    /** `ChangeType`, e.g. `edit_external_contact`. */
    change: id(64).nullable(),
    ids: z.object({ userid: id(128).nullable(), external: id(128).nullable() }),
    at: ms,
  }),
  /** 客户联系: a tag of the corp, or a group of tags, has changed. */
  z.object({
    kind: z.literal('tags'),
    corpid,
    change: id(64).nullable(),
    ids: z.object({ id: id(128).nullable(), type: id(32).nullable() }),
    at: ms,
  }),
])
export type News = z.infer<typeof news>
export type MessageNews = Extract<News, { kind: 'messages' }>

const envelope = {
  v: z.literal(wireVersion),
  /** The relay's clock, so that the desk can tell its times by its own. */
  now: ms,
}

export const frame = z.discriminatedUnion('frame', [
  z.object({ ...envelope, frame: z.literal('welcome'), corps: z.array(corpid) }),
  z.object({ ...envelope, frame: z.literal('news'), news }),
])
export type Frame = z.infer<typeof frame>

/** @returns null for what is not a frame of this version */
export function frameOf(text: string): Frame | null {
  try {
    return frame.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** The same news in the time of a clock that is `ahead` (ms) of the one they were told by. */
export function inOwnTime(told: News, ahead: number): News {
  const at = told.at + ahead
  return told.kind === 'messages' ? { ...told, at, until: told.until + ahead } : { ...told, at }
}
