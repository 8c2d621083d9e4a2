import { execFileSync, spawnSync } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import yazl from 'yazl'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { ed25519Signer } from '../../src/ledger/signed-note.ts'
import { verifyBundle } from '../../src/ledger/verify/verify.ts'
import { AT, aLedger, commit, erase, folder, mixed, type Station, signer, tamper } from './a-ledger.ts'

const standalone = join(import.meta.dirname, '../../src/ledger/export/verify.mjs')

async function anExport(): Promise<Station & { zip: string; handoff: string }> {
  const station = aLedger()
  commit(station, ...mixed(1, 400))
  const handoff = station.ledger.checkpoint(signer, 'handoff', AT)
  commit(station, ...mixed(401, 300))
  erase(station, [3, 402])
  const zip = join(folder(), 'export.zip')
  await exportBundle(station.db, zip, { sign: signer, at: AT })
  return { ...station, zip, handoff }
}

/** The standalone verifier as a stranger runs it. */
function runStandalone(place: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [standalone, place, '--json', ...args], {
    encoding: 'utf8',
  })
  return { status, stderr, said: stdout ? JSON.parse(stdout) : undefined }
}

type Files = Map<string, Buffer>

async function unzip(file: string): Promise<Files> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.open(file, { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  const files: Files = new Map()
  await new Promise<void>((resolve, reject) => {
    zip.on('end', resolve).on('error', reject)
    zip.on('entry', (entry: yauzl.Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error)
        stream.toArray().then((parts) => {
          files.set(entry.fileName, Buffer.concat(parts))
          zip.readEntry()
        }, reject)
      })
    })
    zip.readEntry()
  })
  return files
}

async function zipOf(files: Files): Promise<string> {
  const file = join(folder(), 'made.zip')
  const zip = new yazl.ZipFile()
  for (const [name, bytes] of files) zip.addBuffer(bytes, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}

function edit(files: Files, name: string, change: (text: string) => string): void {
  files.set(name, Buffer.from(change(files.get(name)!.toString())))
}

describe('an export', () => {
  test('holds what it should, and verifies', async () => {
    const { zip, ledger, handoff } = await anExport()
    const files = await unzip(zip)
    expect([...files.keys()].sort()).toEqual([
      'README.txt',
      'checkpoints/001.txt',
      'checkpoints/002.txt',
      'content.jsonl',
      'entries.jsonl',
      'station.json',
      'verify.mjs',
    ])
    expect(files.get('checkpoints/001.txt')!.toString()).toBe(handoff)
    expect(ledger.checkpoints().map((c) => c.reason)).toEqual(['handoff', 'export'])
    const readme = files.get('README.txt')!.toString()
    expect(readme).toContain(shortCode(ledger.head().root))
    expect(readme).toContain('陈集派出所')
    expect(existsSync(`${zip}.partial`)).toBe(false)
    expect(await verifyBundle(zip, { heads: [handoff] })).toMatchObject({
      unaltered: { ok: true },
      complete: 'yes',
      size: 701,
      root: ledger.head().root.toString('hex'),
    })
    expect(await verifyBundle(zip)).toMatchObject({ unaltered: { ok: true }, complete: 'unknown' })
  })

  test('of an empty ledger verifies', async () => {
    const { db } = aLedger()
    const zip = join(folder(), 'empty.zip')
    await exportBundle(db, zip, { sign: signer, at: AT })
    expect(await verifyBundle(zip)).toMatchObject({ unaltered: { ok: true }, size: 0 })
    expect(runStandalone(zip)).toMatchObject({ status: 0, said: { unaltered: true, size: 0 } })
  })

  test('tells of its progress, to the end', async () => {
    const station = aLedger()
    commit(station, ...mixed(1, 2500))
    const seen: number[] = []
    await exportBundle(station.db, join(folder(), 'x.zip'), {
      sign: signer,
      at: AT,
      onProgress: (n) => seen.push(n),
    })
    expect(seen).toEqual([1000, 2000, 2500])
  })

  test('is not made, and nothing signed, where the ledger contradicts its checkpoints', async () => {
    const station = aLedger()
    commit(station, ...mixed(1, 20))
    station.ledger.checkpoint(signer, 'hour', AT)
    tamper(station.file, (db) =>
      db.exec('DELETE FROM entry WHERE seq > 10; DELETE FROM content WHERE seq > 10'),
    )
    const zip = join(folder(), 'x.zip')
    await expect(exportBundle(station.db, zip, { sign: signer, at: AT })).rejects.toThrow()
    expect(existsSync(zip)).toBe(false)
  })
})

describe('the standalone verifier', () => {
  test('finds an export sound, zipped or unpacked, in words and in JSON', async () => {
    const { zip, ledger, handoff } = await anExport()
    const note = join(folder(), 'note.txt')
    writeFileSync(note, handoff)
    const code = `400:${shortCode(ledger.rootAt(400))}`
    const root = ledger.head().root.toString('hex')
    expect(runStandalone(zip)).toMatchObject({
      status: 0,
      said: { unaltered: true, complete: 'unknown', size: 701, root },
    })
    expect(runStandalone(zip, '--code', code, '--checkpoint', note, '--key', signer.verifier)).toMatchObject({
      status: 0,
      said: { unaltered: true, complete: 'yes' },
    })
    const unpacked = folder()
    for (const [name, bytes] of await unzip(zip)) {
      mkdirSync(dirname(join(unpacked, name)), { recursive: true })
      writeFileSync(join(unpacked, name), bytes)
    }
    expect(runStandalone(unpacked)).toMatchObject({ status: 0, said: { unaltered: true, root } })
    const words = execFileSync(process.execPath, [standalone, zip], { encoding: 'utf8' })
    expect(words).toContain('unaltered 未改动  yes 是')
    expect(words).toContain('complete  无截断  unknown 未知')
  })

  test('is in the export as it is here, and imports nothing but Node', async () => {
    const { zip } = await anExport()
    const text = readFileSync(standalone, 'utf8')
    expect((await unzip(zip)).get('verify.mjs')!.toString()).toBe(text)
    const imports = [...text.matchAll(/^import .* from '(.*)'$/gm)].map((match) => match[1])
    expect(imports.length).toBeGreaterThan(0)
    for (const name of imports) expect(name).toMatch(/^node:/)
  })

  test('says how it is to be run', () => {
    expect(spawnSync(process.execPath, [standalone], { encoding: 'utf8' })).toMatchObject({ status: 2 })
  })
})

describe('a changed export is found out by both verifiers', { timeout: 90_000 }, () => {
  const last = (text: string) => text.lastIndexOf('\n', text.length - 2) + 1
  test.each<[string, (files: Files) => void]>([
    ['a word in an entry', (f) => edit(f, 'entries.jsonl', (t) => t.replace('pc-1', 'pc-2'))],
    ['an entry left out', (f) => edit(f, 'entries.jsonl', (t) => t.replace(/^.*"seq":50,.*\n/m, ''))],
    ['the last entry cut off', (f) => edit(f, 'entries.jsonl', (t) => t.slice(0, last(t)))],
    ['the last newline cut off', (f) => edit(f, 'entries.jsonl', (t) => t.slice(0, -1))],
    ['an entry put behind', (f) => edit(f, 'entries.jsonl', (t) => t + t.slice(last(t)))],
    ['white space in an entry', (f) => edit(f, 'entries.jsonl', (t) => t.replace('"v":1}', '"v": 1}'))],
    ['a word in a text', (f) => edit(f, 'content.jsonl', (t) => t.replace('牛', '马'))],
    ['a text left out', (f) => edit(f, 'content.jsonl', (t) => t.slice(t.indexOf('\n') + 1))],
    ['a text put in', (f) => edit(f, 'content.jsonl', (t) => `{"seq":1,"salt":"AA==","body":"{}"}\n${t}`)],
    ['an erased text still there', (f) => edit(f, 'entries.jsonl', (t) => t.replace('[3,402]', '[6,402]'))],
    [
      'a signature',
      (f) => edit(f, 'checkpoints/001.txt', (t) => t.replace(/.(?=..=\n$)/, (c) => (c === 'A' ? 'B' : 'A'))),
    ],
    ['the last checkpoint left out', (f) => f.delete('checkpoints/002.txt')],
    ['the station', (f) => edit(f, 'station.json', (t) => t.replace('陈集', '李集'))],
    [
      'the key',
      (f) =>
        edit(f, 'station.json', (t) =>
          t.replace(signer.verifier, ed25519Signer(signer.name, Buffer.alloc(32, 1)).verifier),
        ),
    ],
    ['no entries', (f) => f.delete('entries.jsonl')],
    ['a file that does not belong', (f) => f.set('run-me.exe', Buffer.from('x'))],
  ])('%s', async (_name, change) => {
    const { zip } = await anExport()
    const files = await unzip(zip)
    change(files)
    const made = await zipOf(files)
    const { unaltered } = await verifyBundle(made)
    expect(unaltered.ok).toBe(false)
    expect(unaltered.firstBad).toBeDefined()
    expect(runStandalone(made)).toMatchObject({ status: 1, said: { unaltered: false } })
  })

  test('cut short together with its checkpoints, by a head kept elsewhere', async () => {
    const { zip, handoff, ledger } = await anExport()
    const files = await unzip(zip)
    edit(files, 'entries.jsonl', (t) => `${t.split('\n').slice(0, 400).join('\n')}\n`)
    edit(files, 'content.jsonl', (t) =>
      t
        .split('\n')
        .filter((line) => line && JSON.parse(line).seq <= 400)
        .concat('')
        .join('\n'),
    )
    files.delete('checkpoints/002.txt')
    const made = await zipOf(files)
    const code = shortCode(ledger.head().root)
    // Entry 3 was erased later than entry 400, so this also shows as a content that is missing.
    expect((await verifyBundle(made)).unaltered.firstBad).toMatchObject({ seq: 3, where: 'content' })
    expect(await verifyBundle(made, { heads: [handoff] })).toMatchObject({ complete: 'yes' })
    expect(await verifyBundle(made, { heads: [{ size: 701, code }] })).toMatchObject({ complete: 'no' })
    expect(runStandalone(made, '--code', `701:${code}`)).toMatchObject({
      status: 1,
      said: { complete: 'no' },
    })
  })

  test('flipped bits in the zip', async () => {
    const { zip } = await anExport()
    const bytes = readFileSync(zip)
    const file = join(folder(), 'flipped.zip')
    const right = await unzip(zip)
    for (let i = 0; i < 100; i++) {
      const flipped = Buffer.from(bytes)
      const bit = Math.floor((i / 100) * bytes.length * 8) + 3
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(file, flipped)
      const { unaltered } = await verifyBundle(file)
      if (!unaltered.ok) continue
      // What is not evidence may change (times, the page for people): every row must be as it was.
      const files = await unzip(file).catch(() => undefined)
      for (const name of ['entries.jsonl', 'content.jsonl', 'station.json']) {
        if (files) expect(files.get(name)!.equals(right.get(name)!), `${name} bit ${bit}`).toBe(true)
      }
    }
  })
})

describe('an export made to do harm', () => {
  test.each(['../evil.txt', '/etc/passwd', 'checkpoints/../../x', 'checkpoints\\1.txt'])(
    'with the name %s is refused',
    async (name) => {
      const { zip } = await anExport()
      // Made as a harmless name of the same length first: the writer refuses these names itself.
      const stand = 'x'.repeat(name.length)
      const made = await zipOf(new Map([...(await unzip(zip)), [stand, Buffer.from('x')]]))
      writeFileSync(made, readFileSync(made).toString('latin1').replaceAll(stand, name), 'latin1')
      expect((await verifyBundle(made)).unaltered).toMatchObject({ ok: false, firstBad: { where: 'file' } })
      expect(runStandalone(made)).toMatchObject({ status: 1 })
    },
  )

  test.each([
    ['a file', { file: 100 }],
    ['the rows', { rows: 1000 }],
    ['a line', { line: 100 }],
    ['the whole', { total: 10_000 }],
    ['the number of files', { files: 3 }],
  ])('that is too large in %s is refused', async (_name, caps) => {
    const { zip } = await anExport()
    expect((await verifyBundle(zip, { caps })).unaltered).toMatchObject({
      ok: false,
      firstBad: { where: 'file' },
    })
  })

  test('that is no zip is refused', async () => {
    const file = join(folder(), 'x.zip')
    writeFileSync(file, 'no zip')
    expect((await verifyBundle(file)).unaltered).toMatchObject({ ok: false, firstBad: { where: 'file' } })
    expect(runStandalone(file)).toMatchObject({ status: 1 })
  })
})
