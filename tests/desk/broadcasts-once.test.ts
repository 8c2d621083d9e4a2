import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { approve, day, draft, made, village } from '../support/broadcasting.ts'
import { answerLost, neverSent, refusal } from '../support/contacts.ts'
import { entriesOf, minute } from '../support/station.ts'

describe('nobody gets it twice', () => {
  test('a task whose answer was lost is found again, not made again', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    expect(contacts.made).toHaveLength(2)
    await works(30_000)
    await works(minute)
    expect(contacts.made).toHaveLength(2)
    const { tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state)).toEqual(['created', 'created'])
    expect(
      entriesOf(given.desk.station, 'broadcast.created')
        .map(({ data }) => data.msgid)
        .sort(),
    ).toEqual(['msg1', 'msg2'])
  })

  test('also when the core died in between', async () => {
    const given = await village()
    const { contacts, consoles, works, desk } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    await approve(given, await draft(consoles.zhang))
    await works()
    await desk.restart()
    await desk.station.linking.settled()
    await works(5 * minute)
    await works(5 * minute)
    expect(contacts.made).toHaveLength(2)
    expect(entriesOf(desk.station, 'broadcast.created')).toHaveLength(2)
  })

  test('while WeCom hands out one that may be it, nothing is made', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }])
    await approve(given, await draft(consoles.zhang))
    await works()
    contacts.made[0]!.dispatching = true
    await works(2 * minute)
    expect(contacts.made).toHaveLength(2)
    contacts.made[0]!.dispatching = false
    await works(minute)
    expect(contacts.made).toHaveLength(2)
    expect(entriesOf(given.desk.station, 'broadcast.created')).toHaveLength(2)
  })

  test('the same words once more within the hour are another broadcast, not the first one again', async () => {
    const given = await made()
    await approve(given, await draft(given.consoles.zhang))
    await given.works()
    expect(given.contacts.made).toHaveLength(4)
    const msgids = entriesOf(given.desk.station, 'broadcast.created').map(({ data }) => data.msgid)
    expect(new Set(msgids).size).toBe(4)
  })

  test('one that surely never left is made later; the same words of another day are another broadcast', async () => {
    const given = await made()
    const { contacts, consoles, works, desk } = given
    for (const { msgid } of contacts.made) contacts.confirm(msgid)
    await works(day)
    contacts.fails.set('createBroadcast', [neverSent(), refusal(errorCodes.tooFrequent)])
    await approve(given, await draft(consoles.zhang))
    await works()
    expect(contacts.made).toHaveLength(2)
    await works(minute)
    expect(contacts.made).toHaveLength(4)
    expect(entriesOf(desk.station, 'broadcast.created')).toHaveLength(4)
  })
})
