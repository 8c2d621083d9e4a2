import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** `--data`, else DUTY_DESK_DATA, else the usual place for data of this user. */
export function dataDir(given: string | undefined): string {
  const chosen = given ?? process.env.DUTY_DESK_DATA
  if (chosen) return resolve(chosen)
  if (process.platform === 'win32') return join(process.env.APPDATA ?? homedir(), 'duty-desk', 'station')
  const share = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share')
  return join(share, 'duty-desk', 'station')
}
