import { beforeEach, describe, expect, it, vi } from 'vitest'
import { asWav } from '../../src/console/media/decoded-voice.ts'
import { sizeWords, wholeMedia } from '../../src/console/media/media-bytes.ts'
import {
  attach,
  attachmentsOf,
  belongTo,
  detach,
  drop,
  letGo,
  restore,
  type Upload,
} from '../../src/console/screens/inbox/attachments.ts'
import { remaining, windowNow } from '../../src/console/screens/inbox/reply-window.ts'
import { unheardFiles } from '../../src/console/screens/inbox/unheard-files.ts'
import {
  type DraftFile,
  largestMedia,
  type MediaPiece,
  mostFiles,
  pieceBytes,
} from '../../src/contract/media.ts'
import { memoryStorage } from '../support/memory-storage.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('a file of a message', () => {
  const whole = Uint8Array.from({ length: 1_300 }, (_, n) => n % 251)
  const pieces =
    (size: number) =>
    async (offset: number): Promise<MediaPiece> => ({
      bytes: base64(whole.subarray(offset, offset + size)),
      offset,
      total: whole.length,
      type: 'image/jpeg',
      name: '现场.jpg',
    })
  const never = new AbortController().signal

  it('is put together from its pieces in order, and says how far it is', async () => {
    const parts: number[] = []
    const { blob, name } = await wholeMedia(pieces(500), (part) => parts.push(part), never)
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(whole)
    expect([name, blob.type]).toEqual(['现场.jpg', 'image/jpeg'])
    expect(parts).toEqual([500 / 1_300, 1_000 / 1_300, 1])
  })

  it('is not shown where its pieces do not fit together', async () => {
    const stuck = async () => ({ ...(await pieces(500)(0)) })
    await expect(wholeMedia(stuck, () => {}, never)).rejects.toThrow('do not fit')
    const empty = async (offset: number) => ({ ...(await pieces(500)(0)), offset, bytes: '' })
    await expect(wholeMedia(empty, () => {}, never)).rejects.toThrow('do not fit')
  })

  it('gives the page no type it could run or draw beyond pictures, films and voices', async () => {
    for (const type of ['text/html', 'image/svg+xml', 'application/javascript', 'text/xml']) {
      const read = async (offset: number) => ({ ...(await pieces(2_000)(offset)), type })
      expect((await wholeMedia(read, () => {}, never)).blob.type).toBe('application/octet-stream')
    }
  })

  it('is asked for no further once nobody looks', async () => {
    const gone = new AbortController()
    const read = vi.fn(async (offset: number) => {
      gone.abort()
      return pieces(100)(offset)
    })
    await expect(wholeMedia(read, () => {}, gone.signal)).rejects.toThrow()
    expect(read).toHaveBeenCalledTimes(1)
  })

  it('has its size in words', () => {
    expect([5, 999, 1_000, 860_000, 1_300_000, largestMedia].map(sizeWords)).toEqual([
      '5 B',
      '999 B',
      '1.0 KB',
      '840 KB',
      '1.2 MB',
      '20 MB',
    ])
  })
})

it('a decoded voice is a WAV file of one channel at 8 kHz', async () => {
  const wav = asWav(Float32Array.from([0, 1, -1, 2]))
  const bytes = new DataView(await wav.arrayBuffer())
  const text = (at: number) => String.fromCharCode(...new Uint8Array(bytes.buffer, at, 4))
  expect([text(0), text(8), text(36)]).toEqual(['RIFF', 'WAVE', 'data'])
  expect([bytes.getUint16(22, true), bytes.getUint32(24, true), bytes.getUint32(40, true)]).toEqual([
    1, 8_000, 8,
  ])
  expect([0, 1, 2, 3].map((n) => bytes.getInt16(44 + n * 2, true))).toEqual([0, 32_767, -32_767, 32_767])
})

describe('files that go with an answer', () => {
  const put = vi.fn(async (_piece: { upload: string; offset: number; total: number; bytes: string }) => {})
  const upload: Upload = {
    put,
    drop: vi.fn(async () => {}),
    wordsOf: (error) => (error as Error).message,
    tooLarge: () => 'too large',
  }
  const file = (name: string, bytes: number) => new File([new Uint8Array(bytes).fill(7)], name)
  const settled = () =>
    vi.waitFor(() => expect(attachmentsOf('t').every(({ state }) => state !== 'reading')).toBe(true))

  beforeEach(() => {
    belongTo('')
    belongTo('zhang')
    put.mockReset()
    put.mockImplementation(async () => {})
  })

  it('are read into the core in pieces, in order, whole', async () => {
    attach('t', [file('表.pdf', pieceBytes * 2 + 10)], upload)
    await settled()
    expect(attachmentsOf('t')[0]).toMatchObject({ name: '表.pdf', state: 'ready', part: 1 })
    expect(put.mock.calls.map(([{ offset }]) => offset)).toEqual([0, pieceBytes, pieceBytes * 2])
    const sizes = put.mock.calls.map(([{ bytes }]) => Buffer.from(bytes, 'base64').length)
    expect(sizes).toEqual([pieceBytes, pieceBytes, 10])
  })

  it('say why one of them cannot go, and ask the core nothing for what is too large or empty', async () => {
    attach('t', [file('空.txt', 0)], upload)
    expect(attachmentsOf('t')[0]).toMatchObject({ state: 'failed', problem: 'too large' })
    expect(put).not.toHaveBeenCalled()
    put.mockRejectedValue(new Error('no room'))
    attach('t', [file('表.pdf', 10)], upload)
    await settled()
    expect(attachmentsOf('t')[1]).toMatchObject({ state: 'failed', problem: 'no room' })
  })

  it('are at most nine, and which did fit is told', () => {
    const many = Array.from({ length: 11 }, (_, n) => file(`${n}.txt`, 5))
    expect(attach('t', many, upload)).toHaveLength(9)
    expect(attach('t', [file('one more', 5)], upload)).toEqual([])
    expect(attachmentsOf('t')).toHaveLength(mostFiles)
  })

  it('wait with their own thread, and are gone when sent, taken out, or somebody else sits down', async () => {
    attach('t', [file('a', 5), file('b', 5)], upload)
    await settled()
    expect(attachmentsOf('another')).toEqual([])
    const [a, b] = attachmentsOf('t')
    detach('t', a!.upload)
    expect(attachmentsOf('t').map(({ name }) => name)).toEqual(['b'])
    drop('t', b!, upload)
    expect(upload.drop).toHaveBeenCalledWith(b!.upload)
    attach('t', [file('c', 5)], upload)
    belongTo('zhang')
    expect(attachmentsOf('t')).toHaveLength(1)
    belongTo('li')
    expect(attachmentsOf('t')).toEqual([])
  })

  const problems = (state: string) => `it is ${state}`
  const drafted = (n: number, state: DraftFile['state'] = 'ready'): DraftFile => ({
    upload: `0198f000-0000-7000-8000-00000000000${n}`,
    name: `${n}.jpg`,
    bytes: 5,
    what: null,
    state,
  })

  it('come back from the draft in their order, and what is missing of them is said', async () => {
    attach('t', [file('new', 5)], upload)
    restore('t', [drafted(1), drafted(2, 'unfinished'), drafted(3, 'lost')], problems)
    await settled()
    expect(attachmentsOf('t').map(({ name, state, problem }) => [name, state, problem])).toEqual([
      ['1.jpg', 'ready', ''],
      ['2.jpg', 'failed', 'it is unfinished'],
      ['3.jpg', 'failed', 'it is lost'],
      ['new', 'ready', ''],
    ])
    expect(restore('t', [drafted(1)], problems)).toEqual([])
    expect(attachmentsOf('t')).toHaveLength(4)
  })

  it('do not come back once they were sent or taken out, only when they were put aside', () => {
    restore('t', [drafted(4), drafted(5), drafted(6)], problems)
    const [sent, out] = attachmentsOf('t')
    detach('t', sent!.upload)
    drop('t', out!, upload)
    letGo('t')
    expect(attachmentsOf('t')).toEqual([])
    restore('t', [drafted(4), drafted(5), drafted(6)], problems)
    expect(attachmentsOf('t').map(({ name }) => name)).toEqual(['6.jpg'])
  })

  it('of which the core has not heard when the page goes are still known by name', () => {
    const storage = memoryStorage()
    const [one, other] = [drafted(7), drafted(8)]
    const before = unheardFiles(storage)
    for (const each of [one, other]) before.add('zhang', 't', each)
    before.remove('zhang', 't', one.upload)
    const reloaded = unheardFiles(storage)
    expect(reloaded.of('zhang', 't')).toEqual([{ ...other, state: 'unfinished' }])
    expect(reloaded.of('li', 't')).toEqual([])
    reloaded.remove('zhang', 't', other.upload)
    expect(storage.length).toBe(0)
  })
})

describe('the reply window on screen', () => {
  const at = Date.parse('2026-11-23T10:00:00.000Z')
  const open = { state: 'open', left: 3, of: 5, until: '2026-11-24T17:30:00.000Z' } as const

  it('is told in whole hours, and in minutes within the last hour', () => {
    expect(remaining(open, at)).toEqual({ unit: 'hours', h: 31 })
    expect(remaining({ ...open, until: '2026-11-23T10:59:30.000Z' }, at)).toEqual({ unit: 'minutes', m: 60 })
    expect(remaining({ ...open, until: '2026-11-23T10:00:01.000Z' }, at)).toEqual({ unit: 'minutes', m: 1 })
  })

  it('closes on screen by itself when its time has come', () => {
    expect(windowNow(open, at)).toBe('open')
    expect(windowNow(open, Date.parse(open.until))).toBe('expired')
    expect(windowNow({ ...open, state: 'spent', left: 0 }, at)).toBe('spent')
  })
})
