import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../support/console.ts'
import { jpeg, pdf, png } from '../support/files.ts'
import { isState, messageIn, sendsFile, sha256, staffed, stored, wholeFile } from '../support/media.ts'
import { entriesOf, resident, screensFollowLedger, village } from '../support/station.ts'

describe('a file that a resident sends', () => {
  test('keeps no message from being shown, and is shown itself once it is fetched', async () => {
    const { desk, channel, zhang } = await staffed()
    let give = () => {}
    channel.before = () => new Promise((resolve) => (give = resolve))
    const picture = jpeg('a cow')
    channel.files.set('m1', { file: picture, name: '../牛 13812345678.png' })
    channel.connect()
    const { thread, message } = sendsFile(desk, { id: 'm1' })
    await until(() => channel.now === 1)
    expect(await messageIn(zhang, thread, message)).toMatchObject({
      text: '[图片]',
      media: { kind: 'image', state: 'waiting', name: null, type: null, bytes: null },
    })
    expect(await zhang.refused('media.read', { thread, message, offset: 0 })).toEqual({
      code: 'wrong_state',
      what: 'media',
      state: 'waiting',
    })
    give()
    await isState(desk, message, 'here')
    expect((await messageIn(zhang, thread, message)).media).toEqual({
      kind: 'image',
      state: 'here',
      name: '牛 138****5678.png',
      type: 'image/jpeg',
      bytes: picture.length,
      reason: null,
    })
    expect(zhang.pushes.some((push) => 'change' in push && push.change.subjects.includes(thread))).toBe(true)
    expect(await wholeFile(zhang, thread, message)).toEqual(picture)
    const [entry] = entriesOf(desk.station, 'media.stored')
    expect(entry).toMatchObject({ subject: thread, data: { message } })
    expect(JSON.stringify(entry)).not.toContain(sha256(picture))
    expect(desk.station.ledger.entry(entry!.seq)!.content).toMatchObject({
      sha256: sha256(picture),
      bytes: picture.length,
      type: 'image/jpeg',
    })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('lies under its hash, for nobody else on the machine, and once however often it is sent', async () => {
    const { desk, channel } = await staffed()
    const picture = png('the same')
    for (const id of ['../../m1', 'm2']) channel.files.set(id, { file: picture, name: '../../../x.png' })
    channel.connect()
    const [one, two] = [sendsFile(desk, { id: '../../m1' }), sendsFile(desk, { id: 'm2', from: '二组 李四' })]
    await isState(desk, one.message, 'here')
    await isState(desk, two.message, 'here')
    const name = sha256(picture)
    const file = join('media', name.slice(0, 2), name)
    expect(stored(desk.dir)).toEqual([file])
    expect(readFileSync(join(desk.dir, file))).toEqual(picture)
    if (process.platform !== 'win32')
      expect(
        [file, 'media', join(file, '..')].map((path) => statSync(join(desk.dir, path)).mode & 0o777),
      ).toEqual([0o600, 0o700, 0o700])
    expect(globSync('media/unfinished/*', { cwd: desk.dir })).toEqual([])
  })

  test('is told by its bytes, whatever the channel calls it', async () => {
    const { desk, channel, zhang } = await staffed()
    channel.files.set('m1', { file: Buffer.from('<svg onload="alert(1)"/>'), name: 'photo.jpg' })
    channel.connect()
    const { thread, message } = sendsFile(desk, { id: 'm1' })
    await isState(desk, message, 'here')
    const type = 'application/octet-stream'
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({ kind: 'image', type })
    expect(await zhang.call('media.read', { thread, message, offset: 0 })).toMatchObject({ type })
  })

  test('also belongs to what was sent from another client', async () => {
    const { desk, channel, zhang } = await staffed()
    channel.files.set('own', { file: pdf(), name: '告知书.pdf' })
    channel.connect()
    const { from } = { from: '三组 王桂兰' }
    const thread = desk.hears({ text: '在吗' })
    desk.takesIn({
      event: 'own',
      contact: { external: from, name: from },
      conversation: from,
      external: 'o1',
      kind: 'file',
      text: '[文件]',
      sentAt: desk.now,
      media: { kind: 'file', id: 'own' },
    })
    const message = desk.station.views.threads.messageByExternal(village, 'o1')!.seq
    await isState(desk, message, 'here')
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({
      name: '告知书.pdf',
      type: 'application/pdf',
    })
  })
})

test('messages without files carry none', async () => {
  const { desk, zhang } = await staffed()
  const thread = desk.hears({ text: '在吗' })
  desk.takesIn({ ...resident({ text: '[图片]' }), kind: 'image', image: 'data:image/png;base64,AA==' })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  expect(items.flatMap((item) => (item.item === 'message' ? [item.media] : []))).toEqual([null, null])
})
