import { expect } from 'vitest'
import { at, type Console } from './console.ts'
import { hour, resident, type TestStation, testStation } from './station.ts'

export const month = 31 * 24 * hour
/** What an admin has erased, and why. */
export const due = { kind: 'due' } as const
export const ground = '保留期限已满'

/** A resident writes, is answered, and the matter is closed. */
export async function matter(desk: TestStation, zhang: Console, said: Parameters<TestStation['hears']>[0]) {
  const thread = desk.hears(said)
  const seen = async () => (await zhang.call('thread.get', { thread })).lastSeq
  await zhang.call('thread.answer', { thread, text: `答复 ${said.text}`, seen: await seen() })
  await zhang.call('thread.close', { thread, disposition: 'answered', seen: await seen(), note: '已办' })
  return thread
}

/** Three residents who wrote very much: several commits of an erasure. */
export async function longMatters(desk: TestStation, zhang: Console): Promise<string[]> {
  const threads: string[] = []
  for (const from of ['一组 甲', '二组 乙', '三组 丙']) {
    const texts = Array.from({ length: 900 }, (_, n) => `第${n + 1}句`)
    const { threads: those } = desk.takesIn(...texts.map((text) => resident({ text, from, at: desk.now })))
    threads.push(await matter(desk, zhang, { text: '就这些', from }))
    expect(those).toEqual([threads.at(-1)])
  }
  return threads
}

export const contactOf = (desk: TestStation, thread: string) =>
  desk.station.views.threads.thread(thread)!.contact
export const wordsIn = async (reader: Console, thread: string) =>
  (await reader.call('thread.timeline', { thread, limit: 100 })).items.flatMap((item) =>
    'text' in item && item.text !== null ? [item.text] : [],
  )

/** A station with a console for everybody an erasure concerns. */
export async function staffed() {
  const desk = await testStation()
  return {
    desk,
    zhang: await at(desk, 'zhang'),
    daiban: await at(desk, 'daiban'),
    ducha: await at(desk, 'ducha'),
    guanli: await at(desk, 'guanli'),
  }
}
