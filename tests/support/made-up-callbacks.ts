import { gzipSync } from 'node:zlib'
import type { News } from '../../src/channels/wecom/relay-wire.ts'
import { encrypt, eventXml, messagesXml, notification, padded, queryOf } from './callbacks.ts'
import type { Random } from './random.ts'
import { liuhe, minute, shatian, start } from './relay.ts'

/** Callbacks right and wrong for the relay to make something of, by chance and the same every time for the same seed. */

export interface Sent {
  query: string
  body: Buffer
}

/** What is right must be told so; `null` where it must be acknowledged and told to nobody. */
export interface Right extends Sent {
  told: Partial<News> | null
}

let made = 0
export const fresh = (prefix: string) => `${prefix}${(++made).toString(36).padStart(8, '0')}`

export function bytesOf(random: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 1) bytes[at] = random.below(256)
  return bytes
}

export function right(random: Random): Right {
  const [account, other] = [fresh('wk'), fresh('wk')]
  const token = fresh('ENC')
  const external = fresh('wm')
  const [xml, told] = random.one<[string, Partial<News> | null]>([
    [messagesXml(account, token, start), { kind: 'messages', account, token }],
    [messagesXml(account, token, start), { kind: 'messages', account, token }],
    [
      eventXml('kf_account_auth_change', { AuthAddOpenKfId: [account, other], AuthDelOpenKfId: token }),
      { kind: 'accounts', added: [account, other], removed: [token] },
    ],
    [
      eventXml('change_external_contact', { ChangeType: 'del_follow_user', ExternalUserID: external }),
      { kind: 'contacts', change: 'del_follow_user', ids: { userid: null, external } },
    ],
    [eventXml('change_external_tag', { Id: token }), { kind: 'tags', ids: { id: token, type: null } }],
    [`<xml><MsgType>text</MsgType><Content>${token}</Content></xml>`, null],
  ])
  const { query, body } = notification(liuhe, xml, start + (random.below(19) - 9) * minute)
  return { query, body: Buffer.from(body), told }
}

/** Rightly signed and enciphered, and strange inside. */
export function strangeInside(random: Random): Sent {
  const text = random.one<() => string | Buffer>([
    () => bytesOf(random, random.below(300)),
    () => Buffer.from(`<xml>${'报'.repeat(random.below(50))}</xml>`, 'utf16le'),
    () => mutated(random, Buffer.from(messagesXml('wkA', 'ENC', start))),
    () => bomb(random),
    () => deep(random),
    () =>
      eventXml(random.one(['kf_msg_or_event', 'change_external_tag', '', '<b>']), {
        Token: 'x'.repeat(random.below(400)),
        OpenKfId: random.one(['', ' ', 'k'.repeat(100), ']]>', '&amp;', '\u0000', '\ud83d\ude00']),
        CreateTime: random.one(['', '-1', 'NaN', '1e9', '99999999999999999999', '1700000000']),
      }),
    () => '{"Event":"kf_msg_or_event"}',
    () => '',
  ])()
  const { query, body } = notification(liuhe, text, start)
  return { query, body: Buffer.from(body) }
}

/** Not genuine, whatever it looks like. */
export function wrong(random: Random): Sent {
  const message = messagesXml(fresh('wkFORGED'), fresh('ENCFORGED'), start)
  const good = notification(liuhe, message, start)
  const signed = (encrypted: string): Sent => ({
    query: queryOf(liuhe, encrypted, start),
    body: Buffer.from(`<xml><Encrypt>${encrypted}</Encrypt></xml>`),
  })
  const withBody = (body: string | Buffer): Sent => ({ query: good.query, body: Buffer.from(body) })
  return random.one<() => Sent>([
    () => ({ ...withBody(good.body), query: notification(liuhe, message, start).query }),
    () => as(notification(shatian, message, start)),
    () => as(notification({ ...liuhe, corpid: shatian.corpid }, message, start)),
    () => as(notification({ ...liuhe, aesKey: shatian.aesKey }, message, start)),
    () => as(notification({ ...liuhe, token: shatian.token }, message, start)),
    () => as(notification(liuhe, message, start + random.one([-1, 1]) * (11 + random.below(1e6)) * minute)),
    () => signed(encrypt(liuhe, message).slice(0, 4 * random.below(40))),
    () => signed(bytesOf(random, random.below(400)).toString('base64')),
    () => signed(encrypt(liuhe, message, bytesOf(random, 16), { length: random.below(2 ** 32) })),
    () => signed(encrypt(liuhe, 'x', bytesOf(random, 16), { pad: (bytes) => padded(bytes).fill(0, 62) })),
    () => withBody(bytesOf(random, random.below(2_000))),
    () => withBody(Buffer.from(good.body, 'utf16le')),
    () => withBody(gzipSync(good.body)),
    () => withBody(JSON.stringify({ Encrypt: good.body })),
    () => withBody(`Encrypt=${encodeURIComponent(good.body)}`),
    () => withBody(bomb(random)),
    () => withBody(deep(random)),
    () => withBody(`<xml a="${'x'.repeat(random.below(15_000))}"><Encrypt>A</Encrypt></xml>`),
    () => withBody(`<xml>${'<Encrypt>AAAA</Encrypt>'.repeat(random.below(1_000))}</xml>`),
    () =>
      withBody(good.body.replace('<Encrypt>', '<Encrypt><Encrypt>').replace('</xml>', '</Encrypt></xml>')),
  ])()
}

const as = ({ query, body }: { query: string; body: string }): Sent => ({ query, body: Buffer.from(body) })

/** Something right with a few bytes changed, taken out or put in, or cut off. */
export function damaged(random: Random): Sent {
  const { query, body } = right(random)
  return random.one<() => Sent>([
    () => ({ query, body: mutated(random, body) }),
    () => ({ query, body: body.subarray(0, random.below(body.length)) }),
    () => ({ query: mutated(random, Buffer.from(query)).toString('latin1'), body }),
    () => ({ query: query.slice(0, random.below(query.length)), body }),
    () => ({ query: `${query}&${random.one(query.split('&'))}`, body }),
    () => ({
      query: query.replace('timestamp', 'x').replace('nonce', 'timestamp').replace('x=', 'nonce='),
      body,
    }),
  ])()
}

export function mutated(random: Random, bytes: Buffer): Buffer {
  let changed = Buffer.from(bytes)
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(changed.length + 1)
    const put = bytesOf(random, random.below(3))
    changed = Buffer.concat([changed.subarray(0, at), put, changed.subarray(at + random.below(3))])
  }
  return changed
}

/** A thousand million of laughs, quadratic growth, files of this machine, parameters of the type itself. */
function bomb(random: Random): string {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
  return random.one([
    `<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY l0 "lol">${laughs}]><xml><Encrypt>&l9;</Encrypt></xml>`,
    `<!DOCTYPE xml [<!ENTITY a "${'A'.repeat(30_000)}">]><xml><Encrypt>${'&a;'.repeat(5_000)}</Encrypt></xml>`,
    '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>',
    '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>A</Encrypt></xml>',
    '<!DOCTYPE xml [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><xml><Encrypt>A</Encrypt></xml>',
    `<xml><Encrypt>${'&#65;'.repeat(3_000)}</Encrypt></xml>`,
    '<xml><Encrypt>&#x110000;&#0;&#xd800;</Encrypt></xml>',
    '<xml><Encrypt>&unknown;</Encrypt></xml>',
    '<?php system("x") ?><xml><Encrypt>A</Encrypt></xml>',
  ])
}

function deep(random: Random): string {
  const levels = 2 + random.below(3_000)
  return `${'<a>'.repeat(levels)}<Encrypt>A</Encrypt>${random.below(2) ? '</a>'.repeat(levels) : ''}`
}
