import { existsSync, globSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import type { WecomConnection } from '../../src/channels/wecom/desk.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { fetcherOver } from '../../src/desk/media/by-connection.ts'
import { accountPause, FetchRefused, tryAgain } from '../../src/desk/media/fetching.ts'
import { MediaStore } from '../../src/desk/media/store.ts'
import { mediaQueries } from '../../src/desk/media/view.ts'
import { at, until } from '../support/console.ts'
import { jpeg, pdf, png } from '../support/files.ts'
import {
  channelFiles,
  fetches,
  isState,
  large,
  messageIn,
  sendsFile,
  sha256,
  wholeFile,
} from '../support/media.ts'
import {
  entriesOf,
  hour,
  minute,
  resident,
  screensFollowLedger,
  tempDir,
  testStation,
  undoneOnce,
  village,
} from '../support/station.ts'

async function staffed() {
  const desk = await testStation()
  const channel = channelFiles(desk)
  return { desk, channel, zhang: await at(desk, 'zhang') }
}

const stored = (dir: string) => globSync('media/[0-9a-f][0-9a-f]/*', { cwd: dir })

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

describe('fetching', () => {
  test('is of threads with an open alarm first, then of the newest, three at a time', async () => {
    const { desk, channel } = await staffed()
    const waiting: (() => void)[] = []
    channel.before = () => new Promise((resolve) => waiting.push(resolve))
    desk.hears({ from: '四组 赵六', text: '我不想活了' })
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const id of [...ids, 'cry']) channel.files.set(id, { file: jpeg(id), name: null })
    sendsFile(desk, { id: 'cry', from: '四组 赵六' })
    for (const id of ids) sendsFile(desk, { id, from: `${id}组 甲` })
    channel.connect()
    await until(() => waiting.length === 3)
    await fetches(desk)
    expect(channel.asked).toEqual(['cry', 'e', 'd'])
    while (channel.asked.length < 6 || channel.now > 0) {
      waiting.shift()?.()
      await fetches(desk)
    }
    expect(channel.asked.slice(3)).toEqual(['c', 'b', 'a'])
    expect(channel.most).toBe(3)
  })

  test('is tried again, later each time, and the other files of an account wait with it', async () => {
    const { desk, channel, zhang } = await staffed()
    channel.before = async () => {
      throw new Unreachable('timeout', '/cgi-bin/media/get')
    }
    channel.files.set('m1', { file: jpeg(), name: null })
    channel.files.set('m2', { file: jpeg('2'), name: null })
    const first = sendsFile(desk, { id: 'm1' })
    channel.connect()
    await until(() => channel.asked.length === 1)
    await fetches(desk)
    const second = sendsFile(desk, { id: 'm2', from: '二组 李四' })
    await fetches(desk)
    expect(channel.asked).toEqual(['m1'])
    desk.now += accountPause.least
    await fetches(desk)
    expect(channel.asked.slice(1).sort()).toEqual(['m1', 'm2'])
    for (let n = 0; n < 12; n += 1) {
      const before = channel.asked.length
      desk.now += 12 * minute
      await fetches(desk)
      expect(channel.asked.length - before).toBeLessThanOrEqual(2)
    }
    // Hours later it is asked for less often than the clock of the test moves.
    expect(channel.asked.length).toBeLessThan(3 + 2 * 12)
    expect(channel.asked.length).toBeGreaterThan(8)
    channel.before = async () => {}
    desk.now += tryAgain.at(-1)!
    await fetches(desk)
    await isState(desk, first.message, 'here')
    await isState(desk, second.message, 'here')
    expect((await messageIn(zhang, first.thread, first.message)).media).toMatchObject({ state: 'here' })
    expect(entriesOf(desk.station, 'media.missed')).toEqual([])
  })

  test('goes on at once when the account works again', async () => {
    const { desk, channel } = await staffed()
    channel.before = async () => {
      throw new Error('connection reset')
    }
    channel.files.set('m1', { file: jpeg(), name: null })
    channel.connect()
    const { message } = sendsFile(desk, { id: 'm1' })
    await until(() => channel.asked.length === 1)
    channel.before = async () => {}
    await fetches(desk)
    expect(channel.asked).toEqual(['m1'])
    const by = { user: village, role: 'channel', device: 'core', now: desk.now }
    desk.station.bus.runNow(by, () => ({ decision: entries(draft('account.recovered', village)) }))
    await isState(desk, message, 'here')
  })

  test('goes on after a restart with what the table says is waiting', async () => {
    const { desk, channel } = await staffed()
    channel.before = async () => {
      throw new Error('connection reset')
    }
    channel.files.set('m1', { file: jpeg(), name: null })
    channel.connect()
    const { message } = sendsFile(desk, { id: 'm1' })
    await until(() => channel.asked.length === 1)
    await desk.restart()
    channel.before = async () => {}
    channel.connect()
    await isState(desk, message, 'here')
  })

  test('that is refused is over: why is shown, and an officer may ask once more', async () => {
    const { desk, channel, zhang } = await staffed()
    channel.connect()
    const { thread, message } = sendsFile(desk, { id: 'm1' })
    await isState(desk, message, 'missed')
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({
      state: 'missed',
      reason: 'refused',
    })
    desk.now += hour
    await fetches(desk)
    expect(channel.asked).toEqual(['m1'])
    expect(await zhang.refused('media.read', { thread, message, offset: 0 })).toMatchObject({
      state: 'missed',
    })
    channel.files.set('m1', { file: jpeg(), name: null })
    await zhang.call('media.retry', { thread, message })
    await isState(desk, message, 'here')
    expect(entriesOf(desk.station, 'media.missed', 'media.retried', 'media.stored')).toMatchObject([
      { type: 'media.missed', data: { message, reason: 'refused' } },
      { type: 'media.retried', actor: { user: 'zhang' } },
      { type: 'media.stored' },
    ])
    expect(await zhang.refused('media.retry', { thread, message })).toEqual({ code: 'nothing_to_do' })
    expect(await zhang.refused('media.retry', { thread, message: 1 })).toMatchObject({ code: 'not_found' })
    expect(screensFollowLedger(desk.station)).toBe(true)
  })

  test.each([
    ['nothing in it', Buffer.alloc(0), 'empty'],
    ['more than 20 MB', Buffer.alloc(20 * 1024 * 1024 + 1), 'too_large'],
  ])('does not keep a file with %s', async (_what, file, reason) => {
    const { desk, channel } = await staffed()
    channel.files.set('m1', { file, name: null })
    channel.connect()
    const { message } = sendsFile(desk, { id: 'm1' })
    await isState(desk, message, 'missed')
    expect(desk.station.views.media.one(message)).toMatchObject({ reason })
    expect(stored(desk.dir)).toEqual([])
  })

  test('is given up after three days, when the channel has it no more', async () => {
    const { desk, zhang } = await staffed()
    const { thread, message } = sendsFile(desk, { id: 'm1' })
    await desk.pass(72 * hour - 1)
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({ state: 'waiting' })
    await desk.pass(1)
    expect((await messageIn(zhang, thread, message)).media).toMatchObject({
      state: 'missed',
      reason: 'expired',
    })
    await zhang.call('media.retry', { thread, message })
    await desk.pass(hour - 1)
    expect(desk.station.views.media.one(message)!.state).toBe('waiting')
    await desk.pass(1)
    expect(desk.station.views.media.one(message)!.state).toBe('missed')
  })

  test('that cannot be put on record is done again, and leaves nothing behind', async () => {
    const { desk, channel } = await staffed()
    channel.files.set('m1', { file: jpeg(), name: null })
    const { message } = sendsFile(desk, { id: 'm1' })
    undoneOnce(desk)
    channel.connect()
    await until(() => desk.logged.some((line) => line.includes('undone')))
    await fetches(desk)
    expect(stored(desk.dir)).toEqual([])
    desk.now += accountPause.least
    await fetches(desk)
    await isState(desk, message, 'here')
    expect(stored(desk.dir)).toHaveLength(1)
  })

  test('ends with the desk, whatever is on its way', async () => {
    const { desk, channel } = await staffed()
    channel.before = () => new Promise(() => {})
    channel.connect()
    sendsFile(desk, { id: 'm1' })
    await until(() => channel.now === 1)
    const began = Date.now()
    await desk.close()
    expect(Date.now() - began).toBeLessThan(8_000)
  })

  test('from a connection: what asking again cannot mend is final, all else is not', async () => {
    const answers = (error: unknown) =>
      fetcherOver(() => ({
        fetchMedia: async () => {
          throw error
        },
      }))
        .fetch(village, { kind: 'image', id: 'm' }, 9, new AbortController().signal)
        .catch((thrown: unknown) => (thrown instanceof FetchRefused ? thrown.why : 'again'))
    const path = '/cgi-bin/media/get'
    expect(await answers(new ApiRefused(40007, path, 'invalid media_id'))).toBe('refused')
    expect(await answers(new ApiRefused(45001, path, 'too big'))).toBe('too_large')
    expect(await answers(new Unreachable('tooBig', path))).toBe('too_large')
    for (const error of [
      new ApiRefused(-1, path, 'busy'),
      new ApiRefused(45009, path, 'freq'),
      new ApiRefused(42001, path, 'expired'),
      new Unreachable('timeout', path),
      new Error('a bug'),
    ])
      expect(await answers(error)).toBe('again')
    const asked: unknown[] = []
    const connection: Pick<WecomConnection, 'fetchMedia'> = {
      fetchMedia: async (...args) => {
        asked.push(args.slice(0, 3))
        return { file: jpeg(), name: null, type: null }
      },
    }
    await fetcherOver(() => connection).fetch('a', { kind: 'file', id: 'm' }, 9, new AbortController().signal)
    expect(asked).toEqual([['a', { kind: 'file', id: 'm' }, 9]])
    await expect(
      fetcherOver(() => null).fetch('a', { kind: 'file', id: 'm' }, 9, new AbortController().signal),
    ).rejects.toThrow('not connected')
  })
})

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

test('what is waiting, and whether a file is wanted, is looked up by a key', async () => {
  const { desk } = await staffed()
  for (const [name, sql] of Object.entries(mediaQueries)) {
    const asked = sql.replaceAll('?', "'[]'")
    const plan = desk.station.db.prepare(`EXPLAIN QUERY PLAN ${asked}`).all() as { detail: string }[]
    for (const { detail } of plan)
      expect(detail, name).not.toMatch(
        /^SCAN (?!a USING INDEX|m USING INDEX media_waiting\b|j\b|json_each)|AUTOMATIC/,
      )
  }
})

test('messages without files carry none', async () => {
  const { desk, zhang } = await staffed()
  const thread = desk.hears({ text: '在吗' })
  desk.takesIn({ ...resident({ text: '[图片]' }), kind: 'image', image: 'data:image/png;base64,AA==' })
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  expect(items.flatMap((item) => (item.item === 'message' ? [item.media] : []))).toEqual([null, null])
})
