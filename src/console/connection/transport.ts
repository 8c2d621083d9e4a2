import type { Ref } from 'vue'
import type { FromCore, Request } from '../../contract/wire.ts'

export type LinkState = 'connecting' | 'open' | 'lost'

/** A way to the core. It only carries frames; what to do when it drops is the connection's business. */
export interface Transport {
  readonly state: Readonly<Ref<LinkState>>
  send(request: Request): void
  /** Drops the present link and makes a new one, e.g. with the cookie of a new login. */
  restart(): void
  onFrame(take: (frame: FromCore) => void): void
  onOpen(take: () => void): void
  onDrop(take: () => void): void
}
