import { spawn } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { classOf } from '../../src/desk/retention/classes.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { at } from '../support/console.ts'
import { typesWithContent } from '../support/content-types.ts'
import { finished } from '../support/erasing.ts'
import { root, screensFollowLedger, type TestStation, tempDir, testStation } from '../support/station.ts'
import { mark, plant, traces } from './erasure-plant.ts'

/** Erases in a core of its own, which is closed or killed right after it has said that all is gone. */
function erased(dir: string, then: 'close' | 'wait', text: string, now: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'node'), [
      join(import.meta.dirname, 'erasure-child.ts'),
      ...[dir, then, text, String(now)],
    ])
    let said = ''
    let complaints = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (then === 'wait' && said.includes('done')) child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (said.includes('done') && (then === 'wait' ? signal === 'SIGKILL' : code === 0)) resolve()
      else reject(new Error(`${code} ${signal}: ${complaints}`))
    })
  })
}

/** Where in the files of the station a trace is found; copies elsewhere are left out. */
function found(dir: string): string[] {
  const files = globSync('**/*', { cwd: dir }).filter(
    (file) => !/^(backups|exports)/.test(file) && statSync(join(dir, file)).isFile(),
  )
  expect(files).toContain('duty-desk.db')
  return files.flatMap((file) => {
    const bytes = readFileSync(join(dir, file))
    return Object.entries(traces).flatMap(([what, trace]) =>
      bytes.includes(trace) ? [`${what} in ${file}`] : [],
    )
  })
}

/** Tables and columns in which any text has a mark in it: of every table there is, also of one that is added later. */
function marked({ db }: Station): string[] {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%fts5%'")
  return (tables.pluck().all() as string[]).flatMap((table) => {
    const columns = new Set<string>()
    for (const row of db.prepare(`SELECT * FROM "${table}"`).iterate() as Iterable<Record<string, unknown>>)
      for (const [column, value] of Object.entries(row)) if (hasMark(value)) columns.add(`${table}.${column}`)
    return [...columns]
  })
}

function hasMark(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('QZX') || value.includes('3987650001')
  if (!Buffer.isBuffer(value)) return false
  return [value, inflated(value)].some((bytes) =>
    Object.values(traces).some((trace) => bytes.includes(trace)),
  )
}

/** Some tables pack what they keep. */
function inflated(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes)
  } catch {
    return bytes
  }
}

async function planted(dir: string): Promise<{ desk: TestStation; head: string; backup: string }> {
  const desk = await testStation({ dir })
  await plant(desk)
  desk.station.indexing.finish()
  const { file } = await (await at(desk, 'guanli')).call('backup.make', {})
  const supervisor = await at(desk, 'daiban')
  const { work } = await supervisor.call('export.start', { scope: { kind: 'whole' }, language: 'zh' })
  expect(await finished(supervisor, work)).toMatchObject({ state: 'done' })
  return { desk, head: desk.station.checkpoints.make('test')!, backup: file }
}

test.each(['close', 'wait'] as const)(
  'what was erased is found in no file of the station, whether it was then closed or killed (%s)',
  async (then) => {
    const dir = tempDir()
    const { desk, head, backup } = await planted(dir)
    // The commands did put their words everywhere, and this is how they are found.
    const holding = marked(desk.station)
    expect(holding).toEqual(
      expect.arrayContaining([
        'content.body',
        'contact.name',
        'thread.conversation',
        'message.external',
        'draft.text',
        'draft.menu',
        'aside.text',
        'media.name',
        'media.external',
        'upload.name',
      ]),
    )
    const types = desk.station.db
      .prepare('SELECT DISTINCT r.type FROM content c JOIN record r ON r.seq = c.seq')
      .pluck()
      .all() as string[]
    expect(typesWithContent().filter((type) => !types.includes(type))).toEqual([])
    const classes = new Set(types.map(classOf))
    expect([...classes].sort()).toEqual([
      'broadcasts',
      'contacts',
      'handoffs',
      'other',
      'oversight',
      'people',
      'thread',
      'warnings',
    ])
    const { now } = desk
    await desk.close()
    expect(found(dir)).toEqual(
      expect.arrayContaining([
        'the mark in duty-desk.db',
        'a token of a mark in duty-desk.db',
        'the phone number in duty-desk.db',
        expect.stringMatching(/^the mark in media.[0-9a-f]{2}./),
        expect.stringMatching(/^the mark in media.uploads./),
      ]),
    )
    expect(globSync('backups/*.media/??/*', { cwd: dir })).toHaveLength(4)

    await erased(dir, then, mark('last-word'), now)
    expect(found(dir)).toEqual([])
    expect(await verifyDatabase(join(dir, 'duty-desk.db'), { heads: [head] })).toMatchObject({
      unaltered: { ok: true },
      complete: 'yes',
    })

    const again = await testStation({ dir, clock: () => now + 6 * 366 * 24 * 3_600_000 })
    expect(marked(again.station)).toEqual([])
    expect(screensFollowLedger(again.station)).toBe(true)
    const [guanli, daiban] = [await at(again, 'guanli'), await at(again, 'daiban')]
    const copies = await guanli.call('erasure.preview', { scope: { kind: 'due' } })
    expect(copies.backups.map(({ file }) => file)).toEqual([backup])
    expect(copies.exports).toHaveLength(1)
    await guanli.call('backup.remove', { file: backup })
    await daiban.call('export.remove', { name: copies.exports[0]!.name })
    expect(await guanli.call('erasure.preview', { scope: { kind: 'due' } })).toMatchObject({
      backups: [],
      exports: [],
    })
    expect(globSync('{backups,exports}/*', { cwd: dir })).toEqual([])
    await again.close()
    expect(found(dir)).toEqual([])
  },
  60_000,
)
