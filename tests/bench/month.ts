import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hrtime } from 'node:process'
import { parse, v7 as uuid } from 'uuid'
import type { InboundMessage } from '../../src/channels/channel.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { hour } from '../../src/desk/time.ts'
import { seconds } from './raw.ts'
import type { Row } from './rows.ts'
import { accounts, benchStation, message, officer, officers, ordinaryTextOf } from './station.ts'

/** What one county station counted in thirty days: messages of both sides, and one-to-one chats. */
const month = { messages: 752_603, threads: 353_432, days: 30 }
const answer = '您好，已收到，民警马上与您联系，请保持电话畅通。'
/** Threads of one account whose messages come as one page (WeCom gives a thousand), and are worked on in one breath. */
const atOnce = 850
const perShift = officers.length / 2

/**
 * A month of a station, or its first days, through the whole path: what residents write is assessed and indexed; each
 * thread is claimed, answered (the answer leaves through the outbox) and closed; the two shifts relieve each other
 * twice a day. All messages of both sides over the time it took until the last answer had left and all was indexed.
 */
export async function monthRow(dir: string, days: number): Promise<Row> {
  const folder = join(dir, 'month')
  mkdirSync(folder)
  const began = Date.now() - month.days * 24 * hour
  let now = began
  const station = await benchStation(folder, () => now)
  const share = days / month.days
  const threads = Math.round(month.threads * share)
  // One word and one answer each; the others are second words of residents.
  const second = Math.round(month.messages * share) - 2 * threads
  const every = Math.floor(threads / second)
  let shift = -1
  let said = 0
  const start = hrtime.bigint()
  for (let from = 0; from < threads; from += atOnce) {
    now = began + Math.floor((from / threads) * days * 24) * hour
    const turn = Math.floor((now - began) / (12 * hour))
    if (turn !== shift) await relieve(station, turn % 2)
    shift = turn
    const batch: InboundMessage[] = []
    for (let n = from; n < Math.min(from + atOnce, threads); n += 1) {
      batch.push(message(said, n, { text: ordinaryTextOf(said), sentAt: now }))
      said += 1
      if (n % every !== 0) continue
      batch.push(message(said, n, { text: ordinaryTextOf(said), sentAt: now }))
      said += 1
    }
    const account = accounts[(from / atOnce) % accounts.length]!
    await work(station, takeIn(station, account, batch).threads, turn % 2)
  }
  while (left(station) > 0) await new Promise((done) => setTimeout(done, 5))
  station.indexing.finish()
  const took = seconds(start)
  const closed = station.db
    .prepare<[], { n: number }>('SELECT count(*) AS n FROM thread WHERE closed_at IS NOT NULL')
    .get()
  if (closed?.n !== threads) throw new Error(`${closed?.n} of ${threads} threads are closed`)
  await station.close()
  const value = (said + threads) / took
  return {
    name: 'month-replay',
    value,
    unit: 'messages/s',
    floor: 8_000,
    ratio: value / 8_000,
    bar: '>= 8,000',
  }
}

async function relieve(station: Station, shift: number): Promise<void> {
  for (const [at, user] of officers.entries()) {
    const comes = Math.floor(at / perShift) === shift
    if (station.views.people.isOnShift(user) === comes) continue
    await station.execute(comes ? 'shift.signOn' : 'shift.signOff', {}, officer(station, user), command())
  }
}

async function work(station: Station, threads: readonly string[], shift: number): Promise<void> {
  const by = (at: number) => officer(station, officers[shift * perShift + (at % perShift)]!)
  const seen = new Map<string, number>()
  for (const thread of threads) seen.set(thread, station.views.threads.thread(thread)!.last_seq)
  const all = (act: (thread: string, at: number) => Promise<unknown>) => Promise.all(threads.map(act))
  await all((thread, at) => station.execute('thread.claim', { thread }, by(at), command()))
  await all(async (thread, at) => {
    const input = { thread, text: answer, seen: seen.get(thread)! }
    const { seq } = await station.execute('thread.answer', input, by(at), command())
    seen.set(thread, seq)
  })
  await all((thread, at) => {
    const input = { thread, disposition: 'answered' as const, seen: seen.get(thread)! }
    return station.execute('thread.close', input, by(at), command())
  })
}

function left(station: Station): number {
  return station.db
    .prepare<[], { n: number }>("SELECT count(*) AS n FROM message WHERE delivery = 'queued'")
    .get()!.n
}

const command = () => Buffer.from(parse(uuid()))
