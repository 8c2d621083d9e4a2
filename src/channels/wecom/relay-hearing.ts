import type { InboundEvent } from '../channel.ts'
import type { ConnectionSettings, Listener } from './desk.ts'
import type { NewsToken } from './pump.ts'
import { linkRelay, type RelayLink } from './relay-link.ts'
import { relayAgent } from './relay-way.ts'
import type { News } from './relay-wire.ts'

export interface RelayWorld {
  /** ms this machine's clock is ahead of WeCom's, by which messages are dated. */
  clockAhead(): number
  /** Whether what happens is told at once now; told on every change, and once more when it is (again) connected. */
  reliable(is: boolean): void
  /** Of this open_kfid, or of any. */
  news(openKfid: string | null, token: NewsToken | null): void
}

export interface RelayHearing {
  readonly reliable: boolean
  /** There is one, and for a while it could not be relied on. */
  readonly missed: boolean
  /** A page was taken in: what it holds should have been told of. */
  fetched(page: { events: readonly InboundEvent[]; byNews: boolean }): void
  stop(): void
}

/** So long (ms) after it was said, a message must have been told of. */
const toldWithin = 30_000
/** ms; it may be restarted without a word about it. */
const missedAfter = 60_000

/** Hears the relay of one corp. One that keeps silent about messages that are there is not relied on until it speaks again. */
export function hearRelay(settings: ConnectionSettings, listener: Listener, world: RelayWorld): RelayHearing {
  const { id, corpid, relay } = settings
  if (relay === null) {
    listener.relayState(id, 'none')
    return { reliable: false, missed: false, fetched: () => {}, stop: () => {} }
  }
  const { clock } = listener
  let serves = false
  let silent = false
  let connectedAt = 0
  let reliable = false
  let unreliableSince = clock.now()
  const settle = (again: boolean) => {
    const is = serves && !silent
    if (is === reliable && !(is && again)) return
    if (is && reliable) world.reliable(false)
    if (reliable && !is) unreliableSince = clock.now()
    reliable = is
    world.reliable(is)
  }
  const hear = (news: News) => {
    if (news.corpid !== corpid) return
    if (news.kind === 'contacts') listener.contactsChanged(id, news.ids)
    else if (news.kind === 'tags') listener.contactsChanged(id, { userid: null, external: null })
    else if (news.kind === 'accounts') {
      for (const one of [...news.added, ...news.removed]) world.news(one, null)
    } else {
      silent = false
      settle(false)
      world.news(news.account, news.token === null ? null : { value: news.token, until: news.until })
    }
  }
  const agent = relayAgent(settings)
  const link: RelayLink = linkRelay({
    url: relay.url,
    token: relay.token,
    ca: settings.ca,
    ...(agent ? { agent } : {}),
    clock,
    log: (line) => listener.log(`wecom ${id}: ${line}`),
    onState({ state }) {
      if (state !== 'connected') {
        serves = false
        settle(false)
        listener.relayState(id, state)
      }
    },
    onConnected(corps) {
      serves = corps.includes(corpid)
      connectedAt = clock.now()
      silent = false
      if (!serves) listener.log(`wecom ${id}: the relay does not serve this corp`)
      listener.relayState(id, serves ? 'connected' : 'refused')
      settle(true)
    },
    onNews: hear,
  })
  return {
    get reliable() {
      return reliable
    },
    get missed() {
      return !reliable && clock.now() - unreliableSince >= missedAfter
    },
    fetched({ events, byNews }) {
      if (byNews || !reliable) return
      const ahead = world.clockAhead()
      const late = clock.now() - ahead - toldWithin
      const since = connectedAt - ahead
      const untold = events.some(
        (event) => event.event === 'message' && event.sentAt < late && event.sentAt > since,
      )
      if (!untold) return
      listener.log(`wecom ${id}: the relay did not tell of messages that are there; asking meanwhile`)
      silent = true
      settle(false)
    },
    stop: () => link.stop(),
  }
}
