import type { Channel } from '../../channels/channel.ts'
import type { ApiSettings, ApiWorld, ListedAccount } from '../../channels/wecom/api.ts'
import { openApi } from '../../channels/wecom/api.ts'
import { WecomChannel } from '../../channels/wecom/channel.ts'
import type { ConnectionSettings, Listener, WecomConnection } from '../../channels/wecom/desk.ts'
import { type Probed, type ProbeWorld, probe } from '../../channels/wecom/probing.ts'

/** The channel as the desk opens and closes it. */
export interface WecomLines extends Channel {
  open(settings: ConnectionSettings): WecomConnection
  close(id: string): Promise<void>
  connection(id: string): WecomConnection | null
  /** Through which an account is served. */
  of(account: string): WecomConnection | null
  stop(): Promise<void>
}

/** What of WeCom the desk needs; a test has its own. */
export interface Wecom {
  lines(listener: Listener): WecomLines
  probe(settings: ApiSettings, world: ProbeWorld): Promise<Probed>
  accounts(settings: ApiSettings, world: ApiWorld, signal: AbortSignal): Promise<ListedAccount[]>
}

export const realWecom: Wecom = {
  lines: (listener) => new WecomChannel(listener),
  probe,
  async accounts(settings, world, signal) {
    const api = openApi(settings, world)
    try {
      return await api.accounts(signal)
    } finally {
      await api.close()
    }
  },
}
