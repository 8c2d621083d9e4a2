import { z } from './schema.ts'

/** The small values that several areas of the contract share. */

const wellFormed = (text: string) => text.isWellFormed()

export const id = z.string().min(1).max(64)
/** A message's or note's own number: the `seq` of its ledger entry. */
export const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const text = z.string().trim().min(1).max(8_000).refine(wellFormed, 'not well-formed Unicode')
export const shortText = z.string().trim().min(1).max(200).refine(wellFormed, 'not well-formed Unicode')
export const reason = z.string().trim().min(2).max(500).refine(wellFormed, 'not well-formed Unicode')
/** UTC, ISO 8601 with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 })
export const nothing = z.strictObject({})
export const userName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,31}$/, 'letters a-z, digits, dot, dash; 2 to 32 characters')
export const password = z.string().min(8).max(256)
export const urgency = z.enum(['urgent', 'priority', 'routine'])
export type Urgency = z.infer<typeof urgency>

export const category = z.enum([
  'hukou',
  'scam',
  'lostFound',
  'emergency',
  'noise',
  'dispute',
  'crisis',
  'traffic',
  'other',
])
export type Category = z.infer<typeof category>

/** 办结方式. Those in `explainsSilence` say why a thread whose last word is the resident's needs no answer (rule 6). */
export const disposition = z.enum([
  'answered',
  'handledByPhone',
  'handledOnSite',
  'referred',
  'duplicate',
  'noReplyNeeded',
  'withdrawn',
  'advert',
])
export type Disposition = z.infer<typeof disposition>
export const explainsSilence: ReadonlySet<Disposition> = new Set<Disposition>([
  'handledByPhone',
  'handledOnSite',
  'referred',
  'duplicate',
  'noReplyNeeded',
  'withdrawn',
  'advert',
])

export type MessageKind =
  | 'text'
  | 'image'
  | 'voice'
  | 'video'
  | 'file'
  | 'location'
  | 'link'
  | 'sticker'
  | 'system'
  | 'unknown'
export const messageKinds: readonly MessageKind[] = [
  'text',
  'image',
  'voice',
  'video',
  'file',
  'location',
  'link',
  'sticker',
  'system',
  'unknown',
]
