import type { ContactsApi } from '../../channels/wecom/contacts/contacts.ts'
import { media as facts } from '../../channels/wecom/facts.ts'
import type { Attachment } from '../../contract/broadcasts.ts'
import { type Refusal, Refused } from '../../contract/errors.ts'
import { type MediaPiece, pieceBytes } from '../../contract/media.ts'
import { MediaUnreadable } from '../media/store.ts'
import type { Upload } from '../media/uploads.ts'
import type { Station } from '../station/station.ts'
import { hour } from '../time.ts'
import type { KeptAttachment, Written } from './entries.ts'

/** Pictures of broadcasts: put in like those of messages, and kept in the same store. */

/** A picture put into WeCom serves all tasks for as long as WeCom keeps it. */
const inWecom = new WeakMap<ContactsApi, Map<string, { id: string; until: number }>>()
const safely = hour

/** @returns its media_id. @throws MediaUnreadable, ApiRefused, Unreachable */
export async function pictureIn(
  station: Station,
  api: ContactsApi,
  { sha256, name, type }: { sha256: string; name: string; type: string },
): Promise<string> {
  const known = inWecom.get(api) ?? new Map<string, { id: string; until: number }>()
  inWecom.set(api, known)
  const present = known.get(sha256)
  if (present && present.until > station.now()) return present.id
  const file = await station.media.store.read(sha256)
  const id = await api.upload({ kind: 'image', name, type, file })
  known.set(sha256, { id, until: station.now() + facts.life - safely })
  return id
}

/** Attachments as they are kept, and the uploads that have become part of them; or why not. */
export function kept(
  station: Station,
  user: string,
  attachments: readonly Attachment[],
  before: Written | null,
): { attachments: KeptAttachment[]; uploads: Upload[] } | { refused: Refusal } {
  const all: KeptAttachment[] = []
  const uploads: Upload[] = []
  const missing = { refused: { code: 'wrong_file', why: 'missing', mostBytes: null } } as const
  for (const each of attachments) {
    if (each.kind === 'link') all.push(each)
    else if (each.kind === 'keptImage') {
      const image = before?.attachments.find((one) => one.kind === 'image' && one.sha256 === each.sha256)
      if (image === undefined) return missing
      all.push(image)
    } else {
      const upload = station.media.uploads.ready(each.upload, user)
      if (upload === null) return missing
      if (upload.kind !== 'image')
        return { refused: { code: 'wrong_file', why: 'type', mostBytes: facts.uploadBytes.image } }
      const { sha256, name, type, total: bytes } = upload
      all.push({ kind: 'image', sha256, name, type, bytes })
      uploads.push(upload)
    }
  }
  return { attachments: all, uploads }
}

/** One piece of a picture of this broadcast. @throws Refused */
export async function piece(
  station: Station,
  written: Written | null,
  { sha256, offset }: { sha256: string; offset: number },
): Promise<MediaPiece> {
  const image = written?.attachments.find((one) => one.kind === 'image' && one.sha256 === sha256)
  if (image?.kind !== 'image') throw new Refused({ code: 'not_found', what: 'media', id: sha256 })
  try {
    const { bytes, total } = await station.media.store.piece(sha256, offset, pieceBytes)
    return { bytes: bytes.toString('base64'), offset, total, type: image.type, name: image.name }
  } catch (error) {
    if (!(error instanceof MediaUnreadable)) throw error
    throw new Refused({ code: 'wrong_state', what: 'media', state: error.why })
  }
}
