import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { privateContents, privateIds } from '../../src/desk/privacy/withheld.ts'
import { inRangeSql, namedSql, tallySql } from '../../src/desk/retention/contents.ts'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { verifyBundle, verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { busyStation } from '../support/busy-station.ts'
import { at, type Console } from '../support/console.ts'
import { erase, finished } from '../support/erasing.ts'
import { privateStation } from '../support/private-station.ts'
import { seeded } from '../support/random.ts'
import {
  entriesOf,
  hour,
  password,
  phone,
  resident,
  screensFollowLedger,
  type TestStation,
  tempDir,
  testStation,
  undoneOnce,
} from '../support/station.ts'

const month = 31 * 24 * hour
const due = { kind: 'due' } as const
const ground = '保留期限已满'

/** A resident writes, is answered, and the matter is closed. */
async function matter(desk: TestStation, zhang: Console, said: Parameters<TestStation['hears']>[0]) {
  const thread = desk.hears(said)
  const seen = async () => (await zhang.call('thread.get', { thread })).lastSeq
  await zhang.call('thread.answer', { thread, text: `答复 ${said.text}`, seen: await seen() })
  await zhang.call('thread.close', { thread, disposition: 'answered', seen: await seen(), note: '已办' })
  return thread
}

/** Three residents who wrote very much: several commits of an erasure. */
async function longMatters(desk: TestStation, zhang: Console): Promise<string[]> {
  const threads: string[] = []
  for (const from of ['一组 甲', '二组 乙', '三组 丙']) {
    const texts = Array.from({ length: 900 }, (_, n) => `第${n + 1}句`)
    const { threads: those } = desk.takesIn(...texts.map((text) => resident({ text, from, at: desk.now })))
    threads.push(await matter(desk, zhang, { text: '就这些', from }))
    expect(those).toEqual([threads.at(-1)])
  }
  return threads
}

const contactOf = (desk: TestStation, thread: string) => desk.station.views.threads.thread(thread)!.contact
const wordsIn = async (reader: Console, thread: string) =>
  (await reader.call('thread.timeline', { thread, limit: 100 })).items.flatMap((item) =>
    'text' in item && item.text !== null ? [item.text] : [],
  )
const found = async (reader: Console, words: string) =>
  (await reader.call('search.messages', { words, offset: 0, limit: 10 })).total

async function staffed() {
  const desk = await testStation()
  return {
    desk,
    zhang: await at(desk, 'zhang'),
    daiban: await at(desk, 'daiban'),
    ducha: await at(desk, 'ducha'),
    guanli: await at(desk, 'guanli'),
  }
}

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

describe('a legal hold', () => {
  const ways = {
    'on the thread': (thread: string) => ({ kind: 'thread', thread }) as const,
    'on the resident': (_: string, contact: string) => ({ kind: 'contact', contact }) as const,
    'on everything': () => ({ kind: 'everything' }) as const,
  }
  test.each(Object.entries(ways))('%s keeps words, card and all, until it is lifted', async (_way, of) => {
    const { desk, zhang, daiban, ducha, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    const other = await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    const { hold } = await daiban.call('hold.place', {
      of: of(thread, contactOf(desk, thread)),
      reason: '法院调取',
    })
    await desk.pass(37 * month)
    const everything = of(thread, '').kind === 'everything'
    const preview = await guanli.call('erasure.preview', { scope: due })
    expect(preview).toMatchObject(everything ? { contents: 0, held: 10 } : { contents: 5, held: 5 })
    const { digest } = preview
    if (everything)
      expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
        code: 'legal_hold',
        hold,
      })
    else await erase(guanli, due)
    expect(await wordsIn(ducha, thread)).toContain('请问几点上班')
    expect((await wordsIn(ducha, other)).includes('周末开门吗')).toBe(everything)
    expect(await ducha.call('contact.card', { contact: contactOf(desk, thread) })).toMatchObject({
      name: '三组 王桂兰',
    })
    expect(await ducha.call('holds.list', {})).toMatchObject([
      { id: hold, reason: '法院调取', liftedAt: null },
    ])
    await daiban.call('hold.lift', { hold, reason: '结案' })
    expect(await daiban.refused('hold.lift', { hold, reason: '结案' })).toEqual({ code: 'nothing_to_do' })
    await erase(guanli, due)
    expect(await wordsIn(ducha, thread)).toEqual([])
    expect((await ducha.call('holds.list', {}))[0]).toMatchObject({ liftedByName: '陈所长' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('on a resident keeps the warnings about them and what they said in a group', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const group = { external: 'group:三组', name: '三组群' }
    const { threads } = desk.takesIn(
      { ...resident({ text: '我被骗了', from: '三组 王桂兰' }), conversation: group.external, group },
      { ...resident({ text: '谁家的牛', from: '三组 赵六' }), conversation: group.external, group },
    )
    const thread = threads[0]!
    const contact = desk.station.views.people.contactByExternal('liuhe', '三组 王桂兰')!
    const { warning } = await zhang.call('warning.enter', {
      name: '王桂兰',
      phone: '13812345678',
      type: 'fakeJob',
      contact,
      source: null,
      note: null,
    } as never)
    await zhang.call('warning.claim', { warning })
    await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: '已劝阻' } as never)
    const { lastSeq } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'noReplyNeeded', seen: lastSeq })
    await daiban.call('hold.place', { of: { kind: 'contact', contact }, reason: '诈骗案' })
    await desk.pass(61 * month)
    await erase(guanli, due)
    expect(await wordsIn(zhang, thread)).toEqual(['我被骗了'])
    expect((await zhang.call('warnings.list', { of: 'closed', offset: 0, limit: 9 })).rows[0]?.name).toBe(
      '王桂兰',
    )
  })

  test('placed while an erasure is under way is kept to at once', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const threads = await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    const last = threads.at(-1)!
    await daiban.call('hold.place', { of: { kind: 'thread', thread: last }, reason: '刚立案' })
    expect(await finished(guanli, work)).toMatchObject({ state: 'done' })
    expect(await wordsIn(daiban, last)).toContain('第899句')
    expect(await daiban.call('contact.card', { contact: contactOf(desk, last) })).toMatchObject({
      name: '三组 丙',
    })
    expect(await wordsIn(daiban, threads[0]!)).toEqual([])
  }, 60_000)

  test('placed in that moment keeps lines kept aside as well', async () => {
    const { desk, zhang, daiban, guanli } = await staffed()
    const kept = () => desk.station.db.prepare('SELECT count(*) FROM aside').pluck().get()
    await zhang.call('paste.import', {
      account: phone,
      text: '选到一半的一行\n三组 王桂兰  今天 09:05\n在吗',
      contactName: '三组 王桂兰',
    })
    await desk.pass(13 * month)
    expect(kept()).toBe(1)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const run = desk.station.bus.run.bind(desk.station.bus)
    let moments = 0
    desk.station.bus.run = (async (by, id, what) => {
      // The first thing the erasure does by itself, once it has looked at what there is.
      if (by.user === 'guanli' && id === null && moments++ === 0)
        await daiban.call('hold.place', { of: { kind: 'everything' }, reason: '刚立案' })
      return run(by, id, what)
    }) as typeof desk.station.bus.run
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    expect(await finished(guanli, work)).toMatchObject({ state: 'done' })
    expect(moments).toBeGreaterThan(0)
    expect(kept()).toBe(1)
  })

  test('on a private thread says neither who nor why to those who may not read it', async () => {
    const { consoles } = await privateStation()
    const { daiban, ducha, guanli } = consoles
    const seen = async (reader: Console) =>
      (await reader.call('holds.list', {})).map(({ title, reason }) => [title, reason])
    for (const reader of [ducha, guanli])
      expect(await seen(reader)).toEqual([
        [null, null],
        [null, null],
      ])
    for (const [title, reason] of await seen(daiban))
      expect([title, reason]).toEqual(['三组 MIWEN-name 王桂兰', 'MIWEN-hold 王桂兰被打'])
  })
})

describe('at a resident’s request', () => {
  test('all that is about them goes, and nothing of anybody else', async () => {
    const { desk, zhang, guanli } = await staffed()
    const mine = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    const other = await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    const scope = { kind: 'contact', contact: contactOf(desk, mine) } as const
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ contents: 0, young: 5 })
    await desk.pass(7 * month)
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ contents: 5, threads: 1 })
    await erase(guanli, scope)
    expect(await wordsIn(zhang, mine)).toEqual([])
    expect(await wordsIn(zhang, other)).toContain('周末开门吗')
    expect(entriesOf(desk.station, 'content.erased').map(({ data }) => data.scope)).toEqual(['contact'])
    // Forgotten: whoever writes from there now is somebody new.
    const again = desk.hears({ text: '我又来了', from: '三组 王桂兰' })
    expect(contactOf(desk, again)).not.toBe(contactOf(desk, mine))
  })

  test('a single thread goes, and the card stays', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(7 * month)
    await erase(guanli, { kind: 'thread', thread })
    expect(await wordsIn(zhang, thread)).toEqual([])
    expect(await zhang.call('contact.card', { contact: contactOf(desk, thread) })).toMatchObject({
      name: '三组 王桂兰',
    })
  })

  test('a preview does not tell who may not read it that there is a private thread; the erasure takes it', async () => {
    const { desk, zhang, daiban, ducha, guanli } = await staffed()
    const open = await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(month)
    const secret = desk.hears({ text: '他又打我', from: '三组 王桂兰' })
    await zhang.call('thread.setPrivate', { thread: secret, private: true, reason: '家事' })
    const { lastSeq } = await zhang.call('thread.get', { thread: secret })
    await zhang.call('thread.close', { thread: secret, disposition: 'handledOnSite', seen: lastSeq })
    // The earlier thread is covered by the later one; a public one of the same resident is not.
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无关' })
    await desk.pass(7 * month)
    const scope = { kind: 'contact', contact: contactOf(desk, secret) } as const
    const asked = await Promise.all(
      [guanli, ducha, daiban].map((who) => who.call('erasure.preview', { scope })),
    )
    const counts = asked.map(({ contents, threads }) => [contents, threads])
    expect(counts[0]).toEqual(counts[1])
    expect(counts[2]![0]).toBeGreaterThan(counts[0]![0]!)
    expect(asked[0]!.digest).toBe(asked[1]!.digest)
    await erase(guanli, scope)
    expect(await wordsIn(daiban, secret)).toEqual([])
    const batches = entriesOf(desk.station, 'content.erased').map(({ data }) => data.seqs as number[])
    const isSecret = (seq: number) => desk.station.ledger.entry(seq)!.entry.subject === secret
    expect(batches.filter((seqs) => seqs.some(isSecret) && !seqs.every(isSecret))).toEqual([])
  })
})

/** Two residents whose last matter is private, each with an earlier one that is not. */
async function twoSecrets() {
  const staff = await staffed()
  const { desk, zhang, daiban } = staff
  const made: { open: string; secret: string; contact: string }[] = []
  for (const from of ['三组 王桂兰', '二组 李四']) {
    const open = await matter(desk, zhang, { text: '请问几点上班', from })
    await desk.pass(month)
    const secret = desk.hears({ text: '他又打我', from })
    await zhang.call('thread.setPrivate', { thread: secret, private: true, reason: '家事' })
    await daiban.call('thread.setPrivate', { thread: open, private: false, reason: '无关' })
    made.push({ open, secret, contact: contactOf(desk, secret) })
  }
  const close = async () => {
    for (const { secret } of made) {
      const { lastSeq } = await zhang.call('thread.get', { thread: secret })
      await zhang.call('thread.close', { thread: secret, disposition: 'handledOnSite', seen: lastSeq })
    }
  }
  return { ...staff, made: made as [(typeof made)[number], (typeof made)[number]], close }
}

describe('whose a private thread is cannot be tried out', () => {
  test('by holding the thread, or leaving it open, and looking what of which resident stays', async () => {
    const { desk, daiban, ducha, guanli, made, close } = await twoSecrets()
    await desk.pass(8 * month)
    const of = (contact: string) => ({ scope: { kind: 'contact', contact } as const })
    const seen = async () => {
      const told = []
      for (const reader of [ducha, guanli])
        for (const { contact } of made) {
          const { backups: _, exports: __, ...rest } = await reader.call('erasure.preview', of(contact))
          told.push(rest)
        }
      return told
    }
    const open = await seen()
    expect(open.map((each) => each.open)).toEqual([0, 0, 0, 0])
    await close()
    await desk.pass(8 * month)
    const before = await seen()
    await daiban.call('hold.place', { of: { kind: 'thread', thread: made[0].secret }, reason: '留存' })
    expect(await seen()).toEqual(before)
    expect((await daiban.call('erasure.preview', of(made[0].contact))).held).toBeGreaterThan(0)
    // It stays all the same, and so does the name on it.
    await erase(guanli, { kind: 'contact', contact: made[0].contact })
    expect(await wordsIn(daiban, made[0].secret)).toContain('他又打我')
    expect((await daiban.call('contact.card', { contact: made[0].contact })).name).toBe('三组 王桂兰')
    const run = {
      scope: { kind: 'contact', contact: made[0].contact } as const,
      digest: '',
      ground,
      password,
    }
    expect(await guanli.refused('erasure.run', run)).toEqual({ code: 'nothing_to_do' })
  })

  test('by holding a resident and looking at the thread', async () => {
    const { desk, daiban, ducha, guanli, made, close } = await twoSecrets()
    await close()
    await desk.pass(8 * month)
    await daiban.call('hold.place', { of: { kind: 'contact', contact: made[0].contact }, reason: '留存' })
    for (const { secret } of made) {
      const scope = { kind: 'thread', thread: secret } as const
      for (const reader of [ducha, guanli])
        expect(await reader.refused('erasure.preview', { scope })).toEqual({ code: 'private_thread' })
      expect(await guanli.refused('erasure.run', { scope, digest: '', ground, password })).toEqual({
        code: 'private_thread',
      })
    }
    expect(
      await ducha.call('erasure.preview', { scope: { kind: 'thread', thread: made[0].open } }),
    ).toMatchObject({
      contents: 0,
    })
  })
})

describe('an erasure', () => {
  test('needs the admin’s own password; a wrong one is on record', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const run = { scope: due, digest, ground }
    expect(await guanli.refused('erasure.run', { ...run, password: 'wrong' })).toMatchObject({
      code: 'wrong_password',
    })
    expect(entriesOf(desk.station, 'session.refused')).toMatchObject([{ subject: 'guanli' }])
    expect(await wordsIn(zhang, thread)).toContain('请问几点上班')
  })

  test('is of the very set that was previewed', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班', from: '三组 王桂兰' })
    await desk.pass(2 * month)
    await matter(desk, zhang, { text: '周末开门吗', from: '二组 李四' })
    await desk.pass(34 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    await desk.pass(2 * month)
    expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
      code: 'preview_outdated',
    })
  })

  test('that was undone by the disk erases nothing', async () => {
    const { desk, zhang, guanli } = await staffed()
    const thread = await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    undoneOnce(desk)
    await guanli.refused('erasure.run', { scope: due, digest, ground, password })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await wordsIn(zhang, thread)).toContain('请问几点上班')
    expect(desk.station.erasing.running).toBe(false)
  })

  test('broken off by a restart goes on by itself, and ends as if it had not been', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest, contents } = await guanli.call('erasure.preview', { scope: due })
    await guanli.call('erasure.run', { scope: due, digest, ground, password })
    while (desk.station.erasing.plans.present()?.contents === 0)
      await new Promise((resolve) => setImmediate(resolve))
    const some = desk.station.erasing.plans.present()!.contents
    expect(some).toBeLessThan(contents)
    await desk.restart()
    while (desk.station.erasing.plans.present() !== null)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const again = await at(desk, 'guanli')
    const [run] = await again.call('erasures.list', {})
    expect(run).toMatchObject({ contents, byName: '管理员吴', ground })
    expect(await again.call('erasure.preview', { scope: due })).toMatchObject({ contents: 0 })
    expect(entriesOf(desk.station, 'erasure.started', 'erasure.finished')).toHaveLength(2)
    expect(screensFollowLedger(desk.station)).toBe(true)
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  }, 60_000)

  test('can be cancelled; what went by then is gone, and the rest can be erased later', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest, contents } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    expect(await guanli.refused('erasure.run', { scope: due, digest, ground, password })).toEqual({
      code: 'busy',
      what: 'erasure',
    })
    while (desk.station.erasing.plans.present()?.contents === 0)
      await new Promise((resolve) => setImmediate(resolve))
    await guanli.call('work.cancel', { work })
    expect(await finished(guanli, work)).toMatchObject({ state: 'cancelled' })
    const rest = (await guanli.call('erasure.preview', { scope: due })).contents
    expect(rest).toBeGreaterThan(0)
    expect(rest).toBeLessThan(contents)
    expect(desk.station.erasing.plans.present()).toBeNull()
    expect(await erase(guanli, due)).toMatchObject({ state: 'done', result: { contents: rest } })
  }, 60_000)

  test('keeps no officer waiting', async () => {
    const { desk, zhang, guanli } = await staffed()
    await longMatters(desk, zhang)
    await desk.pass(37 * month)
    const { digest } = await guanli.call('erasure.preview', { scope: due })
    const { work } = await guanli.call('erasure.run', { scope: due, digest, ground, password })
    let claims = 0
    for (; (await guanli.call('work.get', { work })).state === 'running'; claims += 1)
      await zhang.call('thread.claim', { thread: desk.hears({ text: '新来的事', from: `新居民${claims}` }) })
    const done = entriesOf(desk.station, 'content.erased', 'thread.claimed')
    const batches = done.filter(({ type }) => type === 'content.erased')
    for (const { data } of batches) expect((data.seqs as number[]).length).toBeLessThanOrEqual(250)
    // Between any two of its commits somebody else had a turn.
    const between = done.slice(done.indexOf(batches[0]!), done.indexOf(batches.at(-1)!))
    expect(between.filter(({ type }) => type === 'thread.claimed').length).toBeGreaterThanOrEqual(
      batches.length - 1,
    )
    expect(batches.length).toBeGreaterThan(4)
  }, 60_000)

  test('leaves what was erased out of an export, which verifies', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班' })
    await desk.pass(37 * month)
    await erase(guanli, due)
    const file = join(tempDir(), 'export.zip')
    await exportBundle(desk.station.db, file, {
      sign: desk.station.checkpoints.signer!,
      at: new Date(desk.now).toISOString(),
      withheld: new Set(privateContents(desk.station.db, privateIds(desk.station.db))),
    })
    expect((await verifyBundle(file, {})).unaltered).toEqual({ ok: true })
  })
})

describe('copies elsewhere', () => {
  test('are listed by the preview and by what was erased since, and are removed with their record', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班' })
    const backup = await guanli.call('backup.make', {})
    mkdirSync(join(desk.dir, 'set-aside-2026'))
    writeFileSync(join(desk.dir, 'set-aside-2026', 'duty-desk.db'), 'old')
    utimesSync(join(desk.dir, 'set-aside-2026'), desk.now / 1_000 - 3_600, desk.now / 1_000 - 3_600)
    await desk.pass(37 * month)
    const copies = async () =>
      (await guanli.call('erasure.preview', { scope: due })).backups.map(({ file }) => file).sort()
    expect(await copies()).toEqual([backup.file])
    await erase(guanli, due)
    expect(await copies()).toEqual([backup.file, 'set-aside-2026'])
    await desk.pass(hour)
    await guanli.call('backup.make', {})
    expect(await copies()).toEqual([backup.file, 'set-aside-2026'])
    await guanli.call('backup.remove', { file: backup.file })
    await guanli.call('backup.remove', { file: 'set-aside-2026' })
    expect(await copies()).toEqual([])
    expect(existsSync(join(desk.station.backups.folder, backup.file))).toBe(false)
    expect(await guanli.call('backups.list', {})).toHaveLength(1)
    expect(entriesOf(desk.station, 'backup.removed')).toHaveLength(2)
  })
  test('are the only files that can be removed', async () => {
    const { desk, guanli } = await staffed()
    for (const file of ['../duty-desk.db', 'duty-desk.db', join(desk.dir, 'duty-desk.db'), '.', ''])
      expect(await guanli.refused('backup.remove', { file })).toMatchObject({ code: 'not_found' })
    expect(existsSync(join(desk.dir, 'duty-desk.db'))).toBe(true)
  })
})

test('after everything is erased every screen still opens, and the work goes on', async () => {
  const desk = await testStation()
  const busy = await busyStation(desk, seeded(5))
  for (let step = 0; step < 700; step += 1) await busy.step()
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
