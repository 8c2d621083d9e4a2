import { join } from 'node:path'

/** Holds in the sources (`electron/main`) and in the build (`out/main`): both lie two folders below the root. */
const root = join(import.meta.dirname, '..', '..')

export const paths = {
  preload: join(root, 'out', 'preload', 'preload.cjs'),
  renderer: join(root, 'out', 'renderer'),
  coreProcess: join(root, 'out', 'main', 'core-process.js'),
  resources: join(root, 'resources'),
  icons: join(root, 'resources', 'icons'),
}

/**
 * Chromium and Electron understand hundreds of switches, some of which undo the sandbox or run code
 * (CVE-2026-34769). The packaged desk knows these and is started again without any other.
 */
const known: ReadonlySet<string> = new Set(['--hidden'])

export function unknownSwitches(argv: readonly string[]): string[] {
  return argv.slice(1).filter((word) => word.startsWith('-') && !known.has(word))
}

export function knownSwitches(argv: readonly string[]): string[] {
  return argv.slice(1).filter((word) => known.has(word))
}

/** Started by the system at log-in: the desk works and rings, the window stays away until wanted. */
export const startsHidden = (argv: readonly string[]): boolean => argv.includes('--hidden')

/** For development: `npm start` hands on `--data DIR` and `--demo`. A packaged desk takes neither. */
export function developing(argv: readonly string[], isPackaged: boolean): { data?: string; demo: boolean } {
  if (isPackaged) return { demo: false }
  const at = argv.indexOf('--data')
  const data = at < 0 ? undefined : argv[at + 1]
  return { demo: argv.includes('--demo'), ...(data ? { data } : {}) }
}
