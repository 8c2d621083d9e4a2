import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MediaStore } from '../../src/desk/media/store.ts'
import { at, until } from '../support/console.ts'
import { jpeg } from '../support/files.ts'
import { isState, large, messageIn, sendsFile, staffed, stored, wholeFile } from '../support/media.ts'
import { entriesOf, minute, screensFollowLedger, tempDir } from '../support/station.ts'

describe('a file on this machine', () => {
  async function withFile(file = jpeg()) {
    const { desk, channel, zhang } = await staffed()
    channel.files.set('m1', { file, name: '照片.jpg' })
    channel.connect()
    const sent = sendsFile(desk, { id: 'm1' })
    await isState(desk, sent.message, 'here')
    return { desk, channel, zhang, ...sent, path: join(desk.dir, stored(desk.dir)[0]!) }
  }

  test.each([
    ['changed', 'damaged', (path: string) => writeFileSync(path, jpeg('another'))],
    ['cut short', 'damaged', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 5))],
    ['gone', 'lost', (path: string) => unlinkSync(path)],
  ])('that was %s is never given out, and says so from then on', async (_how, reason, spoil) => {
    const { desk, zhang, thread, message, path, channel } = await withFile()
    expect(await wholeFile(zhang, thread, message)).toEqual(jpeg())
    spoil(path)
    expect(await zhang.refused('media.read', { thread, message, offset: 0 })).toEqual({
      code: 'wrong_state',
      what: 'media',
      state: reason,
    })
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({ state: 'missed', reason })
    expect(entriesOf(desk.station, 'media.missed')).toMatchObject([{ data: { message, reason } }])
    await zhang.refused('media.read', { thread, message, offset: 0 })
    expect(entriesOf(desk.station, 'media.missed')).toHaveLength(1)
    await zhang.call('media.retry', { thread, message })
    await isState(desk, message, 'here')
    expect(channel.asked).toEqual(['m1', 'm1'])
    expect(await wholeFile(zhang, thread, message)).toEqual(jpeg())
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test('is read in pieces, each of a file all of which is as it came', async () => {
    const file = large(jpeg(), 3 * 512 * 1024 + 17)
    const { zhang, thread, message, path } = await withFile(file)
    const first = await zhang.call('media.read', { thread, message, offset: 0 })
    expect([Buffer.from(first.bytes, 'base64').length, first.total]).toEqual([512 * 1024, file.length])
    expect(await wholeFile(zhang, thread, message)).toEqual(file)
    const past = await zhang.call('media.read', { thread, message, offset: file.length })
    expect(past.bytes).toBe('')
    const bytes = readFileSync(path)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(path, bytes)
    expect(await zhang.refused('media.read', { thread, message, offset: 0 })).toMatchObject({
      state: 'damaged',
    })
  })

  test('is read through the message that carries it, by whoever may read that', async () => {
    const { desk, zhang, thread, message } = await withFile()
    const [li, ducha, guanli, daiban] = [
      await at(desk, 'li'),
      await at(desk, 'ducha'),
      await at(desk, 'guanli'),
      await at(desk, 'daiban'),
    ]
    const other = desk.hears({ from: '二组 李四', text: '在吗' })
    const asked = { thread, message, offset: 0 }
    expect(await zhang.refused('media.read', { ...asked, thread: other })).toMatchObject({
      code: 'not_found',
    })
    expect(await zhang.refused('media.read', { ...asked, message: 1 })).toMatchObject({ code: 'not_found' })
    expect(await zhang.refused('media.read', { ...asked, thread: 'none' })).toMatchObject({
      code: 'not_found',
    })
    expect(await guanli.refused('media.read', asked)).toMatchObject({ code: 'forbidden' })
    expect(await li.call('media.read', asked)).toMatchObject({ type: 'image/jpeg' })

    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    expect(await zhang.call('media.read', asked)).toMatchObject({ type: 'image/jpeg' })
    for (const stranger of [li, ducha]) {
      expect(await stranger.refused('media.read', asked)).toEqual({ code: 'private_thread' })
      expect((await messageIn(stranger, thread, message)).media).toBeNull()
    }
    expect(await li.refused('media.retry', { thread, message })).toEqual({ code: 'private_thread' })
    await ducha.call('glass.break', { thread, reason: '核查投诉', minutes: 15 })
    expect(await ducha.call('media.read', asked)).toMatchObject({ type: 'image/jpeg' })
    await desk.pass(2 * minute)
    const viewed = entriesOf(desk.station, 'thread.viewed').length
    expect(await daiban.call('media.read', asked)).toMatchObject({ type: 'image/jpeg' })
    expect(entriesOf(desk.station, 'thread.viewed')).toHaveLength(viewed + 1)
    await desk.pass(14 * minute)
    expect(await ducha.refused('media.read', asked)).toEqual({ code: 'private_thread' })
  })

  test('is shown in the past as it stood then', async () => {
    const { desk, channel, zhang } = await staffed()
    const { thread, message } = sendsFile(desk, { id: 'm1' })
    const before = desk.station.ledger.head().size
    channel.connect()
    await isState(desk, message, 'missed')
    const missed = desk.station.ledger.head().size
    channel.files.set('m1', { file: jpeg(), name: 'x.jpg' })
    await zhang.call('media.retry', { thread, message })
    const again = desk.station.ledger.head().size
    await isState(desk, message, 'here')
    const ducha = await at(desk, 'ducha')
    const then = async (seq: number) => {
      const { items } = await ducha.call('history.thread', { thread, seq, limit: 10 })
      const item = items.find((each) => each.seq === message)
      return item?.item === 'message' ? item.media : null
    }
    expect(await then(before)).toMatchObject({ kind: 'image', state: 'waiting' })
    expect(await then(missed)).toMatchObject({ state: 'missed', reason: 'refused' })
    expect(await then(again)).toMatchObject({ state: 'waiting', reason: null })
    const now = desk.station.ledger.head().size
    expect(await then(now)).toEqual((await messageIn(ducha, thread, message)).media)
  })

  test('that a crash left half written is gone at the next start', async () => {
    const { desk, path } = await withFile()
    writeFileSync(join(desk.dir, 'media', 'unfinished', 'half'), 'half a picture')
    await desk.restart()
    await until(() => !existsSync(join(desk.dir, 'media', 'unfinished', 'half')))
    expect(existsSync(path)).toBe(true)
  })
})

describe('the store', () => {
  test('sweeps away what nobody wants, and never what was put in and is not on record yet', async () => {
    const store = new MediaStore(join(tempDir(), 'media'))
    const [held, wanted, left] = [
      await store.put(jpeg('held')),
      await store.put(jpeg('wanted')),
      await store.put(jpeg('left')),
    ]
    const again = await store.put(jpeg('held'))
    for (const put of [wanted, left, again]) put.release()
    const sweep = () =>
      store.sweep(
        (sha256) => sha256 === wanted.sha256,
        async () => {},
      )
    expect(await sweep()).toEqual({ files: 1, bytes: jpeg('left').length })
    expect([existsSync(store.pathOf(held.sha256)), existsSync(store.pathOf(wanted.sha256))]).toEqual([
      true,
      true,
    ])
    expect(store.drop(held.sha256, () => false)).toBe(0)
    held.release()
    expect(await sweep()).toMatchObject({ files: 1 })
    await expect(store.read(held.sha256)).rejects.toMatchObject({ why: 'lost' })
  })

  test('writes a file anew that was changed, and makes no path of anything but a hash', async () => {
    const store = new MediaStore(join(tempDir(), 'media'))
    const { sha256: name, release } = await store.put(jpeg())
    release()
    writeFileSync(store.pathOf(name), 'changed')
    await expect(store.read(name)).rejects.toMatchObject({ why: 'damaged' })
    await store.put(jpeg())
    expect(await store.read(name)).toEqual(jpeg())
    for (const bad of ['../../x', name.toUpperCase(), name.slice(1), `${name}/..`])
      expect(() => store.pathOf(bad)).toThrow('no SHA-256')
  })
})
