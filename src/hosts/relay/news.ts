import { accounts, callbacks } from '../../channels/wecom/facts.ts'
import type { News } from '../../channels/wecom/relay-wire.ts'
import { type Fields, fieldOf } from './callback-xml.ts'

/** `other`: genuine, but nothing desks are told of; `event` is its name where it has a proper one. */
export type Told = { news: News } | { other: true; event: string | null }

/**
 * What desks are told of a callback: ids, times and the token to fetch with. Nothing anybody wrote is among it, whatever
 * stands in the callback.
 * @param signedAt when WeCom signed it (ms)
 * @param now by the relay's clock
 */
export function newsOf(corpid: string, fields: Fields, signedAt: number, now: number): Told {
  const event = fieldOf(fields, 'Event')
  if (event === null) return { other: true, event: null }
  const id = (name: string, most = 128) => short(fieldOf(fields, name), most)
  const change = id('ChangeType', 64)
  switch (event) {
    case callbacks.kfEvent: {
      const left = tokenLeft(fieldOf(fields, 'CreateTime'), signedAt)
      const token = left > 0 ? id('Token', callbacks.syncTokenBytes) : null
      const account = id('OpenKfId', accounts.openKfidBytes)
      return { news: { kind: 'messages', corpid, account, token, at: now, until: now + left } }
    }
    case callbacks.authChangeEvent: {
      const ids = (name: string) =>
        (fields.get(name) ?? []).flatMap((text) => short(text.trim(), accounts.openKfidBytes) ?? [])
      const [added, removed] = [ids('AuthAddOpenKfId'), ids('AuthDelOpenKfId')]
      return { news: { kind: 'accounts', corpid, added, removed, at: now } }
    }
    case callbacks.contactEvent: {
      const ids = { userid: id('UserID'), external: id('ExternalUserID') }
      return { news: { kind: 'contacts', corpid, change, ids, at: now } }
    }
    case callbacks.tagEvent: {
      return {
        news: { kind: 'tags', corpid, change, ids: { id: id('Id'), type: id('TagType', 32) }, at: now },
      }
    }
    default:
      return { other: true, event: /^[a-z_]{1,48}$/.test(event) ? event : null }
  }
}

/** How much of a token's life is left, by WeCom's own two times, so that no difference between clocks comes in. */
function tokenLeft(createTime: string | null, signedAt: number): number {
  const age = createTime !== null && /^\d{1,12}$/.test(createTime) ? signedAt - Number(createTime) * 1000 : 0
  return Math.max(0, callbacks.syncTokenLife - Math.max(0, age))
}

/** What is longer than it can be is nothing we know how to use. */
function short(id: string | null, most: number): string | null {
  return id !== null && id !== '' && Buffer.byteLength(id) <= most ? id : null
}
