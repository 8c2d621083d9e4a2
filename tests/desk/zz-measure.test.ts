import { test } from 'vitest'
import { at } from '../support/console.ts'
import { ended } from '../support/exports.ts'
import { testStation, iso, hour } from '../support/station.ts'
import { privateIds } from '../../src/desk/privacy/withheld.ts'
import { witnesses } from '../../src/desk/proof/witnesses.ts'

test('measure', { timeout: 1_800_000 }, async () => {
  const desk = await testStation()
  const from = desk.now
  let t = performance.now()
  for (let n = 0; n < 400; n++) {
    desk.now += 60_000
    desk.takesIn(
      ...Array.from({ length: 1000 }, (_, i) => ({
        event: 'message' as const,
        contact: { external: `r${n % 40}-${i}`, name: `居民${n % 40}-${i}` },
        conversation: `r${n % 40}-${i}`,
        external: `${n}-${i}`,
        kind: 'text' as const,
        text: `第${n}次问：户口迁移要带什么材料，几号办公`,
        title: null,
        image: null,
        sentAt: desk.now,
      })),
    )
  }
  const { station } = desk
  const zhang = await at(desk, 'daiban')
  const ids = station.db.prepare('SELECT id FROM thread LIMIT 500').pluck().all() as string[]
  for (const thread of ids) await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
  console.log('built', station.ledger.head().size, ((performance.now() - t) / 1000).toFixed(0))
  while (station.ledger.settle() > 0);
  station.indexing.finish()
  t = performance.now(); privateIds(station.db); console.log('privateIds ms', performance.now() - t)
  const ducha = await at(desk, 'ducha')
  for (const what of ['whole', 'period', 'thread', 'verify', 'witnesses'] as const) {
    let longest = 0
    let over = 0
    let before = performance.now()
    const blocks: number[] = []
    const watch = setInterval(() => {
      const now = performance.now()
      longest = Math.max(longest, now - before)
      if (now - before > 50) { over++; blocks.push(Math.round(now - before)) }
      before = now
    }, 1)
    t = performance.now()
    if (what === 'witnesses') { for (let i=0;i<300;i++) { station.checkpoints.make('hour') }; before = performance.now(); longest=0; over=0; blocks.length=0; t = performance.now(); await witnesses(station) }
    else {
      const scope = what === 'whole' ? { kind: 'whole' } as const : what === 'period' ? { kind: 'period', from: iso(from), to: iso(from + 3 * hour) } as const : { kind: 'thread', thread: ids[3]! } as const
      const { work } = what === 'verify' ? await ducha.call('proof.verify', { heads: [] }) : await ducha.call('export.start', { scope, language: 'zh' })
      const r = await ended<any>(ducha, work)
      console.log(what, r.state, r.error, r.result && { bytes: r.result.bytes, entries: r.result.entries, withheld: r.result.withheld, eps: r.result.entriesPerSecond })
    }
    clearInterval(watch)
    console.log(what, 's', ((performance.now() - t) / 1000).toFixed(2), 'longest', longest.toFixed(0), 'over50', over, blocks.slice(0, 30))
  }
})
