import type { InboundColleague, InboundEvent, InboundService } from '../../channel.ts'
import {
  eventTypes,
  rejectSwitch,
  sendFailures,
  servicerStatusInEvent,
  sessionChanges,
  stopTypes,
} from '../facts.ts'
import { enteredBy } from './entering.ts'
import type { Fields } from './fields.ts'

/** One event of the channel, with what stands outside of it. */
export interface Happened {
  event: Fields
  /** Its own id. */
  external: string | null
  at: number
}

/** Why an item is kept aside: the words are `settings.aside.reasons`. */
export type Unread =
  | 'notAnObject'
  | 'otherAccount'
  | 'noResident'
  | 'unknownEvent'
  | 'unknownValue'
  | 'incomplete'

type Read = (happened: Happened) => InboundEvent | Unread

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  [eventTypes.enterSession, entering],
  [eventTypes.sendFail, sendFailed],
  [eventTypes.servicerStatus, servicerStatus],
  [eventTypes.sessionStatus, sessionStatus],
  [eventTypes.customerRecall, recalled],
  [eventTypes.servicerRecall, recalled],
  [eventTypes.rejectSwitch, shutOut],
])

export function readEvent(happened: Happened): InboundEvent | Unread {
  return readers.get(happened.event.text('event_type', 64))?.(happened) ?? 'unknownEvent'
}

export function personOf(external: string): { external: string; name: string } {
  return { external, name: '' }
}

function entering({ event, external, at }: Happened): InboundEvent | Unread {
  const who = event.id('external_userid')
  if (who === null) return 'noResident'
  const code = event.text('welcome_code')
  return {
    event: 'entered',
    contact: personOf(who),
    ...enteredBy(event),
    ...(code === '' ? {} : { code }),
    external,
    at,
  }
}

const failTypes: ReadonlySet<number | null> = new Set(Object.values(sendFailures))

function sendFailed({ event, at }: Happened): InboundEvent | Unread {
  const failed = event.id('fail_msgid')
  if (failed === null) return 'incomplete'
  const type = event.number('fail_type')
  const known = failTypes.has(type) ? type : sendFailures.unknown
  return { event: 'sendFailed', external: failed, reason: `fail_${known}`, at }
}

/** Recalling a recall is not possible: what is named is a message of the resident or of a colleague. */
function recalled({ event, at }: Happened): InboundEvent | Unread {
  const external = event.id('recall_msgid')
  return external === null ? 'incomplete' : { event: 'recall', external, at }
}

const serviceStates: ReadonlyMap<number | null, InboundService['state']> = new Map([
  [sessionChanges.picked, 'colleague'],
  [sessionChanges.transferred, 'colleague'],
  [sessionChanges.ended, 'ended'],
  [sessionChanges.rejoined, 'colleague'],
])

function sessionStatus({ event, external, at }: Happened): InboundEvent | Unread {
  const who = event.id('external_userid')
  const state = serviceStates.get(event.number('change_type'))
  if (who === null) return 'noResident'
  if (state === undefined) return 'unknownValue'
  const colleague = event.id(state === 'ended' ? 'old_servicer_userid' : 'new_servicer_userid')
  return { event: 'service', contact: personOf(who), conversation: who, state, colleague, external, at }
}

function servicerStatus({ event, external, at }: Happened): InboundEvent | Unread {
  const colleague = event.id('servicer_userid')
  if (colleague === null) return 'incomplete'
  const status = event.number('status')
  let what: InboundColleague['what']
  if (status === servicerStatusInEvent.receiving) what = 'receiving'
  else if (status !== servicerStatusInEvent.stopped) return 'unknownValue'
  else what = event.number('stop_type') === stopTypes.suspended ? 'suspended' : 'stopped'
  return { event: 'colleague', colleague, what, contact: null, external, at }
}

function shutOut({ event, external, at }: Happened): InboundEvent | Unread {
  const colleague = event.id('servicer_userid')
  const who = event.id('external_userid')
  const turned = event.number('reject_switch')
  if (colleague === null) return 'incomplete'
  if (who === null) return 'noResident'
  if (turned !== rejectSwitch.rejected && turned !== rejectSwitch.restored) return 'unknownValue'
  const what = turned === rejectSwitch.rejected ? 'shutOut' : 'letIn'
  return { event: 'colleague', colleague, what, contact: personOf(who), external, at }
}
