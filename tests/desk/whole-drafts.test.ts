import { globSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { mostFiles } from '../../src/contract/media.ts'
import { keptFor, mostInDrafts, ofDraftSql } from '../../src/desk/media/uploads.ts'
import { at, until } from '../support/console.ts'
import { erase } from '../support/erasing.ts'
import { jpeg, pdf } from '../support/files.ts'
import { large, pieceOf, putIn } from '../support/media.ts'
import { hour, type TestStation, testStation } from '../support/station.ts'

async function staffed() {
  const desk = await testStation()
  const thread = desk.hears({ text: '户口本丢了怎么补' })
  const zhang = await at(desk, 'zhang')
  const puts = async (file: Buffer, name: string) => (await putIn(zhang, file, name, uuid(), thread)).upload
  return { desk, thread, zhang, puts }
}

const filesIn = (desk: TestStation) => globSync('media/{uploads,[0-9a-f][0-9a-f]}/*', { cwd: desk.dir })
const menu = { head: '请问您要办哪一项？ ', choices: ['补户口本', ''], tail: '' }

describe('what is being written besides text', () => {
  test('is there again after a restart of the core: files in their order, and the menu', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    const one = await puts(jpeg('one'), '样本.jpg')
    const half = pieceOf(large(pdf(), 600 * 1024), { upload: uuid(), name: '办事指南.pdf' })
    await zhang.call('media.put', { ...half, thread })
    const three = await puts(pdf(), '申请表.pdf')
    await zhang.call('thread.draftMenu', { thread, menu })
    await desk.restart()
    const again = await at(desk, 'zhang')
    const { draftFiles, draftMenu, draft } = await again.call('thread.get', { thread })
    expect(draftFiles).toEqual([
      {
        upload: one,
        name: '样本.jpg',
        bytes: jpeg('one').length,
        what: { kind: 'image', type: 'image/jpeg' },
        state: 'ready',
      },
      { upload: half.upload, name: '办事指南.pdf', bytes: 600 * 1024, what: null, state: 'unfinished' },
      expect.objectContaining({ upload: three, name: '申请表.pdf', state: 'ready' }),
    ])
    expect([draft, draftMenu]).toEqual([null, menu])
    const { bytes, type } = await again.call('media.readUpload', { upload: one, offset: 0 })
    expect([Buffer.from(bytes, 'base64'), type]).toEqual([jpeg('one'), 'image/jpeg'])
  })

  test('is its writer’s alone', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    const upload = await puts(jpeg(), '样本.jpg')
    await zhang.call('thread.draftMenu', { thread, menu })
    for (const user of ['li', 'daiban'] as const) {
      const other = await at(desk, user)
      expect(await other.call('thread.get', { thread })).toMatchObject({ draftFiles: [], draftMenu: null })
      expect(await other.refused('media.readUpload', { upload, offset: 0 })).toEqual({
        code: 'not_found',
        what: 'upload',
        id: upload,
      })
    }
  })

  test('is withheld while its writer may not read the thread, and there again when they may', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    const upload = await puts(jpeg(), '样本.jpg')
    await zhang.call('thread.draftMenu', { thread, menu })
    const li = await at(desk, 'li')
    await li.call('thread.claim', { thread })
    await li.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draftFiles: [], draftMenu: null })
    const piece = { ...pieceOf(jpeg(), { upload: uuid() }), thread }
    const closed = { code: 'private_thread' }
    expect(await zhang.refused('media.readUpload', { upload, offset: 0 })).toEqual(closed)
    expect(await zhang.refused('media.put', piece)).toEqual(closed)
    expect(await zhang.refused('thread.draftMenu', { thread, menu })).toEqual(closed)
    const daiban = await at(desk, 'daiban')
    await daiban.call('thread.setPrivate', { thread, private: false, reason: '说开了' })
    const { draftFiles, draftMenu } = await zhang.call('thread.get', { thread })
    expect([draftFiles.map((each) => each.upload), draftMenu]).toEqual([[upload], menu])
  })

  test('leaves the draft when it is sent or taken out, each for itself', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    const [sent, dropped, left] = [
      await puts(jpeg('one'), '1.jpg'),
      await puts(jpeg('two'), '2.jpg'),
      await puts(jpeg('three'), '3.jpg'),
    ]
    await zhang.call('thread.draft', { thread, text: '请看图' })
    await zhang.call('thread.draftMenu', { thread, menu })
    const seen = async () => (await zhang.call('thread.get', { thread })).lastSeq
    const what = { kind: 'media', upload: sent } as const
    await zhang.call('thread.send', { thread, seen: await seen(), what })
    await zhang.call('media.drop', { upload: dropped })
    const now = await zhang.call('thread.get', { thread })
    expect(now).toMatchObject({ draft: '请看图', draftMenu: menu, draftFiles: [{ upload: left }] })
    await zhang.call('thread.answer', { thread, text: '请看图', seen: await seen() })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: null, draftMenu: menu })
    await zhang.call('thread.draft', { thread, text: '再补一句' })
    const choices = [{ id: 'c1', text: '补户口本' }]
    const whole = { kind: 'menu', menu: { head: '', choices, tail: '' } } as const
    await zhang.call('thread.send', { thread, seen: await seen(), what: whole })
    expect(await zhang.call('thread.get', { thread })).toMatchObject({ draft: '再补一句', draftMenu: null })
    await zhang.call('thread.draft', { thread, text: '' })
    await zhang.call('thread.draftMenu', { thread, menu })
    await zhang.call('thread.draftMenu', { thread, menu: null })
    expect(desk.station.db.prepare('SELECT * FROM draft').all()).toEqual([])
  })

  test('is not cleared away with what nobody refers to', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    await puts(jpeg('draft'), '样本.jpg')
    await putIn(zhang, jpeg('of no draft'))
    await until(() => filesIn(desk).length === 2)
    await desk.pass(keptFor + 2 * hour)
    expect(filesIn(desk)).toHaveLength(1)
    const later = await at(desk, 'zhang')
    expect((await later.call('thread.get', { thread })).draftFiles).toMatchObject([{ state: 'ready' }])
  })

  test('says so where its bytes are lost, and does not go out', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    const upload = await puts(jpeg(), '样本.jpg')
    await until(() => filesIn(desk).length === 1)
    for (const path of filesIn(desk)) unlinkSync(join(desk.dir, path))
    const { draftFiles, lastSeq: seen } = await zhang.call('thread.get', { thread })
    expect(draftFiles).toMatchObject([{ name: '样本.jpg', state: 'lost' }])
    const missing = { code: 'wrong_file', why: 'missing' }
    expect(await zhang.refused('media.readUpload', { upload, offset: 0 })).toMatchObject(missing)
    const what = { kind: 'media', upload } as const
    expect(await zhang.refused('thread.send', { thread, seen, what })).toMatchObject(missing)
  })

  test('goes with the words of its thread when they are erased', async () => {
    const { desk, thread, zhang, puts } = await staffed()
    await puts(jpeg(), '样本.jpg')
    await zhang.call('media.put', { ...pieceOf(large(pdf(), 600 * 1024), { upload: uuid() }), thread })
    await zhang.call('thread.draftMenu', { thread, menu })
    const { lastSeq: seen } = await zhang.call('thread.get', { thread })
    await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen })
    await desk.pass(7 * 31 * 24 * hour)
    expect(filesIn(desk)).toHaveLength(2)
    await erase(await at(desk, 'guanli'), { kind: 'thread', thread })
    for (const table of ['draft', 'upload'])
      expect(desk.station.db.prepare(`SELECT * FROM ${table}`).all()).toEqual([])
    await until(() => filesIn(desk).length === 0)
  })

  test('does not fill the disk: so many files of one draft, and of one officer', async () => {
    const { desk, thread, zhang } = await staffed()
    const many = { code: 'wrong_file', why: 'many' }
    const half = { ...pieceOf(jpeg(), { upload: '' }), total: 600 * 1024 }
    const put = (of: string) => ({ ...half, upload: uuid(), thread: of })
    for (let n = 0; n < mostFiles; n += 1) await zhang.call('media.put', put(thread))
    expect(await zhang.refused('media.put', put(thread))).toMatchObject(many)
    const keep = desk.station.db.prepare(
      `INSERT INTO upload (upload, file, user, thread, name, total, received, at) VALUES (?, ?, 'zhang', 'another', '', 9, 1, 0)`,
    )
    for (let n = mostFiles; n < mostInDrafts; n += 1) keep.run(uuid(), uuid())
    const other = desk.hears({ from: '李四', text: '在吗' })
    expect(await zhang.refused('media.put', put(other))).toMatchObject(many)
    await putIn(zhang, jpeg(), '群发图.jpg')
  })

  test('is found by a key, in order: every thread that is opened asks for it', async () => {
    const { desk } = await staffed()
    const plan = desk.station.db.prepare(`EXPLAIN QUERY PLAN ${ofDraftSql}`).all('t', 'zhang')
    expect(plan.map((line) => (line as { detail: string }).detail)).toEqual([
      'SEARCH upload USING INDEX upload_of_draft (thread=? AND user=?)',
    ])
  })
})
