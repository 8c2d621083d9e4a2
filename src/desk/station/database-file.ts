import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the station of a data folder is; asked also by what works without a desk, so nothing of one is loaded here. */
export function databaseFile(dir: string): string {
  return join(dir, 'duty-desk.db')
}

export function hasStation(dir: string): boolean {
  return existsSync(databaseFile(dir))
}
