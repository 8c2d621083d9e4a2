import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Fuses as they must be in what is shipped, in the order of the wire. electron-builder turns them
 * (`electronFuses`), this reads them back from the finished program: signing has been seen to spoil them
 * (electron-builder#9428), and a runtime with a fuse that is not listed here stops the release until someone decides.
 */
export const fuses: readonly { name: string; wanted: '0' | '1' | 'any' }[] = [
  { name: 'runAsNode', wanted: '0' },
  { name: 'enableCookieEncryption', wanted: '1' },
  { name: 'enableNodeOptionsEnvironmentVariable', wanted: '0' },
  { name: 'enableNodeCliInspectArguments', wanted: '0' },
  { name: 'enableEmbeddedAsarIntegrityValidation', wanted: '1' },
  { name: 'onlyLoadAppFromAsar', wanted: '1' },
  { name: 'loadBrowserProcessSpecificV8Snapshot', wanted: '0' },
  { name: 'grantFileProtocolExtraPrivileges', wanted: '0' },
  /** Left as the runtime has it; electron-builder 26 does not know it. */
  { name: 'wasmTrapHandlers', wanted: 'any' },
]

/** Marks the fuse wire in every Electron program (electron/fuses, `constants.ts`). */
const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX')
const removed = 'r'

export function wrongFuses(program: Buffer): string[] {
  const at = program.indexOf(sentinel)
  if (at < 0) return ['no fuse wire found']
  const version = program[at + sentinel.length]
  const length = program[at + sentinel.length + 1] ?? 0
  if (version !== 1) return [`fuse wire of version ${version}, only 1 is known`]
  const wire = program.toString('latin1', at + sentinel.length + 2, at + sentinel.length + 2 + length)
  const wrong = fuses.flatMap(({ name, wanted }, index) => {
    const state = wire[index]
    if (wanted === 'any' || state === wanted || state === removed) return []
    return [`${name} is ${state ?? 'absent'}, wanted ${wanted}`]
  })
  if (length > fuses.length) wrong.push(`${length - fuses.length} fuse(s) nobody has decided on`)
  return wrong
}

/** electron-builder's `afterAllArtifactBuild`. */
export default function checkFuses(built: { outDir: string }): string[] {
  const programs = readdirSync(built.outDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('unpacked'))
    .flatMap((entry) => ['duty-desk', 'duty-desk.exe'].map((name) => join(built.outDir, entry.name, name)))
    .filter((path) => existsSync(path))
  if (programs.length === 0) throw new Error(`no program to check the fuses of in ${built.outDir}`)
  for (const path of programs) {
    const wrong = wrongFuses(readFileSync(path))
    if (wrong.length > 0) throw new Error(`${path}: ${wrong.join('; ')}`)
  }
  return []
}
