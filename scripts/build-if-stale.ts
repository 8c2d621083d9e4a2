import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const sources = [
  'src/**/*',
  'electron/**/*',
  'resources/sounds/*',
  'electron.vite.config.ts',
  'package-lock.json',
]

/** Builds shell and console when there is no build, or a source is newer than it. */
export function buildIfStale(root: string): void {
  const built = join(root, 'out', 'renderer', 'index.html')
  if (existsSync(built) && newest(root) <= statSync(built).mtimeMs) return
  console.log('Building the console (once, about half a minute) …')
  const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { status } = spawnSync(process.execPath, [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) {
    console.error('The build failed; see above.')
    process.exit(1)
  }
}

function newest(root: string): number {
  return Math.max(...globSync(sources, { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs))
}
