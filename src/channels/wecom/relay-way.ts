import { type Agent, Agent as HttpsAgent } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { ConnectionSettings } from './desk.ts'

/** What stands on this machine is reached without the proxy. */
const notProxied = 'localhost,127.0.0.1,::1'

/** Through the proxy as WeCom itself is; a relay at ws:// stands in the station's own network. */
export function relayAgent({ relay, proxy, ca }: ConnectionSettings): Agent | null {
  if (proxy === null || !relay?.url.startsWith('wss:')) return null
  return new HttpsAgent({
    proxyEnv: { HTTPS_PROXY: proxy, NO_PROXY: notProxied },
    ...(ca ? { ca: [...rootCertificates, ca] } : {}),
  })
}
