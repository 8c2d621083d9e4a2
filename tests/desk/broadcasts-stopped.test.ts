import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { approve, draft, everybody, made, page, village } from '../support/broadcasting.ts'
import { answerLost, neverSent, refusal } from '../support/contacts.ts'
import { minute } from '../support/station.ts'

describe('what WeCom refuses', () => {
  test('for the whole app: it failed, the code is told, and the next preview reaches nobody', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    const no = () => refusal(errorCodes.apiForbidden)
    contacts.fails.set('createBroadcast', [no(), no()])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    const { broadcast: failed, tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(failed).toMatchObject({ state: 'failed', counts: { unsent: 2, waiting: 0 } })
    expect(tasks).toMatchObject([{ code: 48002 }, { code: 48002 }])
    const ask = { audience: everybody, of: 'reachable' as const, ...page }
    expect(await consoles.zhang.call('broadcasts.preview', ask)).toMatchObject({
      reachable: 0,
      unreachable: { notPermitted: 3 },
    })
  })

  test('for one member: the others go out all the same', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [refusal(errorCodes.invalidUserid)])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    const { tasks, broadcast: row } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state).sort()).toEqual(['created', 'failed'])
    expect(row.state).toBe('sending')
  })
})

describe('cancelling', () => {
  test('takes back what was not confirmed; what was goes on to its end', async () => {
    const { contacts, get, works, consoles, broadcast } = await made()
    contacts.confirm('msg1')
    await consoles.zhang.call('broadcast.cancel', { broadcast, reason: '内容有误' })
    await works()
    expect(contacts.made.map(({ cancelled }) => cancelled)).toEqual([false, true])
    const { broadcast: row, tasks } = await get()
    expect(row).toMatchObject({ state: 'cancelled', counts: { sent: 1, unsent: 1, waiting: 0 } })
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'cancelled'])
  })

  test('before any task was made: none is', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await consoles.li.call('broadcast.cancel', { broadcast, reason: '弄错了' })
    await works()
    expect(contacts.asked).not.toContain('createBroadcast')
    const { tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  test('while the answer to making one is unknown: it is looked for, and taken back', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    await consoles.zhang.call('broadcast.cancel', { broadcast, reason: '弄错了' })
    await works(2 * minute)
    await works(2 * minute)
    expect(contacts.made.map(({ cancelled }) => cancelled)).toEqual([true, true])
  })
})

describe('cancelling what may have been made', () => {
  test('is not said to be done because WeCom could not be asked: it is looked for until it is found', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    await consoles.zhang.call('broadcast.cancel', { broadcast, reason: '弄错了' })
    // The line is down when it is looked for.
    contacts.fails.set('broadcasts', [neverSent(), neverSent()])
    await works(2 * minute)
    for (let n = 0; n < 5; n += 1) await works(2 * minute)
    expect(contacts.made.map(({ cancelled }) => cancelled)).toEqual([true, true])
  })

  test('nor does it count as never made because looking for it was refused', async () => {
    const given = await village()
    const { contacts, consoles, works } = given
    contacts.fails.set('createBroadcast', [{ after: answerLost() }, { after: answerLost() }])
    const broadcast = await draft(consoles.zhang)
    await approve(given, broadcast)
    await works()
    const no = () => refusal(errorCodes.apiForbidden)
    contacts.fails.set('broadcasts', [no(), no()])
    await works(2 * minute)
    for (let n = 0; n < 5; n += 1) await works(2 * minute)
    const { tasks } = await consoles.zhang.call('broadcast.get', { broadcast })
    expect(tasks.map(({ state }) => state)).toEqual(['created', 'created'])
  })
})
