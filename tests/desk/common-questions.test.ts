import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { draft, entries } from '../../src/desk/decision.ts'
import { at, type Console, until } from '../support/console.ts'
import {
  entriesOf,
  hour,
  minute,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'

const questions = [
  '身份证到期了走不动，什么时候上门换证？',
  '老人身份证到期，能上门换证吗',
  '听说可以上门换证，我妈身份证到期走不动',
]
const title = '上门换证的时间'
const text = '周四上午上门换证，请在家等候'

/** Three residents who ask the same, and one who asks something else. */
async function asking() {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const threads = questions.map((question, n) => desk.hears({ from: `居民${n}`, text: question }))
  const other = desk.hears({ from: '居民9', text: '楼上半夜还在打麻将，吵得睡不着' })
  return { desk, zhang, li, threads, other }
}
const seenOf = async (console: Console, threads: readonly string[]) =>
  Promise.all(
    threads.map(async (thread) => ({
      thread,
      seen: (await console.call('thread.get', { thread })).lastSeq,
    })),
  )
function makePrivate(desk: TestStation, thread: string): void {
  const by = { user: 'daiban', role: 'supervisor', device: 'test-pc', now: desk.now }
  desk.station.bus.runNow(by, () => ({
    decision: entries(
      draft('thread.madePrivate', thread, { desk: null, coveredBy: null }, { reason: '家事' }),
    ),
  }))
}

describe('a common question', () => {
  test('links the threads it is opened with, in one commit; its title is content', async () => {
    const { desk, zhang, threads, other } = await asking()
    const { common } = await zhang.call('common.open', { title, threads: [...threads, threads[0]!] })
    expect(entriesOf(desk.station, 'common.opened', 'thread.merged')).toMatchObject([
      { subject: common, data: {} },
      ...threads.map((subject) => ({ subject, data: { common } })),
    ])
    expect(JSON.stringify(entriesOf(desk.station, 'common.opened'))).not.toContain('换证')
    const shown = await zhang.call('common.get', { common })
    expect(shown).toMatchObject({ id: common, title, openedByName: '张建国', answers: 0 })
    expect(shown.threads.map(({ thread, waiting, answered }) => [thread, waiting, answered])).toEqual(
      threads.map((thread) => [thread, true, false]),
    )
    expect(await zhang.call('thread.get', { thread: threads[1]! })).toMatchObject({ common })
    expect(await zhang.call('thread.get', { thread: other })).toMatchObject({ common: null })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('links more, and unlinks; what is linked already is passed over', async () => {
    const { desk, zhang, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads: [threads[0]!] })
    await zhang.call('common.link', { common, threads })
    expect(entriesOf(desk.station, 'thread.merged')).toHaveLength(3)
    expect(await zhang.refused('common.link', { common, threads })).toEqual({ code: 'nothing_to_do' })
    await zhang.call('common.unlink', { common, thread: threads[1]! })
    expect((await zhang.call('common.get', { common })).threads.map(({ thread }) => thread)).toEqual([
      threads[0],
      threads[2],
    ])
    expect(await zhang.refused('common.unlink', { common, thread: threads[1]! })).toEqual({
      code: 'nothing_to_do',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('is one for each thread, of open threads that are not private; all of them or none', async () => {
    const { desk, zhang, threads, other } = await asking()
    const { common } = await zhang.call('common.open', { title, threads: [threads[0]!] })
    const size = desk.station.ledger.head().size
    expect(await zhang.refused('common.open', { title, threads: [other, threads[0]!] })).toEqual({
      code: 'already_there',
      what: 'common',
      id: common,
    })
    expect(await zhang.refused('common.link', { common, threads: [other, 'x'] })).toMatchObject({
      code: 'not_found',
      what: 'thread',
    })
    expect(await zhang.refused('common.link', { common: 'x', threads: [other] })).toEqual({
      code: 'not_found',
      what: 'common',
      id: 'x',
    })
    expect(desk.station.ledger.head().size).toBe(size)
    makePrivate(desk, other)
    const daiban = await at(desk, 'daiban')
    for (const console of [zhang, daiban])
      expect(await console.refused('common.link', { common, threads: [other] })).toEqual({
        code: 'private_thread',
      })
    const seen = (await seenOf(zhang, [threads[1]!]))[0]!.seen
    await zhang.call('thread.close', { thread: threads[1]!, disposition: 'duplicate', seen })
    expect(await zhang.refused('common.link', { common, threads: [threads[1]!] })).toMatchObject({
      code: 'thread_closed',
    })
  })
  test('tells every console that the list has changed', async () => {
    const { zhang, li, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads })
    await until(() =>
      li.pushes.some((push) => push.push === 'changed' && push.change.subjects.includes('commons')),
    )
    const changes = li.pushes.flatMap((push) => (push.push === 'changed' ? [push.change] : []))
    expect(changes.at(-1)!.subjects).toEqual(expect.arrayContaining([common, ...threads]))
  })
})

describe('a common answer', () => {
  test('goes to each of them in one commit, claimed by who answers, and they wait no more', async () => {
    const { desk, zhang, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads })
    const seen = await seenOf(zhang, threads)
    const before = zhang.pushes.length
    const twice = [...seen, seen[0]!]
    const outcome = await zhang.call('common.answer', { common, text, seen: twice, close: false })
    expect(outcome).toEqual({ done: threads, left: [] })
    const sent = entriesOf(desk.station, 'message.sent')
    expect(sent.map(({ subject, data }) => [subject, data.purpose, data.seen])).toEqual(
      seen.map(({ thread, seen: last }) => [thread, 'common', last]),
    )
    expect(entriesOf(desk.station, 'common.answered')).toMatchObject([
      { subject: common, data: { threads: 3 } },
    ])
    const changes = zhang.pushes.slice(before).filter((push) => push.push === 'changed')
    expect(changes[0]).toMatchObject({ change: { subjects: expect.arrayContaining([common, ...threads]) } })
    const shown = await zhang.call('common.get', { common })
    expect(shown.answers).toBe(3)
    expect(shown.threads.map(({ waiting, answered }) => [waiting, answered])).toEqual(
      threads.map(() => [false, true]),
    )
    await until(() => desk.sent.length === 3)
    expect(desk.sent.map((message) => message.text)).toEqual([text, text, text])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
  test('leaves out what another holds and what has moved on; those stay linked and go on waiting', async () => {
    const { desk, zhang, li, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads })
    const seen = await seenOf(zhang, threads)
    await li.call('thread.claim', { thread: threads[0]! })
    desk.hears({ from: '居民1', text: '下午也行' })
    const asked = [...seen, { thread: 'x', seen: 1 }]
    const outcome = await zhang.call('common.answer', { common, text, seen: asked, close: false })
    expect(outcome.done).toEqual([threads[2]])
    expect(outcome.left).toMatchObject([
      { thread: threads[0], refusal: { code: 'not_holder', holder: 'li', holderName: '李秀英' } },
      { thread: threads[1], refusal: { code: 'thread_moved_on', news: [{ text: '下午也行' }] } },
      { thread: 'x', refusal: { code: 'not_found' } },
    ])
    const shown = await zhang.call('common.get', { common })
    expect(shown.threads.map(({ thread, waiting, answered }) => [thread, waiting, answered])).toEqual([
      [threads[0], true, false],
      [threads[1], true, false],
      [threads[2], false, true],
    ])
    expect(entriesOf(desk.station, 'common.answered')).toMatchObject([{ data: { threads: 1 } }])
  })
  test('to nobody is no answer', async () => {
    const { desk, zhang, li, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads: [threads[0]!] })
    await li.call('thread.claim', { thread: threads[0]! })
    const seen = await seenOf(zhang, threads.slice(0, 2))
    const outcome = await zhang.call('common.answer', { common, text, seen, close: false })
    expect(outcome).toMatchObject({
      done: [],
      left: [{ refusal: { code: 'not_holder' } }, { refusal: { code: 'wrong_state', state: 'notLinked' } }],
    })
    expect(entriesOf(desk.station, 'common.answered', 'message.sent')).toEqual([])
  })
  test('can close them with it; a closed one is linked no more and reopens as any other', async () => {
    const { desk, zhang, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads })
    const seen = await seenOf(zhang, threads)
    await zhang.call('common.answer', { common, text, seen, close: true })
    for (const thread of threads)
      expect(await zhang.call('thread.get', { thread })).toMatchObject({
        disposition: 'answered',
        common: null,
      })
    expect((await zhang.call('common.get', { common })).threads).toEqual([])
    expect(desk.hears({ from: '居民0', text: '谢谢' })).toBe(threads[0])
    await zhang.call('common.link', { common, threads: [threads[0]!] })
    expect((await zhang.call('common.get', { common })).threads).toMatchObject([{ answered: false }])
  })
  test('sent again by a console that lost the first answer is one', async () => {
    const { desk, zhang, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads })
    const input = { common, text, seen: await seenOf(zhang, threads), close: false }
    const id = '0192f0c1-2d3e-7f4a-8b5c-6d7e8f9a0b1c'
    const first = await zhang.call('common.answer', input, id)
    expect(await zhang.call('common.answer', input, id)).toEqual(first)
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(3)
  })
})

describe('what a private thread shows of itself in common questions', () => {
  test('is nothing: neither linked threads nor similar ones', async () => {
    const { desk, zhang, threads } = await asking()
    const daiban = await at(desk, 'daiban')
    const { common } = await zhang.call('common.open', { title, threads: threads.slice(0, 2) })
    makePrivate(desk, threads[1]!)
    makePrivate(desk, threads[2]!)
    const namesFor = async (console: Console) =>
      (await console.call('common.get', { common })).threads.map(({ thread }) => thread)
    expect(await namesFor(zhang)).toEqual([threads[0]])
    expect(await namesFor(daiban)).toEqual([threads[0], threads[1]])
    expect((await zhang.call('commons.list', {}))[0]!.threads).toHaveLength(1)
    expect(await zhang.call('common.similar', { thread: threads[0]! })).toEqual([])
    expect(await zhang.refused('common.similar', { thread: threads[1]! })).toEqual({ code: 'private_thread' })
    // A supervisor reads them, and is shown them here no more than anybody.
    expect(await daiban.call('common.similar', { thread: threads[1]! })).toEqual([])
    expect(await daiban.call('common.similar', { thread: threads[0]! })).toEqual([])
    const seen = [{ thread: threads[1]!, seen: 999 }]
    expect(await zhang.call('common.answer', { common, text, seen, close: false })).toEqual({
      done: [],
      left: [{ thread: threads[1], refusal: { code: 'private_thread' } }],
    })
  })
})

describe('the list of common questions', () => {
  test('has those with open threads, and those of the last seven days', async () => {
    const { desk, zhang, threads } = await asking()
    const answered = await zhang.call('common.open', { title: '旧的', threads: [threads[0]!] })
    const open = await zhang.call('common.open', { title: '还开着', threads: [threads[1]!] })
    const seen = await seenOf(zhang, [threads[0]!])
    await zhang.call('common.answer', { common: answered.common, text, seen, close: true })
    const listed = async () => (await zhang.call('commons.list', {})).map((common) => common.title)
    expect(await listed()).toEqual(['还开着', '旧的'])
    await desk.pass(7 * 24 * hour)
    expect(await listed()).toEqual(['还开着', '旧的'])
    await desk.pass(minute)
    expect(await listed()).toEqual(['还开着'])
    expect(await zhang.call('common.get', { common: answered.common })).toMatchObject({ title: '旧的' })
    await zhang.call('common.unlink', { common: open.common, thread: threads[1]! })
    expect(await listed()).toEqual([])
  })
})

describe('threads whose residents ask much the same', () => {
  const found = async (console: Console, thread: string) =>
    (await console.call('common.similar', { thread })).map(({ row }) => row.id)

  test('are found, most alike first, with the question; others are not', async () => {
    const { zhang, threads, other } = await asking()
    const similar = await zhang.call('common.similar', { thread: threads[0]! })
    expect(new Set(similar.map(({ row }) => row.id))).toEqual(new Set(threads.slice(1)))
    const degrees = similar.map(({ likeness }) => likeness)
    expect(degrees).toEqual([...degrees].sort((a, b) => b - a))
    expect(similar.map(({ question }) => question).sort()).toEqual(questions.slice(1).sort())
    expect(await found(zhang, other)).toEqual([])
    expect(await zhang.refused('common.similar', { thread: 'x' })).toMatchObject({ code: 'not_found' })
  })
  test('are compared by all the resident has said since the desk’s last word', async () => {
    const { desk, zhang, threads } = await asking()
    desk.hears({ from: '居民0', text: '麻烦快点回复' })
    expect(await found(zhang, threads[0]!)).toHaveLength(2)
    const seen = (await seenOf(zhang, [threads[0]!]))[0]!.seen
    await zhang.call('thread.answer', { thread: threads[0]!, text: '周四', seen })
    desk.hears({ from: '居民0', text: '楼上半夜打麻将吵得睡不着，谁管' })
    expect(await found(zhang, threads[0]!)).not.toContain(threads[1])
  })
  test('of a group are those like its last speaker’s', async () => {
    const { desk, zhang, threads } = await asking()
    const group = { external: 'g1', name: '三组群' }
    const say = (from: string, said: string) =>
      desk.takesIn({ ...resident({ from, text: said }), conversation: 'g1', group })
    const [thread] = say('居民7', '切割机锯到十一点半，租客要退房，谁来管一管').threads
    say('居民8', questions[0]!)
    expect(await found(zhang, thread!)).toHaveLength(3)
    expect(await found(zhang, threads[1]!)).toContain(thread)
  })
  test('are waiting ones: neither answered nor closed', async () => {
    const { zhang, threads } = await asking()
    const [first, second] = await seenOf(zhang, threads.slice(1))
    await zhang.call('thread.answer', { ...first!, text: '周四' })
    await zhang.call('thread.close', { ...second!, disposition: 'duplicate' })
    expect(await found(zhang, threads[0]!)).toEqual([])
  })
  test('are found when they were told of a delay too, by what they asked', async () => {
    const { zhang, threads } = await asking()
    const [told] = await seenOf(zhang, threads.slice(1))
    await zhang.call('thread.tellDelay', { ...told!, text: '您好，会稍晚一些答复您' })
    const similar = await zhang.call('common.similar', { thread: threads[0]! })
    expect(similar.map(({ question }) => question).sort()).toEqual(questions.slice(1).sort())
  })
  test('show of a question no number, and no more than 80 characters', async () => {
    const { desk, zhang, threads } = await asking()
    desk.hears({ from: '居民5', text: `${questions[0]}电话13812345678，${'在家等。'.repeat(40)}` })
    const all = await zhang.call('common.similar', { thread: threads[0]! })
    const long = all.find(({ question }) => question.includes('电话'))!
    expect(long.question).toContain('138****5678')
    expect(long.question).toHaveLength(80)
  })
  test('are at most twenty', async () => {
    const { desk, zhang, threads } = await asking()
    for (let n = 10; n < 40; n++) desk.hears({ from: `居民${n}`, text: questions[n % 3]! })
    expect(await zhang.call('common.similar', { thread: threads[0]! })).toHaveLength(20)
  })
  test('may be linked to a common question already: then this one belongs there too', async () => {
    const { zhang, threads } = await asking()
    const { common } = await zhang.call('common.open', { title, threads: threads.slice(1) })
    const similar = await zhang.call('common.similar', { thread: threads[0]! })
    expect(similar.map(({ row }) => row.common)).toEqual([common, common])
  })
})

const real = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'resident_messages_one_city.jsonl')
test.skipIf(!existsSync(real))(
  'similar ones among 2,000 waiting threads are found in a tenth of a second',
  async () => {
    const desk = await testStation()
    const zhang = await at(desk, 'zhang')
    const rows = readFileSync(real, 'utf8')
      .trim()
      .split('\n')
      .slice(0, 2_000)
      .map((line) => JSON.parse(line) as { id: string; title: string; text: string })
    const about = rows.findIndex(({ title: said }) => said.includes('伊景园'))
    const events = rows.map((row) =>
      resident({ from: row.id, title: row.title, text: row.text.slice(0, 4_000) }),
    )
    const { threads } = desk.takesIn(...events)
    let took = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 10; tries++) {
      const started = performance.now()
      const similar = await zhang.call('common.similar', { thread: threads[about]! })
      took = Math.min(took, performance.now() - started)
      expect(similar.length).toBeGreaterThan(5)
      expect(
        similar.filter(({ row }) => rows[threads.indexOf(row.id)]!.title.includes('伊景园')).length,
      ).toBeGreaterThan(similar.length / 2)
    }
    expect(took).toBeLessThan(100)
  },
  120_000,
)
