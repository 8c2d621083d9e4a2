import {
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkFiles, mediaBeside } from '../../src/desk/backup/media-copies.ts'
import { MediaStore } from '../../src/desk/media/store.ts'
import { desk as commandLine } from '../support/command-line.ts'
import { at } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { jpeg } from '../support/files.ts'
import { channelFiles, isState, sendsFile, sha256 } from '../support/media.ts'
import { hour, tempDir, testStation } from '../support/station.ts'

/** Backups of one folder have what is common to them on the disk once, and each is whole by itself. */

afterEach(() => vi.restoreAllMocks())

async function station() {
  const desk = await testStation()
  const channel = channelFiles(desk)
  channel.connect()
  const backups = desk.station.backups
  const folder = backups.folder
  return {
    desk,
    folder,
    /** A resident sends it. */
    async sent(id: string) {
      channel.files.set(id, { file: jpeg(id), name: null })
      const { thread, message } = sendsFile(desk, { id, from: `${id}组 甲` })
      await isState(desk, message, 'here')
      return thread
    },
    /** @returns the path of its database */
    async backedUp() {
      await desk.pass(hour)
      const made = await (await at(desk, 'guanli')).call('backup.make', {})
      return { ...made, path: join(folder, made.file) }
    },
    inStation: (id: string) => new MediaStore(join(desk.dir, 'media')).pathOf(sha256(jpeg(id))),
  }
}

const storeOf = (backup: string) => new MediaStore(mediaBeside(backup))
const inBackup = (backup: string, id: string) => storeOf(backup).pathOf(sha256(jpeg(id)))
const check = (backup: string) => checkFiles(backup, storeOf(backup))
const same = (one: string, other: string) => statSync(one).ino === statSync(other).ino

describe('a backup after another', () => {
  test('takes the space of what is new, and either goes without the other', async () => {
    const { sent, backedUp, inStation, desk, folder } = await station()
    await sent('m1')
    const first = await backedUp()
    await sent('m2')
    const second = await backedUp()
    expect([first.files, second.files]).toEqual([1, 2])
    expect(same(inBackup(first.path, 'm1'), inBackup(second.path, 'm1'))).toBe(true)
    // What becomes of the station's own file is nothing to its backups.
    expect(same(inBackup(first.path, 'm1'), inStation('m1'))).toBe(false)
    for (const each of [first, second]) expect(await check(each.path)).toMatchObject({ damaged: 0, lost: 0 })
    await (await at(desk, 'guanli')).call('backup.remove', { file: first.file })
    expect(await check(second.path)).toEqual({ good: 2, damaged: 0, lost: 0 })
    expect(globSync('*{.db,.media}', { cwd: folder }).sort()).toEqual([second.file, `${second.file}.media`])
    await (await at(desk, 'guanli')).call('backup.remove', { file: second.file })
    expect(readdirSync(folder)).toEqual([])
  })

  test('mends what is damaged in those before it', async () => {
    const { sent, backedUp } = await station()
    await sent('m1')
    await sent('m2')
    const [first, second] = [await backedUp(), await backedUp()]
    writeFileSync(inBackup(first.path, 'm1'), 'changed')
    for (const each of [first, second])
      expect(await check(each.path)).toEqual({ good: 1, damaged: 1, lost: 0 })
    const third = await backedUp()
    expect(third).toMatchObject({ files: 2, missing: 0 })
    for (const each of [first, second, third])
      expect(await check(each.path)).toEqual({ good: 2, damaged: 0, lost: 0 })
    expect(same(inBackup(first.path, 'm1'), inBackup(third.path, 'm1'))).toBe(true)
  })

  test('keeps what the station has lost meanwhile', async () => {
    const { sent, backedUp, inStation } = await station()
    await sent('m1')
    await backedUp()
    unlinkSync(inStation('m1'))
    const second = await backedUp()
    expect(second).toMatchObject({ files: 1, missing: 0 })
    expect(readFileSync(inBackup(second.path, 'm1'))).toEqual(jpeg('m1'))
  })

  test('copies it all where the disk knows no second name for a file, and mends all the same', async () => {
    const { sent, backedUp } = await station()
    vi.spyOn(MediaStore.prototype, 'share').mockResolvedValue(false)
    await sent('m1')
    const [first, second] = [await backedUp(), await backedUp()]
    expect(same(inBackup(first.path, 'm1'), inBackup(second.path, 'm1'))).toBe(false)
    writeFileSync(inBackup(second.path, 'm1'), 'changed')
    await backedUp()
    for (const each of [first, second])
      expect(await check(each.path)).toEqual({ good: 1, damaged: 0, lost: 0 })
  })

  test('has nothing of what was erased since; what was made before has it, until that is deleted', async () => {
    const { sent, backedUp, desk } = await station()
    const thread = await sent('m1')
    await sent('m2')
    const zhang = await at(desk, 'zhang')
    await zhang.call('thread.claim', { thread })
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
    const before = await backedUp()
    await desk.pass(7 * 31 * 24 * hour)
    const guanli = await at(desk, 'guanli')
    expect(await erase(guanli, { kind: 'thread', thread })).toMatchObject({ state: 'done' })
    const after = await backedUp()
    expect(existsSync(inBackup(after.path, 'm1'))).toBe(false)
    expect(existsSync(inBackup(after.path, 'm2'))).toBe(true)
    expect(existsSync(inBackup(before.path, 'm1'))).toBe(true)
    const preview = await (await at(desk, 'guanli')).call('erasure.preview', { scope: { kind: 'due' } })
    expect(preview.backups.map(({ file }) => file)).toEqual([before.file])
    await (await at(desk, 'guanli')).call('backup.remove', { file: before.file })
    expect(globSync(`**/${sha256(jpeg('m1'))}`, { cwd: desk.dir })).toEqual([])
  })
})

describe('a backup in the place of the one before', () => {
  test('shares with that, and leaves nothing beside it', async () => {
    const { sent, desk } = await station()
    const file = join(tempDir(), 'nightly.db')
    await sent('m1')
    await desk.station.backups.make(file)
    const { ino } = statSync(inBackup(file, 'm1'))
    await sent('m2')
    expect(await desk.station.backups.make(file)).toMatchObject({ files: 2, missing: 0 })
    expect(statSync(inBackup(file, 'm1')).ino).toBe(ino)
    expect(readdirSync(join(file, '..')).sort()).toEqual(['nightly.db', 'nightly.db.media'])
  })

  test('killed halfway, the one before is whole again with the next, and can be restored until then', async () => {
    const { sent, desk } = await station()
    const file = join(tempDir(), 'nightly.db')
    await sent('m1')
    await desk.station.backups.make(file)
    renameSync(mediaBeside(file), mediaBeside(`${file}.replaced`))
    const elsewhere = tempDir()
    const { out } = await commandLine('restore', file, '--data', elsewhere)
    expect(out).toContain('1 files of messages')
    unlinkSync(new MediaStore(join(desk.dir, 'media')).pathOf(sha256(jpeg('m1'))))
    expect(await desk.station.backups.make(file)).toMatchObject({ files: 1, missing: 0 })
    expect(readdirSync(join(file, '..')).sort()).toEqual(['nightly.db', 'nightly.db.media'])
  })
})

test('a damaged file of a backup is told by verify, and restored from another backup that has it', async () => {
  const { sent, backedUp } = await station()
  await sent('m1')
  const [first, second] = [await backedUp(), await backedUp()]
  const intact = await commandLine('verify', second.path)
  expect([intact.code, intact.out]).toEqual([0, expect.stringContaining('files:     1 of messages, good')])
  unlinkSync(inBackup(second.path, 'm1'))
  writeFileSync(inBackup(second.path, 'm1'), 'changed')
  const verdict = await commandLine('verify', second.path)
  expect([verdict.code, verdict.out]).toEqual([1, expect.stringContaining('0 of messages, good, 1 DAMAGED')])
  const dir = tempDir()
  expect((await commandLine('restore', second.path, '--data', dir)).out).not.toContain('MISSING')
  expect(readFileSync(new MediaStore(join(dir, 'media')).pathOf(sha256(jpeg('m1'))))).toEqual(jpeg('m1'))
  expect(await check(first.path)).toEqual({ good: 1, damaged: 0, lost: 0 })
})
