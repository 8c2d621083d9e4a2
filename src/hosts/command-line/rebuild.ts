import { projectionDigest } from '../../desk/projections.ts'
import { rebuild } from '../../desk/rebuild.ts'
import { dataDir } from '../data-dir.ts'
import { progressBar } from './progress.ts'
import { withStation } from './station.ts'

export async function rebuildStation(options: { data?: string }): Promise<void> {
  await withStation(dataDir(options.data), async (station) => {
    const before = projectionDigest(station.db)
    const bar = progressBar('entries', station.ledger.head().size)
    rebuild(station.db, station.ledger, (done) => bar.update(done))
    bar.stop()
    const same = projectionDigest(station.db) === before
    console.log(
      `${station.ledger.head().size} entries; the screens are ${same ? 'the same as before' : 'DIFFERENT from before'}`,
    )
  })
}
