import { describe, expect, test } from 'vitest'
import { at, type Console } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import {
  hour,
  password,
  phone,
  resident,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

/** What could not be read is as private as the threads of whoever it came from (rule 11). */

const said = '他又打我了，看不懂的一条'
const whom = '三组 王桂兰'
const reason = '家事'

async function three() {
  const desk = await testStation()
  const [zhang, li, ducha] = [await at(desk, 'zhang'), await at(desk, 'li'), await at(desk, 'ducha')]
  return { desk, zhang, li, ducha }
}

const unreadable = (external: string, text = said) =>
  ({ event: 'unreadable', raw: text, reason: 'unknown_kind', external, conversation: whom }) as const
const aside = async (console: Console) => JSON.stringify(await console.call('aside.list', { limit: 50 }))

async function makesPrivate(zhang: Console, thread: string): Promise<void> {
  await zhang.call('thread.claim', { thread })
  await zhang.call('thread.setPrivate', { thread, private: true, reason })
}

async function closes(zhang: Console, thread: string): Promise<void> {
  const { lastSeq: seen } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
}

const lines = ({ station }: TestStation) => station.db.prepare('SELECT count(*) FROM aside').pluck().get()

describe('a line kept aside', () => {
  test('that came before its resident had any thread goes out of sight when that becomes private', async () => {
    const { desk, zhang, li, ducha } = await three()
    desk.takesIn(unreadable('u1'))
    for (const each of [zhang, li, ducha]) expect(await aside(each)).toContain(said)
    const thread = desk.hears({ from: whom, text: '在吗' })
    desk.hears({ from: '五组 李四', text: '户口怎么迁' })
    expect(await aside(li)).toContain(said)
    await makesPrivate(zhang, thread)
    expect(await aside(zhang)).toContain(said)
    for (const each of [li, ducha]) expect(await aside(each)).not.toContain(said)
  })

  test('of an earlier thread goes out of sight with a later one of the same resident', async () => {
    const { desk, zhang, li } = await three()
    const first = desk.hears({ from: whom, text: '在吗' })
    desk.takesIn(unreadable('u1'))
    await zhang.call('thread.claim', { thread: first })
    await closes(zhang, first)
    await desk.pass(5 * 24 * hour)
    const second = desk.hears({ from: whom, text: '又来了' })
    expect(second).not.toBe(first)
    expect(await aside(li)).toContain(said)
    await makesPrivate(zhang, second)
    expect(await aside(li)).not.toContain(said)
  })

  test('of a pasted chat of which nothing could be read follows the thread that comes of it', async () => {
    const { zhang, li } = await three()
    const paste = (text: string) => zhang.call('paste.import', { account: phone, text, contactName: '赵六' })
    await paste('他又打她了，选到一半的一行')
    expect(await aside(li)).toContain('他又打她了')
    const { threads } = await paste('赵六  今天 09:05\n分家的事')
    await makesPrivate(zhang, threads[0]!)
    expect(await aside(li)).not.toContain('他又打她了')
  })

  test('of whom nobody knows, or of somebody else, stays where a person sees it', async () => {
    const { desk, zhang, li } = await three()
    desk.takesIn({ ...unreadable('u1', '不知是谁的'), conversation: null })
    desk.takesIn({ ...unreadable('u2', '别人的'), conversation: '五组 李四' })
    await makesPrivate(zhang, desk.hears({ from: whom, text: '在吗' }))
    expect(await aside(li)).toContain('不知是谁的')
    expect(await aside(li)).toContain('别人的')
  })

  test('is erased with the thread that came of it, and kept as long as that is held', async () => {
    const { desk, zhang } = await three()
    desk.takesIn(unreadable('u1'), unreadable('u2', '再一条'))
    desk.takesIn({ ...unreadable('u3', '别人的'), conversation: '五组 李四' })
    const thread = desk.hears({ from: whom, text: '在吗' })
    await zhang.call('thread.claim', { thread })
    await closes(zhang, thread)
    await desk.pass(7 * 31 * 24 * hour)
    const [guanli, daiban] = [await at(desk, 'guanli'), await at(desk, 'daiban')]
    const scope = { kind: 'thread', thread } as const
    const { hold } = await daiban.call('hold.place', { of: { kind: 'thread', thread }, reason: '案件' })
    const { digest } = await guanli.call('erasure.preview', { scope })
    const asked = { scope, digest, ground: '个人信息保护法第四十七条', password }
    expect(await guanli.refused('erasure.run', asked)).toMatchObject({ code: 'legal_hold' })
    await daiban.call('hold.lift', { hold, reason: '结案' })
    expect(lines(desk)).toBe(3)
    expect(await erase(guanli, scope)).toMatchObject({ state: 'done' })
    expect(lines(desk)).toBe(1)
    expect(await aside(await at(desk, 'li'))).not.toContain(said)
  })

  test('is erased with the card of a resident who never had a thread', async () => {
    const { desk } = await three()
    desk.takesIn(unreadable('u1'))
    desk.takesIn({
      ...{ event: 'entered', contact: { external: whom, name: '' }, scene: '', sceneText: '' },
      ...{ external: 'e1', at: desk.now },
    })
    const contact = desk.station.views.people.contactByExternal(village, whom)!
    await desk.pass(7 * 31 * 24 * hour)
    const guanli = await at(desk, 'guanli')
    expect(await erase(guanli, { kind: 'contact', contact })).toMatchObject({ state: 'done' })
    expect(lines(desk)).toBe(0)
  })
})

test('a message that broke is kept aside as private as its conversation becomes', async () => {
  const { desk, zhang, li } = await three()
  desk.takesIn({ ...resident({ from: whom, text: `${said}\ud800` }) })
  expect(await aside(li)).toContain(said)
  await makesPrivate(zhang, desk.hears({ from: whom, text: '在吗' }))
  expect(await aside(li)).not.toContain(said)
})
