import type { News } from '../../channels/wecom/relay-wire.ts'
import { fieldOf, readXml } from './callback-xml.ts'
import { type CallbackKeys, open, type Signed } from './crypto.ts'
import { newsOf } from './news.ts'

/** Why a request is not taken for a callback of WeCom. The words are those of the log, and of nobody else. */
export interface NotGenuine {
  status: 400 | 403
  why: string
}

/** `what`: key under which the signature is remembered. `news` null: acknowledged, and nothing to tell. */
export interface Genuine {
  signature: string
  news: News | null
  /** For the log. */
  note: string | null
}

export interface Moment {
  /** ms since 1970. */
  now: number
  /** How far (ms) a callback's timestamp may be from now. */
  window: number
}

/** WeCom tries the address: what it enciphered is to be said back as it is (GET). */
export function readVerification(
  keys: CallbackKeys,
  query: URLSearchParams,
  moment: Moment,
): { plaintext: string } | NotGenuine {
  // A raw `+` in an address stands for a space, which base64 has not.
  const encrypted = only(query, 'echostr')?.replaceAll(' ', '+')
  const signed = encrypted ? signedBy(query, encrypted) : null
  if (signed === null) return malformed
  const opened = openInTime(keys, signed, moment)
  if ('why' in opened) return opened
  // Nobody gets a callback he wrote down deciphered here.
  if (opened.text.trimStart().startsWith('<')) {
    return { status: 400, why: 'a callback was sent where the address is verified' }
  }
  return { plaintext: opened.text }
}

/** WeCom tells that something happened (POST). */
export function readNotification(
  keys: CallbackKeys,
  query: URLSearchParams,
  body: Uint8Array,
  moment: Moment,
): Genuine | NotGenuine {
  const text = utf8(body)
  const envelope = text === null ? null : readXml(text)
  const encrypted = envelope && fieldOf(envelope, 'Encrypt')
  const signed = encrypted ? signedBy(query, encrypted) : null
  if (signed === null) return malformed
  const opened = openInTime(keys, signed, moment)
  if ('why' in opened) return opened
  // From here on it is genuine, and trying it again would change nothing: it is acknowledged in any case.
  const { signature } = signed
  const fields = readXml(opened.text)
  if (fields === null) return { signature, news: null, note: 'a genuine callback is not XML' }
  const told = newsOf(keys.receiver, fields, Number(signed.timestamp) * 1000, moment.now)
  if ('news' in told) return { signature, news: told.news, note: null }
  return { signature, news: null, note: `desks are not told of ${told.event ?? 'what is not an event'}` }
}

const malformed: NotGenuine = { status: 400, why: 'not a callback' }

function signedBy(query: URLSearchParams, encrypted: string): Signed | null {
  const signature = only(query, 'msg_signature')
  const timestamp = only(query, 'timestamp')
  const nonce = only(query, 'nonce')
  if (!signature || !/^[0-9a-f]{40}$/.test(signature)) return null
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) return null
  if (!nonce || !/^[\x21-\x7e]{1,128}$/.test(nonce)) return null
  return { signature, timestamp, nonce, encrypted }
}

function openInTime(
  keys: CallbackKeys,
  signed: Signed,
  { now, window }: Moment,
): { text: string } | NotGenuine {
  const opened = open(keys, signed)
  if ('wrong' in opened) return whyNot[opened.wrong]
  const off = Number(signed.timestamp) * 1000 - now
  if (Math.abs(off) <= window) return opened
  const minutes = Math.round(Math.abs(off) / 60_000)
  const side = off > 0 ? 'ahead of' : 'behind'
  return {
    status: 403,
    why: `rightly signed, but ${minutes} minutes ${side} the clock of this machine: is it right?`,
  }
}

const whyNot: Record<'signature' | 'unreadable' | 'receiver', NotGenuine> = {
  signature: { status: 403, why: 'the signature is wrong: is the Token the same here and in WeCom?' },
  unreadable: {
    status: 403,
    why: 'rightly signed, but not to be deciphered: is the EncodingAESKey the same here and in WeCom?',
  },
  receiver: { status: 403, why: 'rightly signed, but meant for another corp: is the corpid right?' },
}

/** Null where it is missing or there is more than one. */
function only(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name)
  return values.length === 1 ? (values[0] as string) : null
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function utf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
