import { describe, expect, test } from 'vitest'
import { at, type Console, window } from '../support/console.ts'
import { page } from '../support/every-question.ts'
import { everythingTold, leaked } from '../support/privacy-walk.ts'
import { privateStation } from '../support/private-station.ts'
import { minute } from '../support/station.ts'

describe('rule 11: no marked word of a private thread reaches a role that may not read it', () => {
  test('control: a supervisor, who may, is told every one of them by the same walk', async () => {
    const station = await privateStation()
    const { text } = await everythingTold(station, station.consoles.daiban, 'query')
    const missing = station.inside.filter((word) => !text.includes(word) && word !== 'MIWEN-draft')
    expect(missing).toEqual([])
    expect(leaked(text, station.outside)).toEqual(station.outside)
  })

  test('control: its holder reads it too, with the draft', async () => {
    const station = await privateStation()
    const { text } = await everythingTold(station, station.consoles.zhang, 'query')
    expect(text).toContain('MIWEN-message')
    expect(text).toContain('MIWEN-draft')
  })

  test.each(['li', 'ducha', 'guanli'] as const)('%s asks every query there is', async (user) => {
    const station = await privateStation()
    const { text } = await everythingTold(station, station.consoles[user], 'query')
    expect(leaked(text, station.inside)).toEqual([])
    if (user !== 'guanli') expect(leaked(text, station.outside)).toEqual(station.outside)
  })

  test('an officer tries every act, and hears only that it is private', async () => {
    const station = await privateStation()
    const { told, text } = await everythingTold(station, station.consoles.li, 'command')
    expect(leaked(text, station.inside)).toEqual([])
    expect(JSON.stringify(told)).toContain('private_thread')
    const after = await everythingTold(station, station.consoles.li, 'query')
    expect(leaked(after.text, station.inside)).toEqual([])
  })

  test('the numbers give nothing away either: a search of theirs finds and counts nothing', async () => {
    const station = await privateStation()
    const { li, daiban } = station.consoles
    for (const indexed of [false, true]) {
      if (indexed) station.desk.station.indexing.finish()
      const ask = (console: Console, words: string) => console.call('search.messages', { words, ...page })
      expect(await ask(li, 'MIWEN')).toMatchObject({ hits: [], total: 0 })
      expect((await ask(daiban, 'MIWEN')).total).toBeGreaterThan(5)
      const [mine, theirs] = [await ask(li, '我不想活'), await ask(daiban, '我不想活')]
      expect(mine.total).toBe(0)
      expect(theirs.total).toBe(2)
      expect(mine.searched).toBeLessThan(theirs.searched)
    }
  })

  test('what was said before it became private was open, and is not any more', async () => {
    const station = await privateStation()
    const { zhang, li, daiban } = station.consoles
    const { open } = station.threads
    station.desk.station.indexing.finish()
    const found = async () => (await li.call('search.messages', { words: 'GONGKAI', ...page })).total
    expect(await found()).toBe(2)
    await zhang.call('thread.setPrivate', { thread: open, private: true, reason: '家事' })
    expect(await found()).toBe(0)
    const { text } = await everythingTold(station, li, 'query')
    expect(leaked(text, station.outside)).toEqual([])
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无需保密' })
    expect(await found()).toBe(2)
    expect((await li.call('thread.get', { thread: open })).readable).toBe(true)
  })

  test('a member of its desk reads it, and no longer once it is with the supervisor', async () => {
    const station = await privateStation()
    const { li, daiban, zhang } = station.consoles
    const { secret, earlier } = station.threads
    const desks = await daiban.call('desks.list', {})
    const mediation = desks.desks.find(({ id }) => id === 'mediation')!
    await daiban.call('desk.save', { ...mediation, members: ['li'] })
    expect((await li.call('thread.get', { thread: secret })).readable).toBe(true)
    expect((await li.call('thread.get', { thread: earlier })).readable).toBe(true)
    const { rows } = await li.call('escalations.list', { of: 'live', ...page })
    await li.call('escalation.decline', { escalation: rows[0]!.id, reason: '与我有亲戚关系' })
    expect((await li.call('thread.get', { thread: secret })).readable).toBe(false)
    expect((await zhang.call('thread.get', { thread: secret })).readable).toBe(true)
  })

  test('whoever held it is told that it was taken over, and no longer why', async () => {
    const station = await privateStation()
    const { zhang, li, daiban } = station.consoles
    const heard = (console: Console) => JSON.stringify(console.pushes.slice(-4))
    await daiban.call('thread.takeOver', {
      thread: station.threads.secret,
      reason: 'MIWEN-takeover 所里接手',
    })
    expect(heard(zhang)).toContain(station.threads.secret)
    expect(leaked(heard(zhang) + heard(li), station.inside)).toEqual([])
    expect(zhang.pushes.at(-1)).toMatchObject({ change: { takenOver: [{ from: 'zhang', reason: '' }] } })
    expect(li.pushes.at(-1)).toMatchObject({ change: { takenOver: [] } })
  })

  test('a locked console and one nobody is logged in at are told nothing', async () => {
    const station = await privateStation()
    const locked = await at(station.desk, 'daiban')
    await locked.call('session.lock', {})
    const before = locked.pushes.length
    const stranger = window(station.desk)
    for (const console of [locked, stranger]) {
      const { text } = await everythingTold(station, console, 'both')
      expect(leaked(text, station.inside)).toEqual([])
    }
    station.desk.hears({ from: 'MIWEN-name 王桂兰', text: 'MIWEN-message 又来了', external: 'secret-3' })
    expect(leaked(JSON.stringify(locked.pushes.slice(before)), station.inside)).toEqual([])
  })

  test('an officer who has its alarm can reach the resident: acknowledging a free one takes the thread', async () => {
    const station = await privateStation()
    const { desk, consoles, threads } = station
    await consoles.daiban.call('thread.release', { thread: threads.secret })
    expect(await consoles.li.refused('thread.claim', { thread: threads.secret })).toEqual({
      code: 'private_thread',
    })
    await desk.pass(30 * minute)
    desk.hears({ from: 'MIWEN-name 王桂兰', text: '我现在就去死', external: 'again' })
    const [alarm] = await consoles.li.call('alarms.open', {})
    expect(alarm).toMatchObject({ state: 'ringing', contactName: null })
    await consoles.li.call('alarm.acknowledge', { alarm: alarm!.id })
    expect((await consoles.li.call('thread.get', { thread: threads.secret })).readable).toBe(true)
  })
})
