import { resolve } from 'node:path'
import { draft, entries } from '../../desk/decision.ts'
import { privateContents } from '../../desk/privacy/withheld.ts'
import { exportBundle } from '../../ledger/export/export.ts'
import { dataDir } from '../data-dir.ts'
import { progressBar } from './progress.ts'
import { fail, withStation } from './station.ts'

/** Exporting is an entry too; it stands in the bundle it speaks of. */
export async function exportStation(file: string, options: { data?: string }): Promise<void> {
  await withStation(dataDir(options.data), async (station) => {
    const { signer } = station.checkpoints
    if (!signer) fail('the signing key of this station is not on this machine; an export needs a signed head')
    const withheld = privateContents(station)
    station.bus.runNow({ user: 'cli', role: 'system', device: 'cli', now: Date.now() }, () => ({
      decision: entries(draft('ledger.exported', 'ledger', { scope: 'whole', withheld: withheld.size })),
    }))
    const bar = progressBar('entries', station.ledger.head().size)
    await exportBundle(station.db, resolve(file), {
      sign: signer,
      at: new Date().toISOString(),
      withheld,
      onProgress: (done) => bar.update(done),
    })
    bar.stop()
    const left = withheld.size > 0 ? `; ${withheld.size} texts of private threads left out` : ''
    console.log(`${resolve(file)}: ${station.ledger.head().size} entries${left}`)
  })
}
