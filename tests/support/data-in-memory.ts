import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const memory = '/dev/shm'
/** What the largest tests need side by side, and more (bytes). */
const needed = 2 * 2 ** 30

/**
 * Every commit of a station waits for its disk. Tests make hundreds of thousands of them and cut no power, so their data
 * lie in memory where there is room; whole programs and faults keep to the disk.
 */
export function setup(): () => void {
  if (!hasRoom()) return () => {}
  for (const left of readdirSync(memory)) if (ofRunThatIsGone(left)) remove(join(memory, left))
  const root = mkdtempSync(join(memory, `duty-desk-run-${process.pid}-`))
  process.env.DUTY_DESK_TESTS_DATA = root
  return () => remove(root)
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > needed
  } catch {
    return false
  }
}

function ofRunThatIsGone(name: string): boolean {
  const pid = /^duty-desk-run-(\d+)-/.exec(name)?.[1]
  if (pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch {
    return true
  }
}

const remove = (dir: string) => rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
