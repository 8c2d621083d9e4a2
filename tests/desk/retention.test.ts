import { describe, expect, test } from 'vitest'
import { inRangeSql, namedSql, tallySql } from '../../src/desk/retention/contents.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { contactOf, due, ground, matter, month, staffed, wordsIn } from '../support/old-matters.ts'
import { seeded } from '../support/random.ts'
import {
  entriesOf,
  minute,
  password,
  resident,
  screensFollowLedger,
  testStation,
} from '../support/station.ts'

const found = async (reader: Console, words: string) =>
  (await reader.call('search.messages', { words, offset: 0, limit: 10 })).total

describe('what is past its period', () => {
  test('goes when a person has it erased, and not before; the acts stay', async () => {
    const { desk, zhang, ducha, guanli } = await staffed()
    const old = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(30 * month)
    const recent = await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    await desk.pass(8 * month)
    expect(await wordsIn(ducha, old)).toContain('请问几点上班')
    const class_ = async () =>
      (await ducha.call('retention.get', {})).classes.find(({ id }) => id === 'thread.none')
    expect(await class_()).toMatchObject({ months: 36, contents: 8, due: 4, held: 0 })

    const acts = async () =>
      (await ducha.call('thread.timeline', { thread: old, limit: 100 })).items.map(({ item, seq }) => [
        item,
        seq,
      ])
    const before = await acts()
    const preview = await guanli.call('erasure.preview', { scope: due })
    expect(preview).toMatchObject({ contents: 5, threads: 1, held: 0, open: 0, young: 0 })
    expect(preview.classes.map(({ id, contents }) => [id, contents])).toEqual([
      ['thread.none', 4],
      ['contacts', 1],
    ])
    expect(await erase(guanli, due, ground)).toMatchObject({
      state: 'done',
      result: { contents: 5, media: 0 },
    })

    expect(await wordsIn(ducha, old)).toEqual([])
    expect(await acts()).toEqual(before)
    expect(await wordsIn(ducha, recent)).toContain('周末开门吗')
    expect([await found(ducha, '几点上班'), await found(ducha, '开门吗')]).toEqual([0, 2])
    const card = await ducha.call('contact.card', { contact: contactOf(desk, old) })
    expect(card).toMatchObject({ name: '—', phone: null, tags: [] })
    expect(await class_()).toMatchObject({ contents: 4, due: 0 })
    expect(entriesOf(desk.station, 'content.erased')[0]).toMatchObject({ data: { ground, scope: 'due' } })
    expect(await ducha.call('erasures.list', {})).toEqual([
      expect.objectContaining({ byName: '管理员吴', ground, scope: 'due', contents: 5 }),
    ])
    expect(screensFollowLedger(desk.station)).toBe(true)
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  })

  test('stays while its matter is open, and as long as anything its resident said stays', async () => {
    const { desk, zhang, guanli } = await staffed()
    const open = desk.hears({ text: '一直没人管', from: '三组 王桂兰' })
    const [first] = [await matter(desk, zhang, { text: '请问几点上班', from: '二组 李四' })]
    await desk.pass(35 * month)
    await matter(desk, zhang, { text: '又来问几点', from: '二组 李四' })
    await desk.pass(3 * month)
    expect(await guanli.call('erasure.preview', { scope: due })).toMatchObject({ contents: 4, open: 3 })
    await erase(guanli, due)
    expect(await wordsIn(zhang, open)).toEqual(['一直没人管'])
    expect(await wordsIn(zhang, first)).toEqual([])
    expect(await zhang.call('contact.card', { contact: contactOf(desk, first) })).toMatchObject({
      name: '二组 李四',
    })
  })

  test('of a group is each word by its own age, and a speaker’s card by all that was said', async () => {
    const { desk, zhang, guanli } = await staffed()
    const group = { external: 'group:三组', name: '三组群' }
    const says = (text: string, from: string) =>
      desk.takesIn({ ...resident({ text, from, at: desk.now }), conversation: group.external, group })
    const thread = says('停水了吗', '三组 王桂兰').threads[0]!
    const close = async () => {
      const { lastSeq } = await zhang.call('thread.get', { thread })
      await zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen: lastSeq })
    }
    await close()
    await zhang.call('thread.reopen', { thread })
    await desk.pass(37 * month)
    says('还停吗', '三组 赵六')
    await close()
    await erase(guanli, due)
    expect(await wordsIn(zhang, thread)).toEqual(['还停吗'])
    const names = desk.station.db.prepare('SELECT name FROM contact ORDER BY name').pluck().all()
    expect(names).toEqual([null, '三组 赵六', '三组群'])
    // The group is still known by its own number: the next word comes to the same thread.
    expect(says('来水了', '三组 赵六').threads).toEqual([thread])
  })

  test('is told from much that is new, and a card from the words of its resident among that', async () => {
    const { desk, zhang, guanli } = await staffed()
    const group = { external: 'group:三组', name: '三组群' }
    const speaks = (text: string) => ({
      ...resident({ text, from: '三组 王桂兰', at: desk.now }),
      conversation: group.external,
      group,
    })
    const old = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    await desk.pass(37 * month)
    const many = Array.from({ length: 1_200 }, (_, n) =>
      resident({ text: `第${n}件事`, from: '五组 赵六', at: desk.now }),
    )
    desk.takesIn(...many, speaks('大家好'))
    const { classes } = await guanli.call('retention.get', {})
    const texts = desk.station.db.prepare('SELECT count(*) FROM content').pluck().get()
    expect(classes.reduce((sum, { contents }) => sum + contents, 0)).toBe(texts)
    expect(classes.reduce((sum, each) => sum + each.due, 0)).toBe(9)
    expect(await erase(guanli, due)).toMatchObject({ result: { contents: 9 } })
    expect(await wordsIn(zhang, old)).toEqual([])
    const names = desk.station.db.prepare('SELECT name FROM contact ORDER BY name').pluck().all()
    expect(names).toEqual([null, '三组 王桂兰', '三组群', '五组 赵六'])
  })

  test('takes drafts and lines kept aside with it, and pictures', async () => {
    const { desk, zhang, guanli } = await staffed()
    const message = {
      ...resident({ text: '看图', external: 'm1', at: desk.now }),
      image: 'data:image/png;base64,AAAA',
    }
    const thread = desk.takesIn({ ...message, kind: 'image' }).threads[0]!
    await zhang.call('thread.draft', { thread, text: '写了一半' })
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen: lastSeq })
    desk.takesIn({ event: 'recall', external: 'never-came', at: desk.now })
    await desk.pass(37 * month)
    expect(await guanli.call('erasure.preview', { scope: due })).toMatchObject({ media: 1 })
    expect(await erase(guanli, due)).toMatchObject({ result: { media: 1 } })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: null })
    expect(desk.station.db.prepare('SELECT count(*) FROM aside').pluck().get()).toBe(0)
    const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
    expect(items.find(({ item }) => item === 'message')).toMatchObject({
      text: null,
      image: null,
      kind: 'image',
    })
  })

  test('by the periods the station has set', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(13 * month)
    const classes = [{ id: 'thread.none', months: 12 }]
    expect(await guanli.refused('erasure.run', { scope: due, digest: '', ground, password })).toEqual({
      code: 'nothing_to_do',
    })
    await guanli.call('retention.change', { classes })
    expect(await guanli.call('erasure.preview', { scope: due })).toMatchObject({ contents: 4 })
    await guanli.call('retention.change', { classes: [{ id: 'thread.none', months: null }] })
    expect(await guanli.call('erasure.preview', { scope: due })).toMatchObject({ contents: 0 })
    expect(await guanli.refused('retention.change', { classes: [{ id: 'thread.none', months: 5 }] })).toEqual(
      {
        code: 'too_short',
        minimum: 6,
      },
    )
  })
})

test('after everything is erased every screen still opens, and the work goes on', async () => {
  const desk = await testStation()
  const busy = await busyStation(desk, seeded(5))
  for (let step = 0; step < 700; step += 1) await busy.step()
  // An answer that comes back would open its thread once more.
  desk.send = async () => ({ sent: true })
  const queued = desk.station.db.prepare(`SELECT count(*) FROM message WHERE delivery = 'queued'`).pluck()
  await desk.pass(30 * minute)
  await expect.poll(() => queued.get(), { interval: 5 }).toBe(0)
  // All that is open is closed by the years; nothing else stands in the way of the erasure.
  desk.station.db.exec(
    "UPDATE escalation SET state = 'ended', ended_at = 1; UPDATE alarm SET state = 'closed', closed_at = 1",
  )
  desk.station.db.exec(
    'UPDATE promise SET done_at = 1; UPDATE thread SET closed_at = opened_at, escalation = NULL, alarm = NULL; UPDATE warning SET closed_at = 1',
  )
  await desk.restart()
  await desk.pass(90 * month)
  const guanli = await at(desk, 'guanli')
  for (const { id } of (await guanli.call('retention.get', {})).classes)
    await guanli.call('retention.change', { classes: [{ id, months: 36 }] }).catch(() => {})
  const done = await erase(guanli, due)
  expect(done).toMatchObject({ state: 'done', error: null })
  const left = desk.station.db
    .prepare('SELECT DISTINCT r.type FROM content c JOIN record r ON r.seq = c.seq')
    .pluck()
    .all()
  // The present names of staff.
  expect(left).toEqual(['person.added', 'person.changed'])
  const again = await busyStation(desk, seeded(6))
  for (let step = 0; step < 500; step += 1) await again.step()
  expect([...again.refused]).not.toContain('broken')
}, 120_000)

test('every content is looked up by a key', async () => {
  const { desk } = await staffed()
  const plan = (sql: string, ...parameters: unknown[]) =>
    (desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]).map(
      ({ detail }) => detail,
    )
  for (const details of [plan(inRangeSql, 0, 9), plan(tallySql, 0, 9), plan(namedSql, '[1]')])
    for (const detail of details) expect(detail).not.toMatch(/^SCAN (?!j\b)|AUTOMATIC/)
})
