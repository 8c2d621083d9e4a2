import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { at } from '../support/console.ts'
import { phone, resident, testStation } from '../support/station.ts'

/** So many that what lags no longer waits for a quiet moment. */
const residents = 1_500

test('what lags catches up by itself, and acts are carried out between its parts', async () => {
  const desk = await testStation()
  const { station } = desk
  const zhang = await at(desk, 'zhang')
  station.indexing.finish()
  const watermarks = ['search_watermark', 'record_watermark', 'tally_watermark'].map((table) =>
    station.db.prepare<[], number>(`SELECT seq FROM ${table}`).pluck(),
  )
  const reached = () => watermarks.map((watermark) => watermark.get() as number)
  const before = reached()
  const heard = Array.from({ length: residents }, (_, n) =>
    resident({ from: `居民${n}`, text: `第${n}件事` }),
  )
  const { threads } = takeIn(station, phone, heard)
  const { size } = station.ledger.head()
  expect([threads.length, reached()]).toEqual([residents, before])

  const seen: number[][] = [before]
  for (let acts = 0; reached()[2]! < size; acts += 1) {
    await zhang.call('thread.claim', { thread: threads[acts]! })
    if (reached().join() !== seen.at(-1)!.join()) seen.push(reached())
    await turn()
  }
  const movedAlone = seen.filter(
    (now, at) => now.filter((seq, part) => seq !== seen[at - 1]?.[part]).length === 1,
  )
  expect(movedAlone.length, seen.join(' → ')).toBeGreaterThan(5)
})
