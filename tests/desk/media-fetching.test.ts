import { describe, expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import type { WecomConnection } from '../../src/channels/wecom/desk.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { fetcherOver } from '../../src/desk/media/by-connection.ts'
import { accountPause, FetchRefused, tryAgain } from '../../src/desk/media/fetching.ts'
import { mediaQueries } from '../../src/desk/media/view.ts'
import { until } from '../support/console.ts'
import { jpeg } from '../support/files.ts'
import { fetches, isState, messageIn, sendsFile, staffed, stored } from '../support/media.ts'
import { entriesOf, hour, minute, screensFollowLedger, undoneOnce, village } from '../support/station.ts'

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

  test('does not wait until a clock put right has caught up', async () => {
    const { desk, channel } = await staffed()
    channel.before = async () => {
      throw new Unreachable('timeout', '/cgi-bin/media/get')
    }
    channel.files.set('m1', { file: jpeg(), name: null })
    const { message } = sendsFile(desk, { id: 'm1' })
    channel.connect()
    await until(() => channel.asked.length === 1)
    await fetches(desk)
    channel.before = async () => {}
    desk.now -= 24 * hour
    await fetches(desk)
    await isState(desk, message, 'here')
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
