import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, seq, shortText } from './values.ts'

/** Pictures, voices, films and files of messages: kept once under their own SHA-256, read piece by piece. */

export const mediaKind = z.enum(['image', 'voice', 'video', 'file'])
export type MediaKind = z.infer<typeof mediaKind>

/** What of a message is no text. */
export interface MediaShown {
  kind: MediaKind
  /** `waiting` to be fetched from the channel; `missed` for good, with the reason; `erased` by the law of PIPL. */
  state: 'waiting' | 'here' | 'missed' | 'erased'
  name: string | null
  /** Media type as its first bytes say, e.g. `image/jpeg`; null while it is not here. */
  type: string | null
  bytes: number | null
  reason: string | null
}

/** Bytes of one piece, before base64. */
export const pieceBytes = 512 * 1024
export const largestMedia = 20 * 1024 * 1024

export interface MediaPiece {
  /** Base64. */
  bytes: string
  offset: number
  /** Of the whole. */
  total: number
  type: string
  name: string | null
}

/** A file that is part of a draft: put in by its writer and not sent yet. */
export interface DraftFile {
  upload: string
  name: string
  /** Of the whole, also where not all of it has come. */
  bytes: number
  /** What it is; null while not all of it has come. */
  what: { kind: MediaKind; type: string } | null
  /** `unfinished`: not all of it has come; `lost`: it is no longer on this machine. */
  state: 'ready' | 'unfinished' | 'lost'
}

/** So many files go with one answer. */
export const mostFiles = 9

export const media = {
  /** Whoever may read the message may read what it carries. */
  'media.read': query<MediaPiece>()(
    z.strictObject({
      thread: id,
      message: seq,
      offset: z.number().int().min(0).max(largestMedia),
    }),
  ),
  /** Asks the channel once more for what was missed. */
  'media.retry': command<void>()(z.strictObject({ thread: id, message: seq })),
  /**
   * One piece of a file an officer wants to send, in order from offset 0; the same piece again does no harm. With the last one it is
   * looked at, and `ready` says what it is. With a `thread` it is part of the officer's draft there and kept as long as that (rule 4),
   * else for a day, unless sent. Not an entry.
   */
  'media.put': command<{
    received: number
    ready: { kind: MediaKind; type: string; bytes: number } | null
  }>()(
    z.strictObject({
      upload: z.uuid(),
      thread: id.optional(),
      name: shortText,
      offset: z.number().int().min(0).max(largestMedia),
      total: z.number().int().min(1).max(largestMedia),
      bytes: z.base64().max(Math.ceil(pieceBytes / 3) * 4),
    }),
  ),
  /** One piece of what the officer put in and has not sent; nobody else's business. */
  'media.readUpload': query<MediaPiece>()(
    z.strictObject({ upload: z.uuid(), offset: z.number().int().min(0).max(largestMedia) }),
  ),
  /** The officer took it out again. */
  'media.drop': command<void>()(z.strictObject({ upload: z.uuid() })),
}
