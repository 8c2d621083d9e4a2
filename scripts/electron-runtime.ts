import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const electronPackage = join(import.meta.dirname, '..', 'node_modules', 'electron')

/**
 * Where Electron's own program is, or in one sentence why there is none. The `electron` package is not imported:
 * it would start a download.
 */
export function findElectronRuntime(): { path: string } | { why: string } {
  const named = join(electronPackage, 'path.txt')
  const program = existsSync(named) ? readFileSync(named, 'utf8').trim() : usualName()
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronPackage, 'dist'), program)
  if (!existsSync(path)) return { why: `the Electron runtime is not installed (${path} does not exist)` }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' }
  return { path }
}

function usualName(): string {
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}
