import type { ConnectionSettings } from '../../channels/wecom/desk.ts'

/**
 * The same settings, whose secrets are read and never printed: an error that holds them, in a log line or as the last
 * word of a core that dies, shows that there are some.
 */
export function guarded(settings: ConnectionSettings): ConnectionSettings {
  const { secret, proxy, relay, ...rest } = settings
  return {
    ...rest,
    get secret() {
      return secret
    },
    get proxy() {
      return proxy
    },
    get relay() {
      return relay
    },
  }
}
