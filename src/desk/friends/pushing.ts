import { ApiRefused } from '../../channels/wecom/api-error.ts'
import type { ContactsApi } from '../../channels/wecom/contacts/contacts.ts'
import { meaningOf } from '../../channels/wecom/contacts/refusals.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import { Refused } from '../../contract/errors.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { learnCapability } from './pulling.ts'
import { resident } from './reading.ts'
import { channelRefused, notConnected } from './refusing.ts'

/** Gives a remark or tags back to WeCom. What WeCom took is put on record by the command itself. */

interface Place {
  connection: string
  external: string
  api: ContactsApi
}

/** Where a resident is to be found in WeCom. @throws Refused */
export function placeOf(station: Station, contact: string, by: By): Place {
  const { external } = resident(station, contact, by)
  const connection = station.views.friends.connectionOf(contact)
  if (connection === null || external === '')
    throw new Refused({ code: 'channel_cannot', account: accountOf(station, contact), what: 'friends' })
  const api = station.friends.of(connection)
  if (api === null) throw notConnected
  return { connection, external, api }
}

const accountOf = (station: Station, contact: string) => station.views.people.contact(contact)?.account ?? ''

/** Asks WeCom, and learns from a refusal what was not known. @throws Refused */
export async function asking<Answer>(
  station: Station,
  { connection, external }: Pick<Place, 'connection' | 'external'>,
  call: Promise<Answer>,
): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    const refusal = channelRefused(error)
    if (meaningOf(error).is === 'unable')
      await learnCapability(station, connection, 'contacts', {
        able: false,
        code: (error as ApiRefused).errcode,
      })
    // They were a friend and are not any more: what else changed is asked at once.
    if (error instanceof ApiRefused && error.errcode === errorCodes.notExternalContact)
      station.friends.changed(connection, { userid: null, external })
    throw new Refused(refusal)
  }
}
