import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDesk } from '../../src/desk/core.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import { monday, root, screensFollowLedger, tempDir } from '../support/station.ts'

/** The invented station as a newcomer opens it on a Monday morning. */
async function demo() {
  const dir = tempDir()
  const desk = await openDesk({
    dir,
    secrets: fileSecrets(join(dir, 'secrets')),
    device: 'test-pc',
    resources: join(root, 'resources'),
    version: 'test',
    clock: () => monday,
  })
  await desk.openDemo()
  const station = desk.station!
  station.timers.stop()
  const by = (user: string, role: string) => ({ user, role, device: 'test-pc', now: monday })
  const rows = async (of: { kind?: string; escalated?: boolean }) =>
    (
      await station.query(
        'threads.list',
        { queue: 'all', offset: 0, limit: 200 },
        by('zhoujianguo', 'supervisor'),
      )
    ).rows.filter(
      ({ kind, escalation }) =>
        (of.kind === undefined || kind === of.kind) && (!of.escalated || escalation !== null),
    )
  return { desk, station, by, rows }
}

test('the demo station opens in peace: what rang is acknowledged and looked after, nothing is called again', async () => {
  const { desk, station } = await demo()
  const alarms = station.views.alarms.open()
  expect(alarms.length).toBeGreaterThan(0)
  expect(alarms.map(({ state, calls }) => [state, calls])).toEqual(alarms.map(() => ['followed', 0]))
  for (const { acknowledged_at, raised_at } of alarms)
    expect(acknowledged_at! - raised_at).toBeLessThanOrEqual(60_000)
  await station.timers.tick()
  expect(station.views.alarms.open().map(({ contact_due }) => contact_due)).toEqual(alarms.map(() => 0))
  expect(screensFollowLedger(station)).toBe(true)
  await desk.close()
})

test('the demo station shows desks at work: one matter taken, one come back to the supervisor', async () => {
  const { desk, station, by, rows } = await demo()
  await station.timers.tick()
  const matters = (await rows({ escalated: true })).map((row) => ({
    ...row.escalation,
    private: row.private,
    holder: row.holder,
  }))
  expect(matters).toHaveLength(2)
  expect(matters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        desk: 'mediation',
        level: 'yellow',
        state: 'accepted',
        private: true,
        holder: 'liufang',
      }),
      expect.objectContaining({ desk: 'supervisor', level: 'red', state: 'returned', private: true }),
    ]),
  )
  const { desks } = await station.query('desks.list', {}, by('zhanglei', 'officer'))
  expect(desks.find(({ id }) => id === 'mediation')!.members).toEqual(['liufang'])
  expect(station.views.warnings.counts()).toMatchObject({ open: 1, overdue: 0 })
  await desk.close()
})

test('the demo station has a group, and residents in every account who ask the same', async () => {
  const { desk, station, by, rows } = await demo()
  const [group, ...others] = await rows({ kind: 'group' })
  expect(others).toEqual([])
  expect(group).toMatchObject({
    contactName: '柳河村村民群',
    account: 'liuhe',
    waitingSince: expect.any(String),
  })
  const zhang = by('zhanglei', 'officer')
  const similar = await station.query('common.similar', { thread: group!.id }, zhang)
  expect(new Set(similar.map(({ row }) => row.account))).toEqual(new Set(['liuhe', 'shiqiao', 'binhe']))
  expect(similar.length).toBeLessThan(6)
  await desk.close()
})

test('the demo station has two posts and a roster, and whoever is rostered now is there', async () => {
  const { desk, station, by } = await demo()
  const asked = by('wumin', 'admin')
  const posts = await station.query('posts.list', {}, asked)
  expect(posts.map(({ name, accounts }) => [name, accounts])).toEqual([
    ['一号岗', ['liuhe', 'shiqiao']],
    ['二号岗', ['binhe', 'jicun']],
  ])
  const now = await station.query('shift.now', {}, asked)
  expect(now).toMatchObject({ missing: [], unmanned: [] })
  expect(now.current.map(({ name, people }) => [name, people.map(({ user }) => user)])).toEqual([
    ['白班', ['chenjun']],
    ['白班', ['zhanglei']],
  ])
  expect(now.next.map(({ name, people }) => [name, people[0]!.user])).toEqual([
    ['夜班', 'liufang'],
    ['夜班', 'zhoujianguo'],
  ])
  const eight = '2026-11-23T00:00:00.000Z'
  expect(now.on.find(({ user }) => user === 'chenjun')).toMatchObject({
    post: 'post1',
    since: eight,
    until: '2026-11-23T12:00:00.000Z',
  })
  const day = 24 * 3_600_000
  const span = { from: new Date(monday - day).toISOString(), to: new Date(monday + day).toISOString() }
  expect(await station.query('roster.list', span, asked)).toHaveLength(10)
  await desk.close()
})

test('the demo station has a finished handoff with its code, which the auditor finds signed unread', async () => {
  const { desk, station, by } = await demo()
  const sun = by('sunli', 'auditor')
  const { rows } = await station.query('handoffs.list', { of: 'finished', offset: 0, limit: 10 }, sun)
  expect(rows).toMatchObject([
    { fromName: '刘芳', state: 'done', code: expect.stringMatching(/^(\w{4}-){4}\w{4}$/) },
  ])
  const day = 24 * 3_600_000
  const span = { from: new Date(monday - 2 * day).toISOString(), to: new Date(monday).toISOString() }
  const found = await station.query('anomalies.list', { ...span, offset: 0, limit: 200 }, sun)
  expect(found.rows.filter(({ kind }) => kind === 'handoffUnread')).toMatchObject([{ handoff: rows[0]!.id }])
  expect(found.rows.filter(({ kind }) => kind === 'clockJump')).toEqual([])
  await desk.close()
})
