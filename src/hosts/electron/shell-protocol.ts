import { z } from 'zod'

/**
 * What the shell (Electron main) and the core (utilityProcess) say to each other over `parentPort`.
 * Both ends validate: either may be older than the other during an update, and neither trusts the other's bugs.
 */

const name = z.string().min(1).max(100)
const waiting = z.number().int().min(0)
/** Where a click on the notification leads. The shell passes it on unread; only the console knows what it means. */
const place = z.string().min(1).max(200).optional()

export const openOptions = z.strictObject({
  dir: z.string().min(1),
  device: z.string().min(1).max(64),
  resources: z.string().min(1),
  /** Opens the demo station where there is none yet. */
  demo: z.boolean(),
  version: z.string().min(1).max(64),
})
export type OpenOptions = z.infer<typeof openOptions>

export const toCore = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), options: openOptions }),
  /** Comes with one MessagePort. The key is the window's, the same after a reload of its page. */
  z.strictObject({ type: z.literal('console'), key: z.string().min(1).max(64) }),
  z.strictObject({ type: z.literal('secret'), id: z.number().int(), value: z.string().nullable() }),
  z.strictObject({ type: z.literal('secretRefused'), id: z.number().int(), reason: z.string() }),
  z.strictObject({ type: z.literal('close') }),
])
export type ToCore = z.infer<typeof toCore>

/** Strict, so that not one word of a message can ride along into a system notification. */
export const notice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), account: name, waiting, place }),
  z.strictObject({ kind: z.literal('alarm'), account: name, waiting, place }),
  z.strictObject({ kind: z.literal('waiting'), waiting }),
])
export type Notice = z.infer<typeof notice>

export const toShell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('opened') }),
  z.strictObject({ type: z.literal('failed'), reason: z.string() }),
  z.strictObject({ type: z.literal('secret.get'), id: z.number().int(), name }),
  z.strictObject({
    type: z.literal('secret.set'),
    id: z.number().int(),
    name,
    value: z.string().max(100_000),
  }),
  z.strictObject({ type: z.literal('notice'), notice }),
  z.strictObject({ type: z.literal('log'), line: z.string() }),
])
export type ToShell = z.infer<typeof toShell>
