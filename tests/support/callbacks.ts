import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/** WeCom's side of a callback, made anew from the facts and from nothing of the relay. */
export interface Sender {
  corpid: string
  token: string
  /** EncodingAESKey, 43 characters. */
  aesKey: string
}

/** The self-made test vector of the fact sheet. */
export const vector = {
  token: 'QDG6eKDutyDeskTok01',
  aesKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  corpid: 'wwDUTYDESK00000001',
  prefix: '0123456789abcdef',
  timestamp: '1700000000',
  nonce: '1597212914',
  message:
    '<xml><ToUserName><![CDATA[wwDUTYDESK00000001]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENCtoken]]></Token><OpenKfId><![CDATA[wkDESK0001]]></OpenKfId></xml>',
  encrypted:
    '4j/AuRx71kQlxVlzbpsMWEkQvKdKmGqqW8WUsiLQLHE4rCmDjuExQNA9EqMafnFXw/RWyfATGiWNF41/jvN2VpE9vkpgzOOIbN1iOvisoZ+vAj3J1r3ZCLb1TnNwBprW7Mii73KFgs+30U8Vk5AQ/TymHnPsvcUuF0m9yq/FT0931cP7DsLoZS8OW+BuqlMs43y0VErN3ky1cbCP3jXzW7klDAqdcQ1LmWvSUmO71yHor5nVGm01P0cMBwZNG0Ynm8GRE1NRRpUoq7Ssa8+MwWzdW2dAkTD+eXoxSdCGahzRP4+6k4SF2somCIpvrmno9ZYBQm1ekRsjwWobkl6B11+gGpG6qVsBBoCk/BPAhZZtbX5p6Qn7wIkVAxrvRbyGaVPLzWLKrdFWGV+kE5Qat+aBSvHO1IsxolnG10oBOcw=',
  signature: '2e2ee8dd3eb140f11c6e309d88778554d0f480f0',
  echo: '4815162342',
  echoEncrypted: '4j/AuRx71kQlxVlzbpsMWJYsaFnocQaATfzyRSIGfvHY487pxENntlE/BZMaI27HsD314k0Vidm7Xp83988ulw==',
  echoSignature: '4feda1d92288a86100ece59eaa144110de4d8630',
} as const

export function encrypt(
  { corpid, aesKey }: Sender,
  message: string | Uint8Array,
  prefix: Uint8Array = randomBytes(16),
  /** Tests of what is wrong change the plaintext before it is padded, or pad it their own way. */
  wrong: { length?: number; pad?: (bytes: Buffer) => Buffer } = {},
): string {
  const body = Buffer.from(message as string)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(wrong.length ?? body.length)
  const plain = Buffer.concat([prefix, length, body, Buffer.from(corpid)])
  const key = Buffer.from(`${aesKey}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update((wrong.pad ?? padded)(plain)), cipher.final()]).toString('base64')
}

export function padded(bytes: Buffer): Buffer {
  const pad = 32 - (bytes.length % 32)
  return Buffer.concat([bytes, Buffer.alloc(pad, pad)])
}

export function sign(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const parts = [token, timestamp, nonce, encrypted].map((part) => Buffer.from(part))
  return createHash('sha1')
    .update(Buffer.concat(parts.sort(Buffer.compare)))
    .digest('hex')
}

export interface Callback {
  query: string
  body: string
}

/** A notification as WeCom posts it. `at` in ms. */
export function notification(sender: Sender, message: string | Uint8Array, at: number): Callback {
  const encrypted = encrypt(sender, message)
  return {
    query: queryOf(sender, encrypted, at),
    body: `<xml><ToUserName><![CDATA[${sender.corpid}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  }
}

/** The query of the address being verified. */
export function verification(sender: Sender, plaintext: string, at: number): string {
  const encrypted = encrypt(sender, plaintext)
  return `${queryOf(sender, encrypted, at)}&echostr=${encodeURIComponent(encrypted)}`
}

export function queryOf(sender: Sender, encrypted: string, at: number): string {
  const timestamp = String(Math.floor(at / 1000))
  const nonce = String(randomBytes(4).readUInt32BE())
  return `msg_signature=${sign(sender.token, timestamp, nonce, encrypted)}&timestamp=${timestamp}&nonce=${nonce}`
}

/** Plaintext of an event; a field with several values is repeated. */
export function eventXml(event: string, fields: Record<string, string | readonly string[]>): string {
  const parts = Object.entries({ MsgType: 'event', Event: event, ...fields }).flatMap(([name, values]) =>
    [values].flat().map((value) => `<${name}><![CDATA[${value}]]></${name}>`),
  )
  return `<xml>${parts.join('')}</xml>`
}

export function messagesXml(account: string, token: string, at: number): string {
  const CreateTime = String(Math.floor(at / 1000))
  return eventXml('kf_msg_or_event', { CreateTime, Token: token, OpenKfId: account })
}
