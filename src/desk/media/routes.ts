import { type Refusal, Refused } from '../../contract/errors.ts'
import type { Input } from '../../contract/index.ts'
import { type MediaPiece, pieceBytes } from '../../contract/media.ts'
import { entries, refuse } from '../decision.ts'
import { maskText } from '../people/masking.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { onThread } from '../threads/routes.ts'
import { retry } from './rules.ts'
import { MediaUnreadable } from './store.ts'
import { answerOf, type Taken } from './uploads.ts'
import type { MediaRow } from './view.ts'

type Names = 'media.read' | 'media.retry' | 'media.put' | 'media.readUpload' | 'media.drop'

export const mediaRoutes: Pick<Routes, Names> = {
  'media.read': { allow: reading, run: (station, asked, by) => read(station, asked, by) },
  'media.retry': {
    allow: working,
    run: (station, { thread, message }, by) =>
      onThread(station, by, thread, () => {
        const row = station.views.media.one(message)
        return row?.thread === thread ? retry(row) : refuse(noSuch(message))
      }),
  },
  'media.put': {
    allow: working,
    before: async (station, piece, by) => {
      if (piece.thread !== undefined) mayWriteIn(station, piece.thread, by)
      const taken = await station.media.uploads.take(piece, by.user, by.now)
      if (!('refused' in taken)) return taken
      if (taken.forget) await station.media.forget([taken.forget])
      throw new Refused(taken.refused)
    },
    run: (station, _piece, _by, { upload, put }: Exclude<Taken, { refused: Refusal }>) => {
      let kept = upload
      return {
        decision: entries(),
        write: () => {
          kept = station.media.uploads.keep(upload)
        },
        result: () => {
          // Once the commit is done, or was undone: then nothing holds it any more.
          setImmediate(() => {
            put?.release()
            if (put !== null) station.media.afterwards(upload)
          })
          return answerOf(kept)
        },
      }
    },
  },
  'media.readUpload': { allow: working, run: (station, asked, by) => readUpload(station, asked, by) },
  'media.drop': {
    allow: working,
    run: (station, { upload }, by) => {
      const row = station.media.uploads.of(upload, by.user)
      if (row === null) return { decision: refuse({ code: 'not_found', what: 'upload', id: upload }) }
      return {
        decision: entries(),
        write: () => station.media.uploads.forget(upload),
        result: () => {
          setImmediate(() => station.media.afterwards(row))
        },
      } satisfies Commit<void>
    },
  },
}

function noSuch(message: number): Refusal {
  return { code: 'not_found', what: 'media', id: String(message) }
}

/** One piece, for whoever may read the message itself. */
async function read(
  station: Station,
  { thread, message, offset }: Input<'media.read'>,
  by: By,
): Promise<MediaPiece> {
  if (station.views.threads.thread(thread) === null)
    throw new Refused({ code: 'not_found', what: 'thread', id: thread })
  if (!(await station.access.reading(thread, by))) throw new Refused({ code: 'private_thread' })
  const row = station.views.media.one(message)
  const stands = standing(station, row, { thread, message })
  if ('refused' in stands) throw new Refused(stands.refused)
  const { sha256, type, name } = stands.here
  try {
    const { bytes, total } = await station.media.store.piece(sha256, offset, pieceBytes)
    // Reading took a moment, in which it may have been erased, or made private to others.
    if (!station.access.mayReadThread(thread, station.access.reader(by)))
      throw new Refused({ code: 'private_thread' })
    if (station.views.media.one(message)?.sha256 !== sha256)
      throw new Refused({ code: 'wrong_state', what: 'media', state: 'erased' })
    return {
      bytes: bytes.toString('base64'),
      offset,
      total,
      type: type ?? '',
      name: name === null ? null : maskText(name).text,
    }
  } catch (error) {
    if (!(error instanceof MediaUnreadable)) throw error
    throw new Refused(await station.media.unreadable(message, sha256, error))
  }
}

/** Rule 11 holds for drafts too, also for whoever wrote them while they could read the thread. */
function mayWriteIn(station: Station, thread: string, by: By): void {
  if (station.views.threads.thread(thread) === null)
    throw new Refused({ code: 'not_found', what: 'thread', id: thread })
  if (!station.access.mayReadThread(thread, station.access.reader(by)))
    throw new Refused({ code: 'private_thread' })
}

/** One piece of what this officer put in. */
async function readUpload(
  station: Station,
  { upload, offset }: Input<'media.readUpload'>,
  by: By,
): Promise<MediaPiece> {
  const found = station.media.uploads.of(upload, by.user)
  if (found === null) throw new Refused({ code: 'not_found', what: 'upload', id: upload })
  if (found.thread !== null) mayWriteIn(station, found.thread, by)
  const ready = station.media.uploads.ready(upload, by.user)
  if (ready === null) throw new Refused({ code: 'wrong_file', why: 'missing', mostBytes: null })
  try {
    const { bytes, total } = await station.media.store.piece(ready.sha256, offset, pieceBytes)
    return { bytes: bytes.toString('base64'), offset, total, type: ready.type, name: ready.name }
  } catch (error) {
    if (!(error instanceof MediaUnreadable)) throw error
    throw new Refused({ code: 'wrong_file', why: 'missing', mostBytes: null })
  }
}

/** The file that is here, or why there is none. */
function standing(
  station: Station,
  row: MediaRow | null,
  { thread, message }: Omit<Input<'media.read'>, 'offset'>,
): { here: MediaRow & { sha256: string } } | { refused: Refusal } {
  if (row === null) {
    const said = station.views.threads.message(message)
    const erased = said?.thread === thread && station.ledger.entry(message)?.content === null
    return { refused: erased ? { code: 'wrong_state', what: 'media', state: 'erased' } : noSuch(message) }
  }
  if (row.thread !== thread) return { refused: noSuch(message) }
  return row.sha256 === null
    ? { refused: { code: 'wrong_state', what: 'media', state: row.state } }
    : { here: row as MediaRow & { sha256: string } }
}
