import { describe, expect, test } from 'vitest'
import { entries } from '../../src/desk/decision.ts'
import { delayAfter } from '../../src/desk/people/credentials.ts'
import { personChanged } from '../../src/desk/people/entries.ts'
import { at, host, openSocket, until, window } from '../support/console.ts'
import { entriesOf, minute, password, type TestStation, testStation, type User } from '../support/station.ts'

const wrong = 'not the password'
const tries = (desk: TestStation, user: string, password: string) =>
  window(desk).refused('session.login', { user, password, signOn: false })
const opened = async (desk: TestStation, user: User) => {
  const console = window(desk)
  await console.call('session.login', { user, password, signOn: false })
  return console
}

describe('logging in', () => {
  test('opens a session that says who it is, and is an entry', async () => {
    const desk = await testStation()
    const session = await window(desk).call('session.login', { user: 'zhang', password, signOn: false })
    expect(session).toEqual({ user: 'zhang', name: '张建国', role: 'officer', locked: false, onShift: true })
    expect(entriesOf(desk.station, 'session.opened')).toMatchObject([
      { subject: 'zhang', actor: { device: 'test-pc' } },
    ])
  })
  test('can sign on for the shift in the same step', async () => {
    const desk = await testStation()
    const session = await window(desk).call('session.login', { user: 'zhao', password, signOn: true })
    expect(session.onShift).toBe(true)
    expect(entriesOf(desk.station, 'shift.signedOn').at(-1)).toMatchObject({ subject: 'zhao' })
  })
  test('signs nobody on who does not work threads', async () => {
    const desk = await testStation()
    const session = await window(desk).call('session.login', { user: 'ducha', password, signOn: true })
    expect(session.onShift).toBe(false)
  })
  test('as somebody else ends the session that was there', async () => {
    const desk = await testStation()
    const console = await opened(desk, 'zhang')
    const before = console.token
    await console.call('session.login', { user: 'li', password, signOn: false })
    expect(desk.station.sessions.of(before)).toBeNull()
    expect(await console.call('session.get', {})).toMatchObject({ user: 'li' })
  })
  test('out ends the session on the core, not only in the console', async () => {
    const desk = await testStation()
    const console = await opened(desk, 'zhang')
    const { token } = console
    await console.call('session.logout', {})
    console.token = token
    expect(await console.call('session.get', {})).toBeNull()
    expect(entriesOf(desk.station, 'session.closed')).toHaveLength(1)
  })
  test('stores only a hash of the token: a copied database lets nobody in', async () => {
    const desk = await testStation()
    const { token } = await opened(desk, 'zhang')
    const stored = JSON.stringify(desk.station.db.prepare('SELECT * FROM session').all())
    expect(stored).toContain('zhang')
    expect(stored).not.toContain(token)
  })
})

describe('a wrong password', () => {
  test('is refused and an entry that does not hold it', async () => {
    const desk = await testStation()
    expect(await tries(desk, 'zhang', wrong)).toEqual({ code: 'wrong_password', retryAfterMs: 0 })
    const [refused] = entriesOf(desk.station, 'session.refused')
    expect(refused).toMatchObject({ subject: 'zhang', data: { why: 'password' } })
    expect(JSON.stringify(refused)).not.toContain(wrong)
  })
  test('repeated makes each next try wait twice as long, up to a quarter of an hour', async () => {
    const desk = await testStation()
    const waits: number[] = []
    for (let failure = 1; failure <= 12; failure += 1) {
      const refusal = await tries(desk, 'zhang', wrong)
      waits.push((refusal as { retryAfterMs: number }).retryAfterMs)
      desk.now += waits.at(-1)!
    }
    const seconds = waits.map((ms) => ms / 1_000)
    expect(seconds).toEqual([0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
    expect(waits).toEqual(waits.map((_, at) => delayAfter(at + 1)))
  })
  test('too often locks out even the right one, until the time is over', async () => {
    const desk = await testStation()
    for (let failure = 0; failure < 3; failure += 1) await tries(desk, 'zhang', wrong)
    expect(await tries(desk, 'zhang', password)).toEqual({ code: 'too_many_attempts', retryAfterMs: 5_000 })
    desk.now += 4_999
    expect(await tries(desk, 'zhang', password)).toEqual({ code: 'too_many_attempts', retryAfterMs: 1 })
    desk.now += 1
    await opened(desk, 'zhang')
  })
  test('is forgiven after the right one', async () => {
    const desk = await testStation()
    for (let failure = 0; failure < 2; failure += 1) await tries(desk, 'zhang', wrong)
    await opened(desk, 'zhang')
    expect(await tries(desk, 'zhang', wrong)).toEqual({ code: 'wrong_password', retryAfterMs: 0 })
    expect(await tries(desk, 'zhang', wrong)).toEqual({ code: 'wrong_password', retryAfterMs: 0 })
  })
  test('locks out one person, not the others', async () => {
    const desk = await testStation()
    for (let failure = 0; failure < 3; failure += 1) await tries(desk, 'zhang', wrong)
    await opened(desk, 'li')
  })
  test('keeps its lock-out through a restart of the core', async () => {
    const desk = await testStation()
    for (let failure = 0; failure < 4; failure += 1) {
      await tries(desk, 'zhang', wrong)
      if (failure === 2) desk.now += 5_000
    }
    await desk.restart()
    expect(await tries(desk, 'zhang', password)).toEqual({ code: 'too_many_attempts', retryAfterMs: 10_000 })
  })
  test('tried twenty times at once is answered three times', async () => {
    const desk = await testStation()
    const answers = await Promise.all(Array.from({ length: 20 }, () => tries(desk, 'zhang', wrong)))
    const codes = answers.map(({ code }) => code)
    expect(codes.filter((code) => code === 'wrong_password')).toHaveLength(3)
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(17)
  })
  test('for one’s own change of password counts as well', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    const change = { current: wrong, password: 'a new password' }
    for (let failure = 0; failure < 3; failure += 1) {
      expect(await officer.refused('person.changeOwnPassword', change)).toMatchObject({
        code: 'wrong_password',
      })
    }
    const right = { ...change, current: password }
    expect(await officer.refused('person.changeOwnPassword', right)).toMatchObject({
      code: 'too_many_attempts',
    })
    desk.now += 5_000
    await officer.call('person.changeOwnPassword', right)
    expect(await tries(desk, 'zhang', password)).toMatchObject({ code: 'wrong_password' })
    await window(desk).call('session.login', { user: 'zhang', password: 'a new password', signOn: false })
  })
})

describe('somebody the station does not know', () => {
  test('gets word for word the answers of somebody it knows', async () => {
    const desk = await testStation()
    for (let failure = 0; failure < 8; failure += 1) {
      const [known, unknown] = [await tries(desk, 'zhang', wrong), await tries(desk, 'nobody', wrong)]
      expect(unknown).toEqual(known)
      desk.now += failure % 2 === 0 ? 1_000 : 60_000
    }
  })
  test('does not leave what was typed in the ledger: it may have been a password', async () => {
    const desk = await testStation()
    await tries(desk, 'hunter2-secret', wrong)
    const [refused] = entriesOf(desk.station, 'session.refused')
    expect(refused).toMatchObject({ subject: 'unknown', actor: { user: 'unknown' } })
    expect(JSON.stringify(refused)).not.toContain('hunter2')
  })
})

describe('a new password', () => {
  test('given by the admin ends every session that the old one opened, and no other', async () => {
    const desk = await testStation()
    const [li, zhang, admin] = [
      await opened(desk, 'li'),
      await opened(desk, 'zhang'),
      await at(desk, 'guanli'),
    ]
    await admin.call('person.setPassword', { user: 'li', password: 'another-1234' })
    expect(await li.call('session.get', {})).toBeNull()
    await until(() => li.pushes.some((push) => push.push === 'session' && push.session === null))
    expect(await zhang.call('session.get', {})).toMatchObject({ user: 'zhang' })
    await admin.call('person.setPassword', { user: 'guanli', password: 'another-5678' })
    expect(await admin.call('session.get', {})).toMatchObject({ user: 'guanli' })
  })
})

describe('somebody who was disabled', () => {
  const disable = async (desk: TestStation) => {
    const admin = await at(desk, 'guanli')
    await admin.call('person.change', { user: 'li', name: '李秀英', role: 'officer', enabled: false })
  }
  test('is out at once, on every console', async () => {
    const desk = await testStation()
    const consoles = [await opened(desk, 'li'), await opened(desk, 'li')]
    await disable(desk)
    for (const console of consoles) {
      expect(await console.refused('threads.counts', {})).toEqual({ code: 'not_logged_in' })
      await until(() => console.pushes.some((push) => push.push === 'session' && push.session === null))
    }
  })
  test('does not come back in with the right password, and is told so only with it', async () => {
    const desk = await testStation()
    await disable(desk)
    expect(await tries(desk, 'li', wrong)).toMatchObject({ code: 'wrong_password' })
    expect(await tries(desk, 'li', password)).toEqual({ code: 'account_disabled' })
    expect(entriesOf(desk.station, 'session.refused').at(-1)).toMatchObject({ data: { why: 'disabled' } })
  })
  test('does not get the old session back when enabled again', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'li')
    await disable(desk)
    await (await at(desk, 'guanli')).call('person.change', {
      user: 'li',
      name: '李秀英',
      role: 'officer',
      enabled: true,
    })
    expect(await officer.call('session.get', {})).toBeNull()
  })
  test('is out even where only the ledger says so, as after a rebuild', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'li')
    const by = { user: 'core', role: 'system', device: 'core', now: desk.now }
    desk.station.bus.runNow(by, () => ({
      decision: entries(personChanged('li', 'officer', false, '李秀英')),
    }))
    expect(await officer.call('session.get', {})).toBeNull()
  })
  test('is never the last admin', async () => {
    const desk = await testStation()
    const admin = await at(desk, 'guanli')
    const change = { user: 'guanli', name: '管理员吴', role: 'admin', enabled: false } as const
    expect(await admin.refused('person.change', change)).toEqual({ code: 'last_admin' })
    expect(await admin.refused('person.change', { ...change, role: 'officer', enabled: true })).toEqual({
      code: 'last_admin',
    })
  })
})

describe('rule 20: a console left alone', () => {
  test('locks after the set minutes, and that is an entry', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    await desk.alone(5 * minute)
    expect(await officer.call('session.get', {})).toMatchObject({ locked: false })
    await desk.alone(1)
    expect(await officer.call('session.get', {})).toMatchObject({ locked: true })
    expect(await officer.refused('threads.counts', {})).toEqual({ code: 'locked' })
    expect(entriesOf(desk.station, 'session.locked')).toMatchObject([
      { subject: 'zhang', data: { why: 'idle' } },
    ])
    await until(() => officer.pushes.some((push) => push.push === 'session' && push.session?.locked === true))
  })
  test('locks once', async () => {
    const desk = await testStation()
    await opened(desk, 'zhang')
    await desk.alone(6 * minute)
    await desk.alone(6 * minute)
    expect(entriesOf(desk.station, 'session.locked')).toHaveLength(1)
  })
  test('stays open while somebody moves the mouse', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    await desk.alone(4 * minute)
    await officer.call('session.active', {})
    await desk.alone(4 * minute)
    expect(await officer.call('session.get', {})).toMatchObject({ locked: false })
  })
  test('locks after as many minutes as the station has set', async () => {
    const desk = await testStation()
    const admin = await at(desk, 'guanli')
    await admin.call('settings.change', {
      waitMinutes: { urgent: 10, priority: 20, routine: 60 },
      lockMinutes: 1,
      warningMinutes: { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 },
    })
    const officer = await opened(desk, 'zhang')
    await desk.alone(minute + 1)
    expect(await officer.call('session.get', {})).toMatchObject({ locked: true })
  })
  test('opens only with the password, and that is an entry', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    await officer.call('session.lock', {})
    expect(await officer.refused('session.unlock', { password: wrong })).toMatchObject({
      code: 'wrong_password',
    })
    expect(await officer.refused('threads.counts', {})).toEqual({ code: 'locked' })
    await officer.call('session.unlock', { password })
    await officer.call('threads.counts', {})
    expect(entriesOf(desk.station, 'session.unlocked')).toHaveLength(1)
    expect(entriesOf(desk.station, 'session.locked')).toMatchObject([{ data: { why: 'officer' } }])
  })
  test('cannot be guessed open: the lock-out holds for the lock as well', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    await officer.call('session.lock', {})
    for (let failure = 0; failure < 3; failure += 1)
      await officer.refused('session.unlock', { password: wrong })
    expect(await officer.refused('session.unlock', { password })).toMatchObject({ code: 'too_many_attempts' })
  })
  test('is logged out for good when it stays locked through a whole shift', async () => {
    const desk = await testStation()
    const officer = await opened(desk, 'zhang')
    desk.now += 16 * 60 * minute + 1
    expect(await officer.call('session.get', {})).toBeNull()
  })
})

test('a restart of the core logs nobody out and unlocks nobody', async () => {
  const desk = await testStation()
  const [zhang, li] = [await opened(desk, 'zhang'), await opened(desk, 'li')]
  await li.call('session.lock', {})
  await desk.restart()
  const [after, locked] = [window(desk), window(desk)]
  after.token = zhang.token
  locked.token = li.token
  expect(await after.call('session.get', {})).toMatchObject({ user: 'zhang', locked: false })
  expect(await locked.refused('threads.counts', {})).toEqual({ code: 'locked' })
})

describe('in a browser', () => {
  const login = (url: string, body: object) =>
    fetch(`${url}/session`, { method: 'POST', headers: { origin: url }, body: JSON.stringify(body) })

  test('the session is a cookie that scripts and other sites cannot reach', async () => {
    const desk = await testStation()
    const { url } = await host(desk)
    const response = await login(url, { user: 'zhang', password, signOn: false })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ user: 'zhang' })
    const [cookie, ...others] = response.headers.getSetCookie()
    expect(others).toEqual([])
    expect(cookie).toMatch(/^duty_desk_\d+=[\w-]{40,}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
  test('a refused login sets none', async () => {
    const desk = await testStation()
    const { url } = await host(desk)
    const response = await login(url, { user: 'zhang', password: wrong, signOn: false })
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []])
    expect(await response.json()).toEqual({ refused: { code: 'wrong_password', retryAfterMs: 0 } })
    expect((await login(url, { user: 'zhang' })).status).toBe(400)
  })
  test('the session lives on over reloads and a restart of the core, and dies with logging out', async () => {
    const desk = await testStation()
    const first = await host(desk)
    const answer = await login(first.url, { user: 'zhang', password, signOn: false })
    const token = answer.headers.getSetCookie()[0]!.split(/[=;]/)[1]!
    await first.close()
    await desk.restart()
    const { url } = await host(desk)
    const cookie = `duty_desk_${new URL(url).port}=${token}`
    const socket = await openSocket(url, { origin: url, cookie })
    expect(await socket.call('session.get', {})).toMatchObject({ user: 'zhang' })
    const out = await fetch(`${url}/session`, { method: 'DELETE', headers: { origin: url, cookie } })
    expect(out.headers.getSetCookie()[0]).toMatch(/=; .*Max-Age=0$/)
    expect(await socket.refused('threads.counts', {})).toEqual({ code: 'not_logged_in' })
    await until(() => socket.pushes.some((push) => push.push === 'session' && push.session === null))
  })
})
