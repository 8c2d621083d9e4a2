import { globSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { mostUploads } from '../../src/desk/media/uploads.ts'
import { at, type Console, until } from '../support/console.ts'
import { amr, jpeg, mp4, pdf } from '../support/files.ts'
import { large, messageIn, pieceOf, putIn, sha256, wholeFile } from '../support/media.ts'
import {
  entriesOf,
  hour,
  phone,
  screensFollowLedger,
  type TestStation,
  testStation,
} from '../support/station.ts'

async function staffed() {
  const desk = await testStation()
  const thread = desk.hears({ text: '户口本丢了怎么补' })
  return { desk, thread, zhang: await at(desk, 'zhang'), li: await at(desk, 'li') }
}

const seen = async (console: Console, thread: string) =>
  (await console.call('thread.get', { thread })).lastSeq
const media = (upload: string) => ({ kind: 'media', upload }) as const
const filesIn = (desk: TestStation) => globSync('media/{uploads,[0-9a-f][0-9a-f]}/*', { cwd: desk.dir })
const uploadsIn = ({ station }: TestStation) =>
  station.db.prepare('SELECT count(*) FROM upload').pluck().get()

const menu = {
  head: '请问您要办哪一项？',
  choices: [
    { id: 'hukou', text: '补户口本' },
    { id: 'other', text: '别的事' },
  ],
  tail: '也可以直接打字',
}

describe('a file an officer sends', () => {
  test('is put in piece by piece, becomes the answer, and leaves as it was put in', async () => {
    const { desk, thread, zhang } = await staffed()
    const picture = large(jpeg(), 1_200_000)
    const { upload, received, ready } = await putIn(zhang, picture, 'C:\\图\\样本.jpg')
    expect([received, ready]).toEqual([
      picture.length,
      { kind: 'image', type: 'image/jpeg', bytes: picture.length },
    ])
    await zhang.call('thread.draft', { thread, text: '请看图' })
    const size = desk.station.ledger.head().size
    const sent = await zhang.call('thread.send', {
      thread,
      seen: await seen(zhang, thread),
      what: media(upload),
    })
    expect(sent.delivery).toBe('queued')
    expect(
      entriesOf(desk.station)
        .slice(size)
        .map(({ type }) => type),
    ).toEqual(['thread.claimed', 'message.sent'])
    expect(desk.station.ledger.entry(sent.seq)).toMatchObject({
      entry: { data: { kind: 'image' } },
      content: {
        text: '[图片] 样本.jpg',
        media: {
          kind: 'image',
          sha256: sha256(picture),
          name: '样本.jpg',
          type: 'image/jpeg',
          bytes: picture.length,
        },
      },
    })
    await until(() => desk.sent.length === 1)
    const [out] = desk.sent
    expect(out).toMatchObject({
      seq: sent.seq,
      media: { kind: 'image', name: '样本.jpg', type: 'image/jpeg', bytes: picture.length },
      menu: null,
    })
    expect(await out!.media!.read()).toEqual(picture)
    expect(await messageIn(zhang, thread, sent.seq)).toMatchObject({
      from: 'desk',
      kind: 'image',
      media: { state: 'here', name: '样本.jpg', bytes: picture.length },
    })
    expect(await wholeFile(zhang, thread, sent.seq)).toEqual(picture)
    // The words beside it are not lost.
    expect((await zhang.call('thread.get', { thread })).draft).toBe('请看图')
    expect(uploadsIn(desk)).toBe(0)
    await until(() => filesIn(desk).length === 1)
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test.each([
    ['a voice', amr(), { kind: 'voice', type: 'audio/amr' }],
    ['a film', mp4(), { kind: 'video', type: 'video/mp4' }],
    ['papers', pdf(), { kind: 'file', type: 'application/pdf' }],
    [
      'a drawing called a picture',
      Buffer.from('<svg onload="x"/>'),
      { kind: 'file', type: 'application/octet-stream' },
    ],
  ])('is what its bytes say: %s', async (_what, file, ready) => {
    const { zhang } = await staffed()
    expect((await putIn(zhang, file, '照片.jpg')).ready).toMatchObject(ready)
  })

  test('does not mind a piece that comes twice, and misses one that does not come', async () => {
    const { zhang } = await staffed()
    const file = large(pdf(), 3 * 512 * 1024)
    const upload = uuid()
    const piece = (n: number) => pieceOf(file, { upload, name: '表.pdf', offset: n * 512 * 1024 })
    expect(await zhang.refused('media.put', piece(1))).toMatchObject({ code: 'wrong_file', why: 'missing' })
    expect(await zhang.call('media.put', piece(0))).toEqual({ received: 512 * 1024, ready: null })
    expect(await zhang.refused('media.put', piece(2))).toMatchObject({ code: 'wrong_file', why: 'missing' })
    expect(await zhang.call('media.put', piece(1))).toMatchObject({ received: 2 * 512 * 1024 })
    expect(await zhang.call('media.put', piece(0))).toMatchObject({ received: 2 * 512 * 1024 })
    const [one, two] = await Promise.all([
      zhang.call('media.put', piece(2)),
      zhang.call('media.put', piece(2)),
    ])
    expect(one).toEqual({
      received: file.length,
      ready: { kind: 'file', type: 'application/pdf', bytes: file.length },
    })
    expect([two, await zhang.call('media.put', piece(2))]).toEqual([one, one])
  })

  test('loses nothing by a piece that comes late a second time', async () => {
    const { desk } = await staffed()
    const { uploads } = desk.station.media
    const file = large(pdf(), 3 * 512 * 1024)
    const upload = uuid()
    const take = async (n: number) => {
      const taken = await uploads.take(pieceOf(file, { upload, offset: n * 512 * 1024 }), 'zhang', desk.now)
      return (taken as Exclude<typeof taken, { refused: unknown }>).upload
    }
    const [first, late] = [await take(0), await take(0)]
    uploads.keep(first)
    uploads.keep(await take(1))
    expect(uploads.keep(late)).toMatchObject({ received: 2 * 512 * 1024 })
    expect(uploads.of(upload, 'zhang')).toMatchObject({ received: 2 * 512 * 1024 })
  })

  test('that is another’s, of another size, or beyond its size is not taken', async () => {
    const { zhang, li, thread } = await staffed()
    const file = large(pdf(), 600 * 1024)
    const { upload } = await putIn(zhang, file)
    const piece = pieceOf(file, { upload })
    expect(await li.refused('media.put', piece)).toMatchObject({ why: 'missing' })
    expect(await li.refused('media.drop', { upload })).toMatchObject({ code: 'not_found' })
    expect(
      await li.refused('thread.send', { thread, seen: await seen(li, thread), what: media(upload) }),
    ).toMatchObject({ code: 'wrong_file', why: 'missing' })
    const other = uuid()
    await zhang.call('media.put', { ...piece, upload: other })
    expect(
      await zhang.refused('media.put', {
        ...piece,
        upload: other,
        offset: 512 * 1024,
        total: 2 * 1024 * 1024,
      }),
    ).toMatchObject({
      why: 'missing',
    })
    expect(await zhang.refused('media.put', { ...piece, upload: uuid(), total: 100 })).toMatchObject({
      code: 'invalid',
    })
  })

  test('that the channel does not take is refused once all of it has come, and not kept', async () => {
    const { desk, zhang } = await staffed()
    const refusal = async (file: Buffer) => {
      const upload = uuid()
      try {
        await putIn(zhang, file, '照片.jpg', upload)
      } catch (refused) {
        return (refused as { refusal: object }).refusal
      }
      throw new Error('was taken')
    }
    const most = 10 * 1024 * 1024
    expect(await refusal(large(jpeg(), most + 1))).toEqual({
      code: 'wrong_file',
      why: 'size',
      mostBytes: most,
    })
    expect(await refusal(Buffer.from('%PDF-'))).toEqual({ code: 'wrong_file', why: 'empty', mostBytes: null })
    expect([uploadsIn(desk), filesIn(desk)]).toEqual([0, []])
    expect((await putIn(zhang, large(jpeg(), most))).ready).toMatchObject({ bytes: most })
  }, 30_000)

  test('stays put in when the thread has moved on, or is another’s', async () => {
    const { desk, thread, zhang, li } = await staffed()
    const { upload } = await putIn(zhang, jpeg())
    const before = await seen(zhang, thread)
    desk.hears({ text: '还有身份证' })
    const send = { thread, what: media(upload) }
    expect(await zhang.refused('thread.send', { ...send, seen: before })).toMatchObject({
      code: 'thread_moved_on',
      news: [{ text: '还有身份证' }],
    })
    await li.call('thread.claim', { thread })
    const now = await seen(zhang, thread)
    expect(await zhang.refused('thread.send', { ...send, seen: now })).toMatchObject({
      code: 'not_holder',
      holderName: '李秀英',
    })
    const { seq } = await zhang.call('thread.send', { ...send, seen: now, takeOver: { reason: '我有样本' } })
    expect(await messageIn(zhang, thread, seq)).toMatchObject({ kind: 'image' })
    expect(await zhang.refused('thread.send', { ...send, seen: seq })).toMatchObject({ why: 'missing' })
  })

  test('is sent once, however often the command comes', async () => {
    const { desk, thread, zhang } = await staffed()
    const { upload } = await putIn(zhang, jpeg())
    const command = uuid()
    const send = { thread, seen: await seen(zhang, thread), what: media(upload) }
    const [one, two] = [
      await zhang.call('thread.send', send, command),
      await zhang.call('thread.send', send, command),
    ]
    expect(two).toEqual(one)
    await until(() => desk.sent.length > 0)
    expect(entriesOf(desk.station, 'message.sent')).toHaveLength(1)
  })

  test('that was not sent after all goes: at once when it is taken out, else after a day', async () => {
    const { desk, zhang } = await staffed()
    const { upload } = await putIn(zhang, jpeg('out'))
    await zhang.call('media.drop', { upload })
    await until(() => filesIn(desk).length === 0)
    expect(await zhang.refused('media.drop', { upload })).toMatchObject({ code: 'not_found', what: 'upload' })
    await putIn(zhang, jpeg('forgotten'))
    const half = pieceOf(large(pdf(), 600 * 1024), { upload: uuid() })
    await zhang.call('media.put', half)
    await until(() => filesIn(desk).length === 2)
    await desk.pass(23 * hour)
    expect(filesIn(desk)).toHaveLength(2)
    await desk.pass(2 * hour)
    expect([uploadsIn(desk), filesIn(desk)]).toEqual([0, []])
  })

  test('survives a restart half put in', async () => {
    const { desk, zhang } = await staffed()
    const file = large(pdf(), 600 * 1024)
    const upload = uuid()
    await zhang.call('media.put', pieceOf(file, { upload }))
    await desk.restart()
    const again = await at(desk, 'zhang')
    expect(await again.call('media.put', pieceOf(file, { upload, offset: 512 * 1024 }))).toMatchObject({
      ready: { type: 'application/pdf' },
    })
  })

  test('whose first pieces are gone is begun anew', async () => {
    const { desk, zhang } = await staffed()
    const file = large(pdf(), 600 * 1024)
    const upload = uuid()
    await zhang.call('media.put', pieceOf(file, { upload }))
    for (const path of filesIn(desk)) unlinkSync(join(desk.dir, path))
    expect(await zhang.refused('media.put', pieceOf(file, { upload, offset: 512 * 1024 }))).toMatchObject({
      code: 'wrong_file',
      why: 'missing',
    })
    expect((await putIn(zhang, file, '表.pdf', upload)).ready).toMatchObject({ bytes: file.length })
  })

  test('keeps the disk from being filled: so many at a time', async () => {
    const { zhang } = await staffed()
    const file = large(pdf(), 600 * 1024)
    for (let n = 0; n < mostUploads; n += 1) await zhang.call('media.put', pieceOf(file, { upload: uuid() }))
    expect(await zhang.refused('media.put', pieceOf(file, { upload: uuid() }))).toEqual({
      code: 'wrong_file',
      why: 'many',
      mostBytes: null,
    })
  })

  test('is not for an account that is worked on a phone, and not for a private thread of others', async () => {
    const { desk, thread, zhang, li } = await staffed()
    const byPhone = desk.hears({ account: phone, from: '赵六', text: '在吗' })
    const { upload } = await putIn(zhang, jpeg())
    for (const what of [media(upload), { kind: 'menu' as const, menu }])
      expect(
        await zhang.refused('thread.send', { thread: byPhone, seen: await seen(zhang, byPhone), what }),
      ).toMatchObject({ code: 'channel_cannot', account: phone, what: what.kind })
    await li.call('thread.claim', { thread })
    await li.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    expect(await zhang.refused('thread.send', { thread, seen: 9_999, what: media(upload) })).toEqual({
      code: 'private_thread',
    })
  })
})

describe('a menu', () => {
  test('is an answer like any other: words for lists, choices for the resident', async () => {
    const { desk, thread, zhang } = await staffed()
    const { seq } = await zhang.call('thread.send', {
      thread,
      seen: await seen(zhang, thread),
      what: { kind: 'menu', menu },
    })
    await until(() => desk.sent.length === 1)
    expect(desk.sent[0]).toMatchObject({ menu, media: null })
    expect(await messageIn(zhang, thread, seq)).toMatchObject({
      kind: 'text',
      menu,
      media: null,
      text: '请问您要办哪一项？\n· 补户口本\n· 别的事\n也可以直接打字',
    })
    const thread_ = await zhang.call('thread.get', { thread })
    expect(thread_).toMatchObject({ holder: 'zhang', waitingSince: null, lastFrom: 'desk' })
    expect((await zhang.call('search.messages', { words: '补户口本', offset: 0, limit: 9 })).total).toBe(1)
  })

  test('with one id for two choices is refused, since nobody could tell them apart', async () => {
    const { thread, zhang } = await staffed()
    const choices = menu.choices.map(({ text }) => ({ id: 'same', text }))
    const what = { kind: 'menu' as const, menu: { ...menu, choices } }
    expect(
      await zhang.refused('thread.send', { thread, seen: await seen(zhang, thread), what }),
    ).toMatchObject({
      code: 'invalid',
    })
  })
})
