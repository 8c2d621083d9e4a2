import { describe, expect, test } from 'vitest'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { at, until, window } from '../support/console.ts'
import { fillDisk, freeDisk } from '../support/full-disk.ts'
import { entriesOf, iso, minute, password, type TestStation, testStation } from '../support/station.ts'

const sessionEntries = ({ station }: TestStation, since: number) =>
  [...station.ledger.iterate()].flatMap(({ entry: { seq, type, subject, data } }) =>
    seq > since && (type.startsWith('session.') || type.startsWith('shift.'))
      ? [[type, subject, data.happenedAt]]
      : [],
  )

/** A desk whose disk has just filled, with a resident who waits. */
async function full() {
  const desk = await testStation()
  const thread = desk.hears({ text: '楼上半夜还在打麻将' })
  fillDisk(desk)
  return { desk, thread, since: desk.station.ledger.head().size }
}
const written = async (desk: TestStation) => {
  freeDisk(desk)
  await until(() => desk.station.readOnly === null)
  await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('rule 21: while the ledger cannot be written', () => {
  test('whoever comes on shift logs in and reads; that is put on record, with its time, once it can be', async () => {
    const { desk, thread, since } = await full()
    const zhao = window(desk)
    const came = desk.now
    expect(await zhao.call('session.login', { user: 'zhao', password, signOn: true })).toMatchObject({
      user: 'zhao',
      locked: false,
      onShift: false,
    })
    expect(await zhao.call('station.state', {})).toMatchObject({ readOnly: { reason: 'SQLITE_FULL' } })
    expect(await zhao.call('thread.get', { thread })).toMatchObject({ readable: true })
    expect(await zhao.refused('thread.claim', { thread })).toMatchObject({ code: 'ledger_unwritable' })
    expect(sessionEntries(desk, since)).toEqual([])

    desk.now += 7 * minute
    await zhao.call('session.active', {})
    await written(desk)
    expect(sessionEntries(desk, since)).toEqual([
      ['session.opened', 'zhao', iso(came)],
      ['shift.signedOn', 'zhao', undefined],
    ])
    expect(await zhao.call('session.get', {})).toMatchObject({ user: 'zhao', onShift: true })
    await zhao.call('thread.claim', { thread })
    await zhao.call('session.lock', {})
    expect(await zhao.refused('thread.get', { thread })).toEqual({ code: 'locked' })
    await desk.restart()
    expect(desk.station.sessions.of(zhao.token)).toMatchObject({ user: 'zhao', locked: true })
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  })

  test('a locked screen is unlocked by its officer, and one left alone locks', async () => {
    const desk = await testStation()
    const zhang = window(desk)
    await zhang.call('session.login', { user: 'zhang', password, signOn: false })
    const thread = desk.hears({ text: '在吗' })
    await zhang.call('session.lock', {})
    fillDisk(desk)
    const since = desk.station.ledger.head().size
    expect(await zhang.refused('thread.get', { thread })).toEqual({ code: 'locked' })
    await zhang.call('session.unlock', { password })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ id: thread })
    await desk.alone(6 * minute)
    expect(await zhang.refused('thread.get', { thread })).toEqual({ code: 'locked' })
    await zhang.call('session.unlock', { password })
    await zhang.call('session.logout', {})
    expect(await zhang.call('session.get', {})).toBeNull()
    await written(desk)
    expect(sessionEntries(desk, since).map(([type]) => type)).toEqual([
      'session.unlocked',
      'session.locked',
      'session.unlocked',
      'session.closed',
    ])
    expect(desk.station.db.prepare('SELECT count(*) FROM session').pluck().get()).toBe(0)
  })

  test('whoever is at work is not locked out', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const thread = desk.hears({ text: '在吗' })
    fillDisk(desk)
    await zhang.refused('thread.claim', { thread })
    for (let n = 0; n < 3; n += 1) {
      await desk.alone(4 * minute)
      await zhang.call('session.active', {})
    }
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ id: thread })
    await written(desk)
    await desk.alone(minute)
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ id: thread })
  })

  test('a wrong password opens nothing, makes the next try wait, and is put on record too', async () => {
    const desk = await testStation()
    const since = desk.station.ledger.head().size
    // Not even what would fit into the pages there are.
    desk.station.db.pragma('query_only = ON')
    const guess = (password: string) =>
      window(desk).refused('session.login', { user: 'li', password, signOn: false })
    for (let n = 0; n < 3; n += 1) expect(await guess('falsch')).toMatchObject({ code: 'wrong_password' })
    expect(await guess(password)).toMatchObject({ code: 'too_many_attempts' })
    desk.station.db.pragma('query_only = OFF')
    await written(desk)
    expect(sessionEntries(desk, since).map(([type]) => type)).toEqual(Array(3).fill('session.refused'))
    desk.now += 20 * minute
    expect(await window(desk).call('session.login', { user: 'li', password, signOn: false })).toMatchObject({
      user: 'li',
    })
  })

  test('who left again is not signed on afterwards, and who was given a new password is out', async () => {
    const { desk, since } = await full()
    const [zhao, li] = [window(desk), window(desk)]
    await zhao.call('session.login', { user: 'zhao', password, signOn: true })
    await zhao.call('session.logout', {})
    await li.call('session.login', { user: 'li', password, signOn: false })
    await written(desk)
    expect(entriesOf(desk.station, 'shift.signedOn').filter(({ seq }) => seq > since)).toEqual([])
    expect(await li.call('session.get', {})).toMatchObject({ user: 'li' })
    const admin = await at(desk, 'guanli')
    await admin.call('person.setPassword', { user: 'li', password: 'another-1234' })
    expect(await li.call('session.get', {})).toBeNull()
  })
})
