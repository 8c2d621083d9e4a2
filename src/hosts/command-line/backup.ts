import { resolve } from 'node:path'
import { dataDir } from '../data-dir.ts'
import { withStation } from './station.ts'

export async function backup(file: string, options: { data?: string }): Promise<void> {
  await withStation(dataDir(options.data), async (station) => {
    const made = await station.backups.make(resolve(file))
    station.bus.runNow({ user: 'cli', role: 'system', device: 'cli', now: Date.now() }, () => ({
      decision: station.backups.decision(made),
      write: () => station.backups.remember(made),
    }))
    const files = `${made.files} files of messages${made.missing > 0 ? `, ${made.missing} MISSING` : ''}`
    console.log(`${made.file}: ${made.size} entries, ${files}, ${made.bytes} bytes, verified`)
  })
}
