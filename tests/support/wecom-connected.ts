import type { Emulator } from '../emulators/wecom/client.ts'
import type { RelayProcess } from './relay-process.ts'
import type { Elsewhere } from './served.ts'

export type Corp = Awaited<ReturnType<Emulator['control']['station']>>

export interface BoundKf {
  openKfid: string
  /** The desk's account. */
  account: string
}

/** Connects a desk to an emulated corp by its relay, and binds all its accounts. */
export async function connected(
  admin: Elsewhere,
  { wecom, corp, relay }: { wecom: Emulator; corp: Corp; relay: RelayProcess },
  named: (name: string) => string = (name) => name,
): Promise<BoundKf[]> {
  await wecom.control.setCallback({ corpid: corp.corpid, ...relay.callback })
  const { id: connection } = await admin.call('connection.add', {
    name: '县局',
    corpid: corp.corpid,
    secret: corp.secret,
    apiBase: wecom.url,
    ca: null,
    proxy: null,
    relay: relay.url,
    relayToken: relay.token,
  })
  const bound: BoundKf[] = []
  for (const { openKfid, name } of corp.accounts) {
    const { account } = await admin.call('connection.bind', { connection, openKfid, name: named(name) })
    bound.push({ openKfid, account })
  }
  return bound
}
