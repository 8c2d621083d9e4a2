import { existsSync, globSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { at, type Console, until } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { jpeg, pdf } from '../support/files.ts'
import { channelFiles, fetches, isState, messageIn, putIn, sendsFile, sha256 } from '../support/media.ts'
import {
  entriesOf,
  hour,
  resident,
  screensFollowLedger,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

const month = 31 * 24 * hour
const day = 24 * hour

async function staffed() {
  const desk = await testStation()
  const channel = channelFiles(desk)
  channel.connect()
  return { desk, channel, zhang: await at(desk, 'zhang') }
}

async function close(zhang: Console, thread: string): Promise<void> {
  const { lastSeq: seen } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
}

const filesIn = (desk: TestStation) =>
  globSync('media/[0-9a-f][0-9a-f]/*', { cwd: desk.dir })
    .map((path) => path.slice(-64))
    .sort()
const hashes = (...files: Buffer[]) => files.map(sha256).sort()

/** A resident's file, and the officer's in answer; the matter is closed. */
async function matter(
  { desk, channel, zhang }: Awaited<ReturnType<typeof staffed>>,
  id: string,
  files: { theirs: Buffer; ours?: Buffer },
) {
  channel.files.set(id, { file: files.theirs, name: `${id}.jpg` })
  const { thread, message } = sendsFile(desk, { id, from: `${id}组 甲` })
  await isState(desk, message, 'here')
  if (files.ours) {
    const { upload } = await putIn(zhang, files.ours, '告知书.pdf')
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.send', { thread, seen, what: { kind: 'media', upload } })
    await until(() => desk.sent.length > 0)
  }
  await close(zhang, thread)
  return { thread, message }
}

describe('erasing what was said', () => {
  test('takes the files along, by either side, and counts them', async () => {
    const station = await staffed()
    const { desk, zhang } = station
    const [theirs, ours] = [jpeg('theirs'), pdf('ours')]
    const { thread, message } = await matter(station, 'm1', { theirs, ours })
    expect(filesIn(desk)).toEqual(hashes(theirs, ours))
    await desk.pass(7 * month)
    const guanli = await at(desk, 'guanli')
    const scope = { kind: 'thread', thread } as const
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ media: 2, contents: 4 })
    const done = await erase(guanli, scope)
    expect(done).toMatchObject({ state: 'done', result: { media: 2, contents: 4 } })
    expect((done.result as { bytes: number }).bytes).toBeGreaterThan(theirs.length + ours.length)
    expect(filesIn(desk)).toEqual([])
    expect(desk.station.db.prepare('SELECT * FROM media').all()).toEqual([])
    expect((await messageIn(zhang, thread, message)).media).toEqual({
      kind: 'image',
      state: 'erased',
      name: null,
      type: null,
      bytes: null,
      reason: null,
    })
    expect(await zhang.refused('media.read', { thread, message, offset: 0 })).toEqual({
      code: 'wrong_state',
      what: 'media',
      state: 'erased',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
    expect((await verifyDatabase(desk.station.options.file, {})).unaltered).toEqual({ ok: true })
  })

  test('leaves a file that somebody else sent too, until that goes as well', async () => {
    const station = await staffed()
    const { desk, zhang } = station
    const same = jpeg('the same')
    const one = await matter(station, 'm1', { theirs: same })
    const two = await matter(station, 'm2', { theirs: same })
    await desk.pass(7 * month)
    const guanli = await at(desk, 'guanli')
    await erase(guanli, { kind: 'thread', thread: one.thread })
    expect(filesIn(desk)).toEqual(hashes(same))
    expect((await zhang.call('media.read', { ...two, offset: 0 })).total).toBe(same.length)
    await erase(guanli, { kind: 'thread', thread: two.thread })
    expect(filesIn(desk)).toEqual([])
  })

  test('leaves what is under a legal hold', async () => {
    const station = await staffed()
    const { desk, zhang } = station
    const held = await matter(station, 'm1', { theirs: jpeg('held') })
    await matter(station, 'm2', { theirs: jpeg('free') })
    await desk.pass(40 * month)
    const [guanli, daiban] = [await at(desk, 'guanli'), await at(desk, 'daiban')]
    await daiban.call('hold.place', { of: { kind: 'thread', thread: held.thread }, reason: '案件' })
    await erase(guanli, { kind: 'due' })
    expect(filesIn(desk)).toEqual(hashes(jpeg('held')))
    expect((await zhang.call('media.read', { ...held, offset: 0 })).type).toBe('image/jpeg')
  })

  test('of one resident takes what they sent in a group, however much later it was fetched', async () => {
    const { desk, channel, zhang } = await staffed()
    const group = { external: 'group:三组', name: '三组群' }
    const sends = (id: string, from: string) => {
      const said = resident({ text: '[图片]', from, external: id, at: desk.now })
      const carried = { kind: 'image', media: { kind: 'image', id } } as const
      return desk.takesIn({ ...said, ...carried, conversation: group.external, group }).threads[0]!
    }
    channel.before = async () => {
      throw new Error('connection reset')
    }
    for (const id of ['m1', 'm2']) channel.files.set(id, { file: jpeg(id), name: null })
    const thread = sends('m1', '三组 王桂兰')
    sends('m2', '三组 赵六')
    await fetches(desk)
    await desk.pass(2 * day)
    channel.before = async () => {}
    await fetches(desk)
    await until(() => entriesOf(desk.station, 'media.stored').length === 2)
    expect(filesIn(desk)).toHaveLength(2)
    await close(zhang, thread)
    await desk.pass(6 * month)
    const { seq } = desk.station.views.threads.messageByExternal(village, 'm1')!
    const { contact } = desk.station.views.threads.message(seq)!
    const guanli = await at(desk, 'guanli')
    const scope = { kind: 'contact', contact } as const
    expect(await guanli.call('erasure.preview', { scope })).toMatchObject({ contents: 3, media: 1 })
    await erase(guanli, scope)
    expect(filesIn(desk)).toEqual(hashes(jpeg('m2')))

    // A day after the word itself is due, and a day before it would be by when it was fetched.
    const sentAt = Date.parse(entriesOf(desk.station, 'message.received')[1]!.at)
    const due = new Date(sentAt)
    due.setUTCFullYear(due.getUTCFullYear() + 3)
    await desk.pass(due.getTime() + day - desk.now)
    await erase(guanli, { kind: 'due' })
    expect(filesIn(desk)).toEqual([])
    const left = desk.station.db
      .prepare(`SELECT count(*) FROM content c JOIN media_stored s ON s.seq = c.seq`)
      .pluck()
      .get()
    expect(left).toBe(0)
  })

  test('that breaks off before the files are gone goes on at the next start', async () => {
    const station = await staffed()
    const { desk } = station
    const { thread } = await matter(station, 'm1', { theirs: jpeg() })
    await desk.pass(7 * month)
    desk.station.media.sweep = () => Promise.reject(new Error('killed'))
    expect(await erase(await at(desk, 'guanli'), { kind: 'thread', thread })).toMatchObject({
      state: 'failed',
    })
    expect(filesIn(desk)).toHaveLength(1)
    await desk.restart()
    await until(() => entriesOf(desk.station, 'erasure.finished').length === 1)
    expect(filesIn(desk)).toEqual([])
  })

  test('does not touch what was just put in, nor what is not the desk’s', async () => {
    const station = await staffed()
    const { desk, zhang } = station
    const { thread } = await matter(station, 'm1', { theirs: jpeg() })
    await desk.pass(7 * month)
    const { upload, ready } = await putIn(await at(desk, 'zhang'), pdf('to be sent'))
    expect(ready).not.toBeNull()
    writeFileSync(join(desk.dir, 'media', 'README'), 'not ours')
    await erase(await at(desk, 'guanli'), { kind: 'thread', thread })
    expect(filesIn(desk)).toEqual(hashes(pdf('to be sent')))
    expect(existsSync(join(desk.dir, 'media', 'README'))).toBe(true)
    await zhang.call('media.drop', { upload })
  })
})

describe('a backup', () => {
  test('has the files beside it, each checked, and says which were not to be had', async () => {
    const station = await staffed()
    const { desk } = station
    for (const id of ['m1', 'm2', 'm3']) await matter(station, id, { theirs: jpeg(id) })
    const store = (file: Buffer) => join(desk.dir, 'media', sha256(file).slice(0, 2), sha256(file))
    writeFileSync(store(jpeg('m2')), 'changed')
    unlinkSync(store(jpeg('m3')))
    const guanli = await at(desk, 'guanli')
    const made = await guanli.call('backup.make', {})
    expect(made).toMatchObject({ verified: true, files: 1, missing: 2 })
    expect(entriesOf(desk.station, 'backup.made')[0]).toMatchObject({ data: { files: 1, missing: 2 } })
    expect(await guanli.call('backups.list', {})).toEqual([made])
    const folder = join(desk.dir, 'backups')
    expect(readdirSync(folder).sort()).toEqual([made.file, `${made.file}.media`])
    const [copy] = globSync(`${made.file}.media/??/*`, { cwd: folder })
    expect(readFileSync(join(folder, copy!))).toEqual(jpeg('m1'))
    expect(desk.station.backups.copies()).toEqual([expect.objectContaining({ file: made.file })])
    await guanli.call('backup.remove', { file: made.file })
    expect(readdirSync(folder)).toEqual([])
  })
})
