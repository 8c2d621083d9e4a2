import { media as facts, sending } from '../../channels/wecom/facts.ts'
import type { Refusal } from '../../contract/errors.ts'
import type { MediaKind } from '../../contract/media.ts'
import type { Menu } from '../../contract/threads.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { hour } from '../time.ts'
import * as did from './entries.ts'

/** What may be sent, how long the channel keeps what was received, and what becomes of it. Pure. */

/** However old it is when it comes, and whenever an officer asks for it, so long (ms) it is tried. */
export const triedAtLeast = hour

/** Until when (ms) a file that was sent at `sentAt` and came at `at` is tried. */
export function triedUntil(sentAt: number, at: number): number {
  return Math.max(sentAt + facts.life, at + triedAtLeast)
}

export interface MediaState {
  seq: number
  thread: string
  state: 'waiting' | 'here' | 'missed'
  /** The channel's own id of it. */
  external: string | null
  sha256: string | null
  /** ms. */
  until: number
}

export function stored(media: MediaState, file: did.StoredFile): Decision {
  if (media.state !== 'waiting') return refuse({ code: 'nothing_to_do' })
  return entries(did.mediaStored(media.thread, media.seq, file))
}

/** The channel will not give it. */
export function missed(media: MediaState, why: did.WhyMissed): Decision {
  if (media.state !== 'waiting') return refuse({ code: 'nothing_to_do' })
  return entries(did.mediaMissed(media.thread, media.seq, why))
}

/** By the clock: the channel keeps it no longer. */
export function expired(media: MediaState, now: number): Decision {
  return media.until > now ? refuse({ code: 'nothing_to_do' }) : missed(media, 'expired')
}

/** What lies on this machine is not what came. */
export function spoilt(media: MediaState, sha256: string, why: 'damaged' | 'lost'): Decision {
  if (media.state !== 'here' || media.sha256 !== sha256) return refuse({ code: 'nothing_to_do' })
  return entries(did.mediaMissed(media.thread, media.seq, why))
}

/** Only what came from the channel can be asked of it again. */
export function retry(media: MediaState): Decision {
  if (media.state !== 'missed' || media.external === null) return refuse({ code: 'nothing_to_do' })
  return entries(did.mediaRetried(media.thread, media.seq))
}

/** Why the channel would not take this file; null where it does. */
export function wrongFile(kind: MediaKind, bytes: number): Refusal | null {
  if (bytes <= facts.moreThanBytes) return { code: 'wrong_file', why: 'empty', mostBytes: null }
  const mostBytes = facts.uploadBytes[kind]
  return bytes > mostBytes ? { code: 'wrong_file', why: 'size', mostBytes } : null
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length

/** Why the channel would cut or refuse this menu; null where it takes it. */
export function wrongMenu({ head, choices, tail }: Menu): Refusal | null {
  const { headBytes, tailBytes, clickContentBytes, clickIdBytes, actionItems } = sending.menu
  if (choices.length === 0 || choices.length > actionItems) return invalid('choices', `1 to ${actionItems}`)
  if (new Set(choices.map(({ id }) => id)).size < choices.length)
    return invalid('choices', 'the same id twice')
  const measured: [text: string, mostBytes: number][] = [
    [head, headBytes],
    [tail, tailBytes],
    ...choices.flatMap(({ id, text }): [string, number][] => [
      [id, clickIdBytes],
      [text, clickContentBytes],
    ]),
  ]
  if (choices.some(({ text }) => text === '')) return invalid('choices', 'a choice without words')
  for (const [text, mostBytes] of measured) {
    const bytes = bytesOf(text)
    if (bytes > mostBytes) return { code: 'too_long', mostBytes, bytes }
  }
  return null
}

function invalid(path: string, message: string): Refusal {
  return { code: 'invalid', issues: [{ path, message }] }
}

const mediaWords: Record<MediaKind, string> = { image: '图片', voice: '语音', video: '视频', file: '文件' }

/** What lists and search show of it. */
export function wordsOfMedia(kind: MediaKind, name: string): string {
  return `[${mediaWords[kind]}] ${name}`
}

export function wordsOfMenu({ head, choices, tail }: Menu): string {
  return [head, ...choices.map(({ text }) => `· ${text}`), tail].filter((line) => line !== '').join('\n')
}

/** Longer names are cut in the middle of nowhere by one system or another. */
const mostName = 120

/**
 * A name as it may be shown and saved: no folders, nothing unseen, and nothing that makes its ending look like another
 * one (Unicode UAX 9, explicit directional formatting).
 */
export function plainName(name: string): string | null {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"|?*]/gu, '').replace(/^[.\s]+|[.\s]+$/gu, '')
  if (plain === '') return null
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? ''
  const letters = [...plain.slice(0, plain.length - ending.length)]
  return letters.slice(0, mostName - ending.length).join('') + ending
}
