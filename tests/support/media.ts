import { createHash, randomBytes } from 'node:crypto'
import { globSync } from 'node:fs'
import { v7 as uuid } from 'uuid'
import type { InboundEvent, InMedia } from '../../src/channels/channel.ts'
import { type MediaKind, pieceBytes } from '../../src/contract/media.ts'
import type { MessageItem } from '../../src/contract/threads.ts'
import { type Fetched, FetchRefused } from '../../src/desk/media/fetching.ts'
import { at, type Console, until } from './console.ts'
import { resident, type TestStation, testStation, village } from './station.ts'

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Files as the channel has them, by its own ids; what of it was asked for, and what is said instead of an answer. */
export function channelFiles(desk: TestStation) {
  const files = new Map<string, Fetched>()
  const self = {
    files,
    asked: [] as string[],
    /** How many are on their way now, and the most there were. */
    now: 0,
    most: 0,
    /** Runs before each answer; may throw. */
    before: async (_media: InMedia): Promise<void> => {},
    connect() {
      desk.station.media.fetchBy({
        async fetch(_account, media) {
          self.asked.push(media.id)
          self.now += 1
          self.most = Math.max(self.most, self.now)
          try {
            await self.before(media)
            const file = files.get(media.id)
            if (!file) throw new FetchRefused('refused')
            return file
          } finally {
            self.now -= 1
          }
        },
      })
    },
  }
  return self
}

interface Carrying {
  id: string
  kind?: MediaKind
  from?: string
  text?: string
  external?: string
}

/** A resident sends a file; answers thread and number of the message. */
export function sendsFile(desk: TestStation, { id, kind = 'image', from, text, external = id }: Carrying) {
  const said: InboundEvent = {
    ...resident({ text: text ?? '[图片]', external, at: desk.now, ...(from ? { from } : {}) }),
    kind,
    media: { kind, id },
  }
  const thread = desk.takesIn(said).threads[0]!
  return { thread, message: desk.station.views.threads.messageByExternal(village, external)!.seq }
}

export async function messageIn(console: Console, thread: string, seq: number): Promise<MessageItem> {
  const { items } = await console.call('thread.timeline', { thread, limit: 200 })
  const found = items.find((item) => item.seq === seq)
  if (found?.item !== 'message') throw new Error(`no message ${seq}`)
  return found
}

export const isState = (desk: TestStation, message: number, state: string) =>
  until(() => desk.station.views.media.one(message)?.state === state)

/** What is under way comes to its end, and what is due begins. */
export async function fetches(desk: TestStation): Promise<void> {
  desk.station.media.fetching.poke()
  await new Promise((resolve) => setTimeout(resolve, 30))
}

/** All pieces of a file. */
export async function wholeFile(console: Console, thread: string, message: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let offset = 0; ; ) {
    const piece = await console.call('media.read', { thread, message, offset })
    pieces.push(Buffer.from(piece.bytes, 'base64'))
    offset += pieces.at(-1)!.length
    if (offset >= piece.total) return Buffer.concat(pieces)
  }
}

/** An officer puts a file in, piece by piece, perhaps for a draft; answers what the last piece was answered. */
export async function putIn(
  console: Console,
  file: Buffer,
  name = '照片.jpg',
  upload: string = uuid(),
  thread?: string,
) {
  const draft = thread === undefined ? {} : { thread }
  let answer = { received: 0, ready: null as { kind: MediaKind; type: string; bytes: number } | null }
  for (let offset = 0; offset < file.length; offset += pieceBytes)
    answer = await console.call('media.put', { ...pieceOf(file, { upload, name, offset }), ...draft })
  return { upload, ...answer }
}

export function pieceOf(
  file: Buffer,
  { upload, name = '照片.jpg', offset = 0 }: { upload: string; name?: string; offset?: number },
) {
  const bytes = file.subarray(offset, offset + pieceBytes).toString('base64')
  return { upload, name, offset, total: file.length, bytes }
}

export const large = (first: Buffer, bytes: number) =>
  Buffer.concat([first, randomBytes(bytes - first.length)])

/** A station with an officer, and the channel its files come from. */
export async function staffed() {
  const desk = await testStation()
  const channel = channelFiles(desk)
  return { desk, channel, zhang: await at(desk, 'zhang') }
}

/** The files that lie in its folder, by their paths. */
export const stored = (dir: string) => globSync('media/[0-9a-f][0-9a-f]/*', { cwd: dir })
