import { query } from './call.ts'
import { z } from './schema.ts'
import { id, instant } from './values.ts'

export interface SearchHit {
  seq: number
  thread: string
  account: string
  contactName: string
  from: 'resident' | 'desk' | 'note'
  authorName: string
  at: string
  /** Masked text around the first match. */
  excerpt: string
  /** Start and length of each match within `excerpt`, in UTF-16 code units. */
  marks: [start: number, length: number][]
  recalled: boolean
}

export interface SearchResult {
  hits: SearchHit[]
  /** Matching messages and notes in all. */
  total: number
  /** How many messages and notes there are: all of them were searched. */
  searched: number
  /** Sent date of the oldest one searched. */
  since: string | null
}

export const search = {
  /** All words must occur in the same message; letters match whatever their case. Newest first. */
  'search.messages': query<SearchResult>()(
    z.strictObject({
      words: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .refine((t) => t.isWellFormed()),
      account: id.optional(),
      contact: id.optional(),
      /** Only what this officer wrote. */
      author: id.optional(),
      from: instant.optional(),
      until: instant.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(100),
    }),
  ),
}
