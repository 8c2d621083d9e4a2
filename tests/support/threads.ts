import { at, type Console } from './console.ts'
import { entriesOf, type TestStation, testStation } from './station.ts'

export const seenOf = async (console: Console, thread: string) =>
  (await console.call('thread.get', { thread })).lastSeq
export const queuesOf = async (console: Console) => (await console.call('threads.counts', {})).queues
export const typesOf = (desk: TestStation, thread: string) =>
  entriesOf(desk.station)
    .filter(({ subject }) => subject === thread)
    .map(({ type }) => type)

/** A station, two officers and a thread of a waiting resident. */
export async function shift(text = '楼上半夜还在打麻将') {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const thread = desk.hears({ text })
  return { desk, zhang, li, thread, seen: await seenOf(zhang, thread) }
}
