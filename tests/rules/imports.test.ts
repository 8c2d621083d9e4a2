import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** Which parts of the source a part may import from: dependencies point one way. */
const may: Record<string, readonly string[]> = {
  contract: ['contract'],
  ledger: ['ledger'],
  channels: ['channels', 'contract'],
  paper: ['paper', 'contract'],
  desk: ['desk', 'ledger', 'contract', 'channels', 'paper'],
  hosts: ['hosts', 'desk', 'ledger', 'contract', 'channels', 'paper'],
  console: ['console', 'contract', 'paper'],
}

const importsOf = (file: string) => {
  const text = readFileSync(join(root, file), 'utf8')
  const target = (path: string) => normalize(join(dirname(file), path))
  const atOnce = text.matchAll(/^\s*(import|export)(\s+type)?\b[^'"]*?from\s+['"](\.[^'"]+)['"]/gm)
  const whenAsked = text.matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g)
  return [
    ...[...atOnce].map((found) => ({
      typeOnly: found[2] !== undefined,
      whenAsked: false,
      target: target(found[3]!),
    })),
    ...[...whenAsked].map((found) => ({ typeOnly: false, whenAsked: true, target: target(found[1]!) })),
  ]
}

/** The files a program brings with it from its start; one that is imported later only where it asks for it is not among them. */
function loadedWith(main: string): string[] {
  const loaded = new Set<string>()
  const follow = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { target, typeOnly, whenAsked } of importsOf(file)) if (!typeOnly && !whenAsked) follow(target)
  }
  follow(main)
  return [...loaded]
}

const sources = globSync('src/**/*.{ts,vue}', { cwd: root })

describe('dependencies point one way', () => {
  test('console → contract ← desk → ledger; channels and hosts stand outside', () => {
    const wrong = sources.flatMap((file) => {
      const part = file.split('/')[1]!
      return importsOf(file)
        .map(({ target }) => target.split('/'))
        .filter(([top, to]) => top === 'src' && !may[part]?.includes(to!))
        .map((target) => `${file} imports ${target.join('/')}`)
    })
    expect(wrong).toEqual([])
  })

  test('no area of the desk imports the view of another', () => {
    const wrong = sources
      .filter((file) => /^src\/desk\/[^/]+\/(entries|rules|view|receiving|thread)\.ts$/.test(file))
      .flatMap((file) => {
        const area = file.split('/')[2]
        return importsOf(file)
          .filter(
            ({ target }) => /^src\/desk\/[^/]+\/view\.ts$/.test(target) && target.split('/')[2] !== area,
          )
          .map(({ target }) => `${file} imports ${target}`)
      })
    expect(wrong).toEqual([])
  })

  test('rules are pure: they import no database, no clock, no I/O', () => {
    const rules = sources.filter((file) =>
      /^src\/desk\/[^/]+\/(rules|receiving|entries|thread)\.ts$/.test(file),
    )
    const impure = rules.filter((file) =>
      /from 'node:|from 'better-sqlite3'|Date\.now|new Date\(\)|Math\.random|randomUUID|from 'uuid'/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
    expect(rules.length).toBeGreaterThan(5)
    expect(impure).toEqual([])
  })

  test('the relay stands alone: it brings nothing of desk or ledger, and no database', () => {
    const brought = loadedWith('src/hosts/relay/main.ts')
    expect(brought.length).toBeGreaterThan(10)
    expect(brought.filter((file) => /^src\/(desk|ledger|paper|console)\//.test(file))).toEqual([])
    expect(
      brought.filter((file) => /from 'better-sqlite3'/.test(readFileSync(join(root, file), 'utf8'))),
    ).toEqual([])
  })

  test('a command of `desk` that needs no station opened loads none, which is most of its time', () => {
    const of = (name: string) => loadedWith(`src/hosts/command-line/${name}.ts`)
    expect(of('main').filter((file) => /^src\/(desk|ledger|contract)\//.test(file))).toEqual([])
    for (const name of ['verify', 'vectors', 'restore'])
      expect(
        of(name).filter((file) => /^src\/(contract|channels|desk\/station\/opening)/.test(file)),
      ).toEqual([])
    expect(of('rebuild')).toContain('src/desk/station/station.ts')
  })

  test('nothing in the shell knows the desk: electron/ imports only what its host hands it', () => {
    const wrong = globSync('electron/**/*.ts', { cwd: root }).flatMap((file) =>
      importsOf(file)
        .filter(
          ({ target }) => target.startsWith('src/') && !/^src\/hosts\/(electron\/|data-dir\.ts)/.test(target),
        )
        .map(({ target }) => `${file} imports ${relative(root, join(root, target))}`),
    )
    expect(wrong).toEqual([])
  })
})
