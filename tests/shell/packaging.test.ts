import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import checkFuses, { fuses, wrongFuses } from '../../electron/packaging/check-fuses.ts'

const root = join(import.meta.dirname, '..', '..')
const builder = readFileSync(join(root, 'electron-builder.yml'), 'utf8')

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const program = (wire: string) =>
  Buffer.concat([Buffer.from(`ELF${sentinel}`), Buffer.from([1, wire.length]), Buffer.from(`${wire}rest`)])

describe('fuses', () => {
  test('electron-builder turns every fuse it knows the way the check wants it', () => {
    for (const { name, wanted } of fuses) {
      const set = new RegExp(`^  ${name}: (true|false)$`, 'm').exec(builder)?.[1]
      if (wanted === 'any') expect(set, name).toBeUndefined()
      else expect(set, name).toBe(wanted === '1' ? 'true' : 'false')
    }
  })

  test('a finished program is read back, fuse by fuse', () => {
    expect(wrongFuses(program('010011001'))).toEqual([])
    expect(wrongFuses(program('110011001'))).toEqual(['runAsNode is 1, wanted 0'])
    expect(wrongFuses(program('0100'))).toContain('enableEmbeddedAsarIntegrityValidation is absent, wanted 1')
    expect(wrongFuses(program('0100110010'))).toEqual(['1 fuse(s) nobody has decided on'])
    expect(wrongFuses(Buffer.from('no program'))).toEqual(['no fuse wire found'])
  })

  test('a release with a wrong fuse stops', () => {
    const outDir = mkdtempSync(join(tmpdir(), 'duty-desk-dist-'))
    expect(() => checkFuses({ outDir })).toThrow('no program')
    mkdirSync(join(outDir, 'linux-unpacked'))
    writeFileSync(join(outDir, 'linux-unpacked', 'duty-desk'), program('010011001'))
    expect(checkFuses({ outDir })).toEqual([])
    writeFileSync(join(outDir, 'linux-unpacked', 'duty-desk'), program('110011001'))
    expect(() => checkFuses({ outDir })).toThrow('runAsNode')
  })
})

describe('the package', () => {
  test('native files lie outside the archive, and the prebuilt database goes along', () => {
    expect(builder).toMatch(/asarUnpack:\n {2}- ['"]\*\*\/\*\.node['"]/)
    expect(builder).not.toMatch(/!.*prebuilds/)
    expect(existsSync(join(root, 'node_modules/better-sqlite3/prebuilds'))).toBe(true)
  })

  test('nothing switches the sandbox off', () => {
    const says = builder
      .split('\n')
      .filter((line) => line.includes('no-sandbox') && !line.trim().startsWith('#'))
    expect(says).toEqual([])
    const install = readFileSync(join(root, 'electron/packaging/after-install.sh'), 'utf8')
    expect(install).toContain('chmod 4755 "$app/chrome-sandbox"')
    expect(readFileSync(join(root, 'electron/packaging/apparmor-profile'), 'utf8')).toContain('userns,')
  })

  test('every icon and sound is there, and small', () => {
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
      const png = readFileSync(join(root, `resources/icons/icon-${size}.png`))
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
    }
    for (const name of ['tray', 'tray-unread'])
      for (const scale of ['', '@2x', '@3x'])
        expect(existsSync(join(root, `resources/icons/${name}${scale}.png`))).toBe(true)
    const ico = readFileSync(join(root, 'resources/icons/icon.ico'))
    expect([ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([1, 6])
    for (const name of ['new-message', 'alarm']) {
      const file = join(root, `resources/sounds/${name}.wav`)
      expect(statSync(file).size).toBeLessThan(100_000)
      expect(readFileSync(file).toString('latin1', 0, 4)).toBe('RIFF')
    }
  })
})
