import { join } from 'node:path'
import { hasStation } from '../../desk/station/database-file.ts'
import { openStation } from '../../desk/station/opening.ts'
import { fileSecrets, type Secrets } from '../../desk/station/secrets.ts'
import type { Station } from '../../desk/station/station.ts'
import { resources } from '../resources.ts'
import { fail } from './fail.ts'
import { lockOrFail } from './lock.ts'

export function secretsIn(dir: string): Secrets {
  return fileSecrets(join(dir, 'secrets'))
}

/** Opens the station of a data folder for work, alone: fails when a desk is running on it. */
export async function withStation<R>(dir: string, work: (station: Station) => Promise<R>): Promise<R> {
  if (!hasStation(dir)) fail(`no station in ${dir}`)
  const lock = lockOrFail(dir)
  const station = await openStation({
    dir,
    secrets: secretsIn(dir),
    resources,
    clock: Date.now,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  try {
    return await work(station)
  } finally {
    await station.close()
    lock.release()
  }
}
