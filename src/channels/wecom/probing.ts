import type { Probe } from '../../contract/connections.ts'
import type { ApiSettings, ApiWorld, ListedAccount } from './api.ts'

export interface ProbeWorld extends ApiWorld {
  /** Whether the relay lets this desk in; null where none is set up. */
  relay: (() => Promise<'ok' | 'refused' | 'unreachable'>) | null
  signal?: AbortSignal
}

export interface Probed {
  probes: Probe[]
  accounts: ListedAccount[]
  /** The address WeCom saw, where it refused it. */
  seenFrom: string | null
}

/** Tries everything an account needs and changes nothing. */
export function probe(_settings: ApiSettings, _world: ProbeWorld): Promise<Probed> {
  throw new Error('not there yet')
}
