import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, nothing, reason } from './values.ts'

/** How long words are kept, what may not go, and erasing for good (PIPL art. 47). Entries stay; texts and salts go. */

/** What was said in threads by category (`thread.hukou`, `thread.none`, …), and the rest of what is content. */
export interface RetentionClass {
  id: string
  /** Null: kept until somebody erases it. */
  months: number | null
  /** No shorter period may be set: law, or what the desk needs. */
  minimum: number
  contents: number
  oldestAt: string | null
  /** Past their period now, and of these held back. */
  due: number
  held: number
}

export interface Hold {
  id: string
  of: { kind: 'thread'; thread: string } | { kind: 'contact'; contact: string } | { kind: 'everything' }
  title: string | null
  reason: string | null
  byName: string
  at: string
  liftedAt: string | null
  liftedByName: string | null
}

export const erasureScope = z.discriminatedUnion('kind', [
  /** All that is past its period. */
  z.strictObject({ kind: z.literal('due') }),
  /** All that is about one resident, at the resident's request. */
  z.strictObject({ kind: z.literal('contact'), contact: id }),
  z.strictObject({ kind: z.literal('thread'), thread: id }),
])
export type ErasureScope = z.infer<typeof erasureScope>

export interface ErasurePreview {
  /** Names this very set; running another one is refused. */
  digest: string
  /** Of one resident's private threads nothing is counted for who may not read them; they go with the rest. */
  classes: { id: string; contents: number; oldestAt: string | null; newestAt: string | null }[]
  contents: number
  threads: number
  media: number
  /** Left alone: under a legal hold, or in a thread that is still open. */
  held: number
  open: number
  /** Left alone: asked for by name, but not past the shortest period of its class. */
  young: number
  /** Copies elsewhere that still hold the texts. */
  backups: { file: string; at: string; bytes: number }[]
  exports: { name: string; at: string }[]
}

export interface Erasure {
  seq: number
  at: string
  byName: string
  ground: string
  scope: ErasureScope['kind']
  contents: number
}

export const retention = {
  'retention.get': query<{ classes: RetentionClass[]; metadataMonths: { law: number; kept: 'forever' } }>()(
    nothing,
  ),
  'retention.change': command<void>()(
    z.strictObject({
      classes: z
        .array(z.strictObject({ id, months: z.number().int().min(1).max(1_200).nullable() }))
        .min(1)
        .max(60),
    }),
  ),
  'holds.list': query<Hold[]>()(nothing),
  'hold.place': command<{ hold: string }>()(
    z.strictObject({
      of: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('thread'), thread: id }),
        z.strictObject({ kind: z.literal('contact'), contact: id }),
        z.strictObject({ kind: z.literal('everything') }),
      ]),
      reason,
    }),
  ),
  'hold.lift': command<void>()(z.strictObject({ hold: id, reason })),
  'erasure.preview': query<ErasurePreview>()(z.strictObject({ scope: erasureScope })),
  /** Its result is `{contents, media, bytes}`. `ground` is the legal ground, which stays on record. */
  'erasure.run': command<{ work: string }>()(
    z.strictObject({
      scope: erasureScope,
      digest: z.string().max(64),
      ground: reason,
      password: z.string().max(256),
    }),
  ),
  'erasures.list': query<Erasure[]>()(nothing),
  'backup.remove': command<void>()(z.strictObject({ file: z.string().max(300) })),
}
