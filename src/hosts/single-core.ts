import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * One core per data folder: it owns the only write connection (DESIGN §5). The lock names its process, so that
 * what a killed core left behind is known as such and taken over.
 */
export function holdDataDir(dir: string): { release(): void } {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, 'core.lock')
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const handle = openSync(file, 'wx', 0o600)
      writeSync(handle, String(process.pid))
      closeSync(handle)
      return { release: () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const pid = Number(readFileSync(file, 'utf8'))
      if (pid !== process.pid && isAlive(pid)) {
        throw new Error(`another Duty Desk (process ${pid}) is working on ${dir}`)
      }
      rmSync(file, { force: true })
    }
  }
  throw new Error(`cannot lock ${dir}`)
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
