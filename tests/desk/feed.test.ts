import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/contract/session.ts'
import { at, type Console, until } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { entriesOf, hour, resident, type TestStation, testStation } from '../support/station.ts'

const headOf = (desk: TestStation) => desk.station.ledger.head().size
const heard = (console: Console): Change[] =>
  console.pushes.flatMap((push) => (push.push === 'changed' ? [push.change] : []))

describe('what is pushed after each commit', () => {
  test('names the thread, says what arrived and not a word of it', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    zhang.pushes.length = 0
    const thread = desk.hears({ text: '电梯困人了' })
    await until(() => heard(zhang).length === 1)
    const [change] = heard(zhang)
    expect(change).toMatchObject({
      seq: headOf(desk),
      everything: false,
      ringing: [],
      takenOver: [],
      arrived: [{ thread, account: 'liuhe', urgency: 'routine', seq: headOf(desk) }],
    })
    expect(change!.subjects).toContain(thread)
    expect(JSON.stringify(change)).not.toContain('电梯')
  })
  test('goes to nobody who is not logged in', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    await zhang.call('session.logout', {})
    zhang.pushes.length = 0
    desk.hears({ text: '在吗' })
    await zhang.call('station.state', {})
    expect(heard(zhang)).toEqual([])
  })
  test('of an erasure its beginning and its end, so that no console reads all anew for each part of it', async () => {
    const desk = await testStation()
    const [zhang, guanli] = [await at(desk, 'zhang'), await at(desk, 'guanli')]
    const thread = desk.hears({ text: '求助' })
    await zhang.call('thread.close', { thread, disposition: 'referred', seen: headOf(desk), note: '转社区' })
    await desk.pass(200 * 24 * hour)
    zhang.pushes.length = 0
    await erase(guanli, { kind: 'thread', thread })
    await until(() => heard(zhang).filter(({ subjects }) => subjects.includes('erasures')).length === 2)
    expect(heard(zhang).map(({ subjects }) => subjects)).toEqual([['erasures'], ['erasing'], ['erasures']])
  })
  test('says everything where a commit touched more than a console takes one by one', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    zhang.pushes.length = 0
    desk.takesIn(...Array.from({ length: 501 }, (_, n) => resident({ from: `居民${n}`, text: '在' })))
    await until(() => heard(zhang).length === 1)
    expect(heard(zhang)).toMatchObject([{ everything: true, subjects: [] }])
    expect(heard(zhang)[0]!.arrived).toHaveLength(501)
  })
})

describe('what changed since an entry the console has seen', () => {
  /** The subjects the console must read anew, found by looking at every entry after it. */
  const expected = (desk: TestStation, seq: number) => {
    const areas: Record<string, string> = {
      person: 'people',
      shift: 'people',
      account: 'accounts',
      settings: 'settings',
      quickReply: 'quickReplies',
      checklist: 'checklists',
    }
    const after = entriesOf(desk.station).filter((entry) => entry.seq > seq)
    return [...new Set(after.map(({ type, subject }) => areas[type.split('.')[0]!] ?? subject))].sort()
  }
  test('is complete after a gap of any length', async () => {
    const desk = await testStation()
    const [zhang, admin] = [await at(desk, 'zhang'), await at(desk, 'guanli')]
    for (let n = 0; n < 120; n += 1) {
      const thread = desk.hears({ from: `居民${n % 40}`, text: `第${n}句` })
      if (n % 3 === 0) await zhang.call('thread.note', { thread, text: '记' })
      if (n === 50) await zhang.call('shift.signOff', {})
      if (n === 70)
        await admin.call('quickReply.save', {
          id: 'q',
          title: '好',
          text: '好',
          category: null,
          shortcut: null,
        })
      if (n === 90) await admin.call('account.add', { name: '新', kind: 'by-hand', ownNames: [] })
    }
    for (let seq = 0; seq <= headOf(desk); seq += 1) {
      const change = await zhang.call('changes.since', { seq })
      expect(change).toMatchObject({ seq: headOf(desk), everything: false })
      expect([...change.subjects].sort()).toEqual(expected(desk, seq))
    }
  })
  test('is nothing for who is up to date', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    expect(await zhang.call('changes.since', { seq: headOf(desk) })).toEqual({
      seq: headOf(desk),
      everything: false,
      subjects: [],
      arrived: [],
      ringing: [],
      takenOver: [],
    })
  })
  test('is everything where it was very much', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const seen = headOf(desk)
    for (let n = 0; n < 600; n += 1) desk.hears({ from: `居民${n}`, text: '在' })
    expect(await zhang.call('changes.since', { seq: seen })).toMatchObject({ everything: true, subjects: [] })
    expect(await zhang.call('changes.since', { seq: headOf(desk) - 30 })).toMatchObject({ everything: false })
  })
  test('is everything for a console that has seen more than there is: the data was put back', async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    expect(await zhang.call('changes.since', { seq: headOf(desk) + 1 })).toMatchObject({
      seq: headOf(desk),
      everything: true,
    })
  })
  test('is the same after a restart of the core', async () => {
    const desk = await testStation()
    const thread = desk.hears({ text: '在吗' })
    await desk.restart()
    const zhang = await at(desk, 'zhang')
    expect((await zhang.call('changes.since', { seq: 1 })).subjects).toContain(thread)
  })
})

test('who looks at a thread is told to the others, and forgotten when the console goes', async () => {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const thread = desk.hears({ text: '在吗' })
  await zhang.call('presence.set', { thread, typing: true })
  expect(await li.call('presence.list', {})).toEqual([
    { thread, user: 'zhang', name: '张建国', typing: true },
  ])
  await until(() => li.pushes.some((push) => push.push === 'presence' && push.presence[0]?.typing === true))
  zhang.close()
  expect(await li.call('presence.list', {})).toEqual([])
})
