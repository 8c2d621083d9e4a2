import type { Refusal } from './errors.ts'
import { z } from './schema.ts'
import type { Change, Presence, Session } from './session.ts'

/** Frames on the MessagePort (as objects) and on the WebSocket (as JSON). The same in both. */

export const request = z.strictObject({
  /** Number of the request on this connection. */
  id: z.number().int().min(0),
  call: z.string().max(64),
  input: z.unknown(),
  /** UUIDv7 made by the console; commands only. The same again returns the first answer. */
  command: z.uuid().optional(),
})
export type Request = z.infer<typeof request>

export type Response = { id: number; result: unknown } | { id: number; refused: Refusal }

export type Push =
  | { push: 'hello'; version: string; seq: number }
  | { push: 'changed'; change: Change }
  | { push: 'presence'; presence: Presence[] }
  | { push: 'session'; session: Session | null }
  | { push: 'readOnly'; reason: string | null }

export type FromCore = Response | Push
