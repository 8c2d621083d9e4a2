import { eventTypes, origins, sync } from '../../../src/channels/wecom/facts.ts'
import type { Account, Arrival, World } from './world.ts'

/** What arrives in an account's log, in order; sync_msg gives it out. */

export interface Item {
  msgtype: string
  [field: string]: unknown
}

export interface Arriving {
  customer: string | null
  origin?: 3 | 4 | 5
  servicer?: string | undefined
  msgid?: string | undefined
  /** ms; the clock's when absent */
  sentAt?: number | undefined
  n?: number | undefined
  voice?: string | undefined
  /** Tells no callback. */
  quietly?: boolean | undefined
  /** Given out exactly so. */
  verbatim?: string | undefined
}

export function arrive(world: World, account: Account, item: Item, how: Arriving): Arrival {
  const now = world.clock.now()
  const sendTime = how.sentAt ?? now
  const msgid = how.msgid ?? freshId(world, account)
  const event = item.msgtype === 'event'
  const whole: Record<string, unknown> = { msgid }
  if (!event) {
    whole.open_kfid = account.openKfid
    whole.external_userid = how.customer ?? undefined
  }
  whole.send_time = Math.floor(sendTime / 1000)
  whole.origin = how.origin ?? (event ? origins.system : origins.customer)
  if (how.servicer !== undefined && !event) whole.servicer_userid = how.servicer
  const arrival: Arrival = {
    at: now,
    sendTime,
    msgid,
    msgtype: item.msgtype,
    customer: how.customer,
    n: how.n ?? null,
    recalled: false,
    voice: how.voice ?? null,
    json: how.verbatim ?? JSON.stringify({ ...whole, ...item }),
  }
  account.log.push(arrival)
  account.byMsgid.set(msgid, arrival)
  if (!how.quietly) world.callbacks.news(account)
  return arrival
}

/** Events name account and customer inside, nowhere else. */
export function happen(
  world: World,
  account: Account,
  type: (typeof eventTypes)[keyof typeof eventTypes],
  customer: string | null,
  fields: Record<string, unknown>,
  how: { quietly?: boolean | undefined; sentAt?: number | undefined } = {},
): Arrival {
  const event: Record<string, unknown> = { event_type: type, open_kfid: account.openKfid }
  if (customer !== null) event.external_userid = customer
  return arrive(world, account, { msgtype: 'event', event: { ...event, ...fields } }, { customer, ...how })
}

export function sendFails(
  world: World,
  account: Account,
  customer: string,
  msgid: string,
  failType: number,
): void {
  const sent = account.sent.get(msgid)
  if (sent) sent.failType = failType
  happen(world, account, eventTypes.sendFail, customer, { fail_msgid: msgid, fail_type: failType })
}

/** Moves past what is older than three days. */
export function forget(account: Account, now: number): void {
  while (account.oldest < account.log.length) {
    const head = account.log[account.oldest] as Arrival
    if (head.sendTime > now - sync.retention) return
    account.oldest++
  }
}

export function freshId(world: World, account: Account): string {
  return `${world.id('', 30)}${account.openKfid.slice(-2)}`
}
