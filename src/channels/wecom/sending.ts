import type { Outgoing, SendResult } from '../channel.ts'
import type { WecomApi } from './api.ts'
import type { Clock } from './desk.ts'

export interface SendingWorld {
  api: WecomApi
  clock: Clock
  log(line: string): void
  /** The open_kfid of an account of the desk; null where it is not bound (any more). */
  openKfidOf(account: string): string | null
}

/** One per connection. */
export class Sending {
  constructor(_world: SendingWorld) {}
  /** Never throws for what the outside world can do. */
  send(_message: Outgoing): Promise<SendResult> {
    throw new Error('not there yet')
  }
}
