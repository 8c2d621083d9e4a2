import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Evidence, filesOf, takeExport } from './attack/evidence.ts'
import { type RawFile, rawZip } from './attack/raw-zip.ts'
import { theDesk, theSingleFile, writeZip } from './attack/verifiers.ts'

const GiB = 2 ** 30

let taken: Promise<Evidence> | undefined
async function theFiles(): Promise<RawFile[]> {
  taken ??= takeExport()
  return [...filesOf(await taken)].map(([name, body]) => ({ name, body }))
}

/** What both say: that it cannot be taken as an export, and why. */
async function refusal(file: string): Promise<{ desk: string | undefined; single: string | undefined }> {
  const [desk, single] = [await theDesk(file), await theSingleFile(file)]
  for (const told of [desk, single])
    expect(told).toMatchObject({ unaltered: false, row: null, complete: 'unknown' })
  expect(desk.where).toBe('file')
  return { desk: desk.what, single: single.what }
}

const refuse = async (zip: Buffer) => refusal(writeZip(zip))

test('the zip itself, written byte by byte, is found sound', async () => {
  const file = writeZip(rawZip(await theFiles()))
  expect([await theDesk(file), await theSingleFile(file)]).toMatchObject([
    { unaltered: true },
    { unaltered: true },
  ])
})

describe('a zip that is not whole', () => {
  test.each([0, 1, 21, 22, 100, 0.1, 0.3, 0.5, 0.7, 0.9, -100, -23, -22, -21, -1])(
    'cut at %s',
    async (at) => {
      const zip = rawZip(await theFiles())
      await refuse(zip.subarray(0, Number.isInteger(at) ? at : Math.floor(zip.length * at)))
    },
  )

  test('with something behind it', async () => {
    await refuse(rawZip(await theFiles(), { behind: Buffer.from('more') }))
  })

  test('whose directory tells of more files than it has', async () => {
    await refuse(rawZip(await theFiles(), { count: 30 }))
  })

  test.each(['entries.jsonl', 'content.jsonl', 'station.json'])('without %s', async (name) => {
    const { desk, single } = await refuse(rawZip((await theFiles()).filter((file) => file.name !== name)))
    expect([desk, single]).toEqual([`${name} is missing`, `${name} is missing`])
  })
})

describe('a zip with a file that has no place in it', () => {
  test.each([
    '../evil.txt',
    'checkpoints/../../evil.txt',
    '/etc/passwd',
    'C:/evil.txt',
    'checkpoints\\001.txt',
    './entries.jsonl',
    'Entries.jsonl',
    'entries.jsonl ',
    'entries.jsonl\0.txt',
    'checkpoints/001.txt/x',
    'checkpoints/00١.txt',
    'sheets/../x.pdf',
    'run-me.exe',
    'a-folder/',
    '',
  ])('named %j', async (name) => {
    await refuse(rawZip([...(await theFiles()), { name, body: 'x' }]))
  })

  test('that is there twice, once good and once bad', async () => {
    const files = await theFiles()
    const bad = { name: 'entries.jsonl', body: 'x\n' }
    const said = { desk: 'entries.jsonl is there twice', single: 'entries.jsonl is there twice' }
    expect(await refuse(rawZip([...files, bad]))).toEqual(said)
    expect(await refuse(rawZip([bad, ...files]))).toEqual(said)
  })

  test.each([
    ['a link', 0o120777],
    ['a folder', 0o040755],
    ['a device', 0o020666],
    ['a pipe', 0o010666],
  ])('that is %s', async (_kind, mode) => {
    const files = (await theFiles()).map((file) => (file.name === 'entries.jsonl' ? { ...file, mode } : file))
    const said = 'entries.jsonl is not a plain file'
    expect(await refuse(rawZip(files))).toEqual({ desk: said, single: said })
  })

  test('that is encrypted', async () => {
    const files = (await theFiles()).map((file) =>
      file.name === 'entries.jsonl' ? { ...file, flags: 1 } : file,
    )
    const said = 'entries.jsonl is encrypted'
    expect(await refuse(rawZip(files))).toEqual({ desk: said, single: said })
  })

  test('that has a second name for other programs', async () => {
    const second = Buffer.concat([Buffer.from([0x75, 0x70, 8, 0, 1, 0, 0, 0, 0]), Buffer.from('x.x')])
    await refuse(rawZip((await theFiles()).map((file, i) => (i === 1 ? { ...file, extra: second } : file))))
  })
})

/** Ten GiB of one line after another, without ever holding them: one deflated piece, over and over. */
async function tenGiB(line: string): Promise<Buffer> {
  const piece = Buffer.from(line.repeat(2 ** 20 / line.length))
  const deflate = createDeflateRaw({ level: 9 })
  deflate.write(piece)
  const block = await new Promise<Buffer>((resolve) => {
    deflate.flush(constants.Z_FULL_FLUSH, () => resolve(deflate.read()))
  })
  deflate.destroy()
  const last = deflateRawSync(Buffer.alloc(0))
  return Buffer.concat([...Array.from({ length: 10 * 1024 }, () => block), last])
}

/** Sizes beyond 32 bits stand in this field. */
function wideSize(size: number): Buffer {
  const field = Buffer.alloc(12)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(8, 2)
  field.writeBigUInt64LE(BigInt(size), 4)
  return field
}

const replace = (files: readonly RawFile[], by: RawFile) => [
  ...files.filter(({ name }) => name !== by.name),
  by,
]

/** Both refuse it, in a few seconds and without holding more than a small part of it. */
async function refusedEarly(file: string): Promise<void> {
  const start = performance.now()
  const before = process.memoryUsage().rss
  await refusal(file)
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(GiB / 2)
  expect(await mostMemoryOf(file)).toBeLessThan(GiB / 2)
}

/** The most memory the single file ever held, in bytes; 0 where the system does not tell. */
function mostMemoryOf(file: string): Promise<number> {
  const single = join(import.meta.dirname, '../../src/ledger/export/verify.mjs')
  // Not `resourceUsage().maxRSS`: that takes in what the process that started it held.
  const tell = `import { readFileSync } from 'node:fs'
    process.on('exit', () => {
      try { console.error(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) } catch {}
    })`
  const before = `data:text/javascript,${encodeURIComponent(tell)}`
  const run = spawn(process.execPath, ['--import', before, single, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  run.stderr.on('data', (part) => {
    said += part
  })
  return new Promise((resolve) => run.on('close', () => resolve(Number(said) * 1024)))
}

describe('a zip that unpacks to ten GiB', { timeout: 120_000 }, () => {
  const rows = ['entries.jsonl', 'content.jsonl', 'withheld.jsonl']

  test.each(rows)('in %s, and says so, is refused before it is unpacked', async (name) => {
    const packed = await tenGiB('\n')
    expect(packed.length).toBeLessThan(32 * 2 ** 20)
    const bomb: RawFile = { name, body: '', packed, size: 0xffffffff, extra: wideSize(10 * GiB) }
    await refusedEarly(writeZip(rawZip(replace(await theFiles(), bomb))))
  })

  test.each([...rows, 'station.json', 'checkpoints/001.txt'])(
    'in %s, and does not say so, is left at the first byte too many',
    async (name) => {
      const packed = await tenGiB('{"seq":1}\n'.padStart(16))
      await refusedEarly(writeZip(rawZip(replace(await theFiles(), { name, body: '', packed, size: 1000 }))))
    },
  )

  test('by one small file under sixty thousand names is refused', async () => {
    const body = 'x'.repeat(2 ** 18)
    const packed = deflateRawSync(body)
    const files = Array.from(
      { length: 60_000 },
      (_, i): RawFile => ({
        name: `checkpoints/${String(i + 100_000)}.txt`,
        body: i === 0 ? body : '',
        packed,
        size: body.length,
        samePlace: i > 0,
      }),
    )
    await refusedEarly(writeZip(rawZip([...(await theFiles()), ...files])))
  })
})

describe('a zip of much that is little', { timeout: 120_000 }, () => {
  test('twenty thousand files that are no checkpoints are gone through in seconds', async () => {
    const files = Array.from(
      { length: 20_000 },
      (_, i): RawFile => ({
        name: `checkpoints/${String(i + 100_000)}.txt`,
        body: 'no note',
        stored: true,
      }),
    )
    const file = writeZip(rawZip([...(await theFiles()), ...files]))
    const start = performance.now()
    expect([await theDesk(file), await theSingleFile(file)]).toMatchObject([
      { unaltered: false },
      { unaltered: false },
    ])
    expect(performance.now() - start).toBeLessThan(30_000)
  })

  test('a line longer than any entry is refused', async () => {
    const files = await theFiles()
    for (const name of ['entries.jsonl', 'content.jsonl', 'withheld.jsonl']) {
      const body = Buffer.alloc(40 * 2 ** 20, '[')
      await refusedEarly(writeZip(rawZip(replace(files, { name, body, stored: true }))))
    }
  })

  test('two hundred thousand lines that are no entries: the first is named', async () => {
    const body = Array.from({ length: 200_000 }, (_, i) => `{"seq":${i}}\n`).join('')
    const file = writeZip(rawZip(replace(await theFiles(), { name: 'entries.jsonl', body })))
    expect([await theDesk(file), await theSingleFile(file)]).toMatchObject([{ row: 1 }, { row: 1 }])
  })
})
