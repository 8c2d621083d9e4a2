import type { InboundEvent, InboundUnreadable } from '../../channel.ts'
import { origins } from '../facts.ts'
import { type Happened, personOf, readEvent, type Unread } from './events.ts'
import { Fields, type Noted } from './fields.ts'
import { shownOf } from './kinds.ts'
import { longRawBytes, rawOf } from './raw.ts'

/** Of whom WeCom was asked, and when (ms), by WeCom's clock where that is known. */
export interface Asked {
  openKfid: string
  now: number
}

/** Before this no such message can have been sent (s since 1970): 2011, when WeChat began. */
const earliest = 1_295_000_000
/** How far ahead (s) of now a time may be before it is taken for a slip. */
const ahead = 24 * 60 * 60

/**
 * What one item of `msg_list` means to the desk. Whatever it is, it means something: at least that it could not be
 * read, with all of it. Never throws.
 */
export function readItem(item: unknown, asked: Asked): InboundEvent[] {
  const noted: Noted = { odd: false, long: false }
  const fields = new Fields(item, noted)
  if (!fields.there) return [unreadable(item, 'notAnObject', null, null)]
  const external = fields.id('msgid')
  const event = fields.inside('event')
  const sentAt = timeOf(fields, asked.now, noted)
  const resident = fields.id('external_userid') ?? event.id('external_userid')
  const of = fields.id('open_kfid') ?? event.id('open_kfid')
  if (of !== null && of !== asked.openKfid) return [unreadable(item, 'otherAccount', external, resident)]
  return fields.text('msgtype', 64) === 'event'
    ? eventOf(item, { event, external, at: sentAt }, resident, noted)
    : messageOf(item, fields, { external, resident, sentAt }, noted)
}

function eventOf(item: unknown, happened: Happened, resident: string | null, noted: Noted): InboundEvent[] {
  const read = readEvent(happened)
  if (typeof read === 'string') return [unreadable(item, read, happened.external, resident)]
  const known = read.event !== 'sendFailed' || read.reason === `fail_${happened.event.number('fail_type')}`
  if (!noted.odd && !noted.long && known) return [read]
  // What was made out of it counts, and the rest of it is not lost either.
  const own = happened.external === null ? null : `${happened.external}~rest`
  return [read, unreadable(item, 'unknownValue', own, resident)]
}

function messageOf(
  item: unknown,
  fields: Fields,
  of: { external: string | null; resident: string | null; sentAt: number },
  noted: Noted,
): InboundEvent[] {
  const { external, resident, sentAt } = of
  if (resident === null) return [unreadable(item, 'noResident', external, null)]
  const { partly, title = null, ...shown } = shownOf(fields, noted)
  const origin = fields.number('origin')
  const colleague = fields.id('servicer_userid')
  const raw = noted.long
    ? { raw: rawOf(item, longRawBytes) }
    : partly || noted.odd
      ? { raw: rawOf(item) }
      : {}
  const said = {
    contact: personOf(resident),
    conversation: resident,
    external,
    ...shown,
    title,
    sentAt,
    ...raw,
  }
  if (origin === origins.servicer || (origin === null && colleague !== null))
    return [{ event: 'own', ...said, ...(colleague === null ? {} : { colleague }) }]
  return [{ event: 'message', ...said, image: null, kind: origin === origins.system ? 'system' : shown.kind }]
}

function unreadable(
  item: unknown,
  reason: Unread,
  external: string | null,
  conversation: string | null,
): InboundUnreadable {
  return { event: 'unreadable', raw: rawOf(item), reason, external, conversation }
}

/** `send_time` is in seconds; where it cannot be, it is now, and noted. */
function timeOf(fields: Fields, now: number, noted: Noted): number {
  const seconds = fields.number('send_time')
  if (seconds !== null && seconds >= earliest && seconds <= now / 1000 + ahead)
    return Math.round(seconds * 1000)
  noted.odd = true
  return now
}
