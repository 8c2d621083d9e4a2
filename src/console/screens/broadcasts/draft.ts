import type { Attachment, AttachmentShown, Audience, BroadcastDetail } from '../../../contract/broadcasts.ts'
import { broadcastTextBytes, mostAttachments } from '../../../contract/broadcasts.ts'
import type { Input } from '../../../contract/index.ts'
import type { Attachment as PutFile } from '../../media/put-file.ts'

/** A broadcast while it is being written: pure. */

export interface LinkPart {
  key: string
  kind: 'link'
  title: string
  url: string
  description: string
  picture: string
}
export type Part =
  | LinkPart
  /** A picture that is in the broadcast already. */
  | { key: string; kind: 'kept'; sha256: string; name: string; bytes: number }
  /** A picture that is being put in. */
  | { key: string; kind: 'file'; file: PutFile }

export interface Draft {
  /** Null for a new one. */
  broadcast: string | null
  version: number | null
  purpose: string
  text: string
  parts: Part[]
  audience: Audience
}

export const emptyAudience = (): Audience => ({
  where: { accounts: [], villageGroups: [], tags: [] },
  also: [],
  without: [],
})

export const emptyDraft = (): Draft => ({
  broadcast: null,
  version: null,
  purpose: '',
  text: '',
  parts: [],
  audience: emptyAudience(),
})

const copyOf = (audience: Audience): Audience => JSON.parse(JSON.stringify(audience)) as Audience

function partOf(shown: AttachmentShown, at: number): Part {
  const key = `was-${at}`
  if (shown.kind === 'link') return { ...shown, key }
  return { key, kind: 'kept', sha256: shown.sha256, name: shown.name, bytes: shown.bytes }
}

/** To change this one. */
export function draftOf(detail: BroadcastDetail): Draft {
  return {
    broadcast: detail.broadcast.id,
    version: detail.version,
    purpose: detail.broadcast.purpose ?? '',
    text: detail.text ?? '',
    parts: detail.attachments.map(partOf),
    audience: detail.audience === null ? emptyAudience() : copyOf(detail.audience),
  }
}

/** Another one like it. Its pictures belong to the first, so they are left out. */
export function copyOfDraft(draft: Draft): { draft: Draft; pictures: number } {
  const parts = draft.parts.filter(({ kind }) => kind !== 'kept')
  return {
    draft: { ...draft, broadcast: null, version: null, parts },
    pictures: draft.parts.length - parts.length,
  }
}

const utf8 = new TextEncoder()
export const bytesOf = (text: string): number => utf8.encode(text).length
/** Of what would be sent. */
export const textBytes = (text: string): number => bytesOf(text.trim())

const isAddress = (text: string) => /^https?:\/\/[^\s]+$/.test(text.trim()) && text.trim().length <= 2048

/** What of a link WeCom would not take. */
export function wrongInLink({ title, url, description, picture }: LinkPart) {
  const wrong: ('title' | 'url' | 'description' | 'picture')[] = []
  if (title.trim() === '' || textBytes(title) > 128) wrong.push('title')
  if (!isAddress(url)) wrong.push('url')
  if (textBytes(description) > 512) wrong.push('description')
  if (picture.trim() !== '' && !isAddress(picture)) wrong.push('picture')
  return wrong
}

export type Missing =
  | { what: 'purpose' | 'nothing' | 'tooLong' | 'reading' | 'failed' }
  /** `n`: counted from 1. */
  | { what: 'link'; n: number }

/** The first thing that keeps it from being submitted; null where nothing does. */
export function missingIn({ purpose, text, parts }: Draft): Missing | null {
  if (purpose.trim() === '') return { what: 'purpose' }
  if (text.trim() === '' && parts.length === 0) return { what: 'nothing' }
  if (textBytes(text) > broadcastTextBytes) return { what: 'tooLong' }
  const link = parts.findIndex((part) => part.kind === 'link' && wrongInLink(part).length > 0)
  if (link >= 0) return { what: 'link', n: link + 1 }
  const files = parts.flatMap((part) => (part.kind === 'file' ? [part.file.state] : []))
  if (files.includes('failed')) return { what: 'failed' }
  return files.includes('reading') ? { what: 'reading' } : null
}

function given(part: Part): Attachment {
  switch (part.kind) {
    case 'link': {
      const { title, url, description, picture } = part
      return {
        kind: 'link',
        title: title.trim(),
        url: url.trim(),
        description: description.trim(),
        picture: picture.trim(),
      }
    }
    case 'kept':
      return { kind: 'keptImage', sha256: part.sha256 }
    case 'file':
      return { kind: 'image', upload: part.file.upload }
  }
}

export function inputOf({ purpose, text, parts, audience }: Draft): Input<'broadcast.draft'> {
  return {
    purpose: purpose.trim(),
    text: text.trim() === '' ? null : text.trim(),
    attachments: parts.map(given),
    audience: copyOf(audience),
  }
}

export const differing = ['purpose', 'text', 'attachments', 'audience'] as const
export type Differing = (typeof differing)[number]

/** What of two drafts is not the same. */
export function differences(mine: Draft, theirs: Draft): Differing[] {
  const [one, other] = [inputOf(mine), inputOf(theirs)]
  return differing.filter((part) => JSON.stringify(one[part]) !== JSON.stringify(other[part]))
}

export const roomLeft = ({ parts }: Draft): number => Math.max(0, mostAttachments - parts.length)

/** One place earlier. */
export function movedUp(parts: readonly Part[], at: number): Part[] {
  if (at <= 0) return [...parts]
  const list = [...parts]
  const [one] = list.splice(at, 1)
  list.splice(at - 1, 0, one!)
  return list
}
