import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const fullAtBytes = 2_000_000

/** What the core and the shell say about themselves, for whoever has to find out why. Two files, never more. */
export function openLog(file: string): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true })
  return (line) => {
    try {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      if (size > fullAtBytes) renameSync(file, `${file}.1`)
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 })
    } catch (error) {
      // A full disk must not take the window down; the ledger has its own way to say so.
      process.stderr.write(`${line}\n${String(error)}\n`)
    }
  }
}
