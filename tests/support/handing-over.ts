import { expect } from 'vitest'
import type { CallName, Input, Output } from '../../src/contract/index.ts'
import { at, type Console } from './console.ts'
import { hour, iso, password, type TestStation, testStation, type User, village } from './station.ts'

/** Whoever takes part in a handoff, each act followed by a look at who owns what. */
export interface Hands {
  zhang: Console
  li: Console
  zhao: Console
  daiban: Console
  ducha: Console
}

/**
 * After every single command each open thread that somebody held is held by exactly one person of the station: never by
 * two, never by nobody.
 */
export async function hands(desk: TestStation): Promise<Hands> {
  const watched = async (user: User): Promise<Console> => {
    const console = await at(desk, user)
    const call = async <N extends CallName>(name: N, input: Input<N>, command?: string | null) => {
      const held = holders(desk)
      const answer: Output<N> = await console.call(name, input, command)
      const now = holders(desk)
      for (const [thread] of held) {
        const row = desk.station.views.threads.thread(thread)!
        if (row.closed_at === null && name !== 'thread.release') expect(now.has(thread), name).toBe(true)
      }
      return answer
    }
    return { ...console, call }
  }
  return {
    zhang: await watched('zhang'),
    li: await watched('li'),
    zhao: await watched('zhao'),
    daiban: await watched('daiban'),
    ducha: await watched('ducha'),
  }
}

/** Of open threads that are held, by whom: as the table, the object in memory and the ledger all have it. */
export function holders({ station }: TestStation): Map<string, string> {
  const rows = station.db
    .prepare('SELECT id, holder FROM thread WHERE closed_at IS NULL AND holder IS NOT NULL')
    .all() as { id: string; holder: string }[]
  for (const { id, holder } of rows) expect(station.views.threads.thread(id)!.holder).toBe(holder)
  return new Map(rows.map(({ id, holder }) => [id, holder]))
}

export const handOver = (desk: TestStation, nextAction = '天亮后回电话', within = 8 * hour) =>
  ({ do: 'handOver', nextAction, deadline: iso(desk.now + within), ifThen: null }) as const
export const keep = { do: 'keep', reason: '我熟悉这件事' } as const

export const sheetOf = (console: Console, handoff: string) => console.call('handoff.get', { handoff })
export const itemsOf = async (console: Console, handoff: string) => (await sheetOf(console, handoff)).items
export const idsOf = async (console: Console, handoff: string) =>
  (await itemsOf(console, handoff)).map(({ id }) => id)

/** Everything on the sheet is handed over, and the outgoing side signs. */
export async function offer(
  desk: TestStation,
  from: Console,
  over: Partial<Input<'handoff.sign'>> & { post?: string } = {},
): Promise<string> {
  const { post = null, ...signing } = over
  const { handoff } = await from.call('handoff.start', { post })
  const items = await idsOf(from, handoff)
  if (items.length > 0) await from.call('handoff.decide', { handoff, items, decision: handOver(desk) })
  await from.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li', ...signing })
  return handoff
}

/** Reads back what is severe, accepts all that is handed over, and signs. */
export async function takeOn(to: Console, handoff: string) {
  const items = (await itemsOf(to, handoff)).filter(
    ({ decision, moved }) => decision?.do === 'handOver' && moved === null,
  )
  for (const { id, severity, readBack } of items)
    if ((severity === 'critical' || severity === 'serious') && readBack === null)
      await to.call('handoff.readBack', { handoff, item: id, text: '要回电话，天亮前' })
  const open = items.filter(({ accepted }) => !accepted).map(({ id }) => id)
  if (open.length > 0) await to.call('handoff.accept', { handoff, items: open })
  return to.call('handoff.sign', { handoff, side: 'incoming', password })
}

/** A station with everybody at a console. */
export async function night() {
  const desk = await testStation()
  return { desk, ...(await hands(desk)) }
}

/** A thread in this officer's hands, with a resident of its own. */
export async function heldBy(
  console: Console,
  desk: TestStation,
  from: string,
  text = '在吗',
  account = village,
): Promise<string> {
  const thread = desk.hears({ from, text, account })
  await console.call('thread.claim', { thread })
  return thread
}

/** Zhang's evening: three threads, one of them a cry for help whose alarm he looks after. */
export async function evening() {
  const desk = await testStation()
  const all = await hands(desk)
  const { zhang } = all
  const calm = desk.hears({ from: '一组 甲', text: '户口迁移要带哪些材料' })
  const noisy = desk.hears({ from: '二组 乙', text: '楼上半夜还在打麻将' })
  const crisis = desk.hears({ from: '三组 丙', text: '我不想活了' })
  for (const thread of [calm, noisy]) await zhang.call('thread.claim', { thread })
  const [alarm] = await zhang.call('alarms.open', {})
  await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  return { desk, ...all, calm, noisy, crisis, alarm: alarm!.id }
}
