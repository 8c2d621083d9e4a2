import { describe, expect, test } from 'vitest'
import { aesKeyOf, type CallbackKeys, open, type Signed } from '../../src/hosts/relay/crypto.ts'
import { encrypt, padded, sign, vector } from '../support/callbacks.ts'
import { seeded } from '../support/random.ts'

const keys: CallbackKeys = { token: vector.token, aesKey: aesKeyOf(vector.aesKey), receiver: vector.corpid }
const { timestamp, nonce } = vector
const signed = (encrypted: string): Signed => ({
  signature: sign(vector.token, timestamp, nonce, encrypted),
  timestamp,
  nonce,
  encrypted,
})
const prefix = Buffer.from(vector.prefix)

describe('the test vector of the fact sheet', () => {
  test('the message is read byte for byte', () => {
    const { signature, encrypted } = vector
    expect(open(keys, { signature, timestamp, nonce, encrypted })).toEqual({ text: vector.message })
    expect(Buffer.byteLength(vector.message)).toBe(257)
  })
  test('the echo of the address being verified is read byte for byte', () => {
    const { echoSignature: signature, echoEncrypted: encrypted } = vector
    expect(open(keys, { signature, timestamp, nonce, encrypted })).toEqual({ text: vector.echo })
  })
  test('the signer of these tests makes the same bytes', () => {
    expect(encrypt(vector, vector.message, prefix)).toBe(vector.encrypted)
    expect(encrypt(vector, vector.echo, prefix)).toBe(vector.echoEncrypted)
    expect(signed(vector.encrypted).signature).toBe(vector.signature)
    expect(signed(vector.echoEncrypted).signature).toBe(vector.echoSignature)
  })
})

test('a message of any length is read, so that each padding from 1 to 32 has been seen', () => {
  const paddings = new Set<number>()
  for (let length = 0; length < 96; length += 1) {
    const message = '报警'.repeat(length).slice(0, length)
    expect(open(keys, signed(encrypt(vector, message)))).toEqual({ text: message })
    paddings.add(32 - ((20 + Buffer.byteLength(message) + vector.corpid.length) % 32))
  }
  for (let length = 0; length < 32; length += 1) {
    const message = 'x'.repeat(length)
    expect(open(keys, signed(encrypt(vector, message)))).toEqual({ text: message })
    paddings.add(32 - ((20 + length + vector.corpid.length) % 32))
  }
  expect([...paddings].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1))
})

describe('is refused although rightly signed:', () => {
  test('what is meant for another corp', () => {
    for (const corpid of ['wwDUTYDESK00000002', 'wwDUTYDESK0000000', 'wwDUTYDESK000000011', '']) {
      const encrypted = encrypt({ ...vector, corpid }, vector.message)
      expect(open(keys, signed(encrypted)), corpid).toEqual({ wrong: 'receiver' })
    }
  })
  test('what was enciphered with another key', () => {
    const random = seeded(5)
    for (let round = 0; round < 300; round += 1) {
      const aesKey = Buffer.from(Array.from({ length: 32 }, () => random.below(256))).toString('base64')
      const encrypted = encrypt({ ...vector, aesKey: aesKey.slice(0, 43) }, vector.message)
      expect(open(keys, signed(encrypted))).toHaveProperty('wrong')
    }
  })
  test('what is cut off anywhere', () => {
    for (let length = 0; length < vector.encrypted.length; length += 1) {
      expect(open(keys, signed(vector.encrypted.slice(0, length))), `${length}`).toHaveProperty('wrong')
    }
  })
  test('a length that points past the end, or to a part of the message', () => {
    for (const length of [256, 258, 0, 1, 300, 0x7fffffff, 0xffffffff]) {
      const encrypted = encrypt(vector, vector.message, prefix, { length })
      expect(open(keys, signed(encrypted)), `${length}`).toHaveProperty('wrong')
    }
  })
  test('padding of none, too much, or not all alike, and that of a 16-byte block taken for 32', () => {
    const wrong: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => Buffer.concat([bytes, Buffer.alloc(32 - (bytes.length % 32), 0)]),
      (bytes) => Buffer.concat([bytes, Buffer.alloc(32 - (bytes.length % 32), 33)]),
      (bytes) => Buffer.concat([bytes, Buffer.alloc(32 - (bytes.length % 32), 255)]),
      (bytes) => {
        const all = padded(bytes)
        all[all.length - 2] = 99
        return all
      },
      (bytes) => Buffer.concat([padded(bytes), Buffer.alloc(16, 16)]),
      (bytes) => padded(bytes).fill(32),
    ]
    for (const [index, pad] of wrong.entries()) {
      // Seven bytes, so that more than one byte is padding.
      const encrypted = encrypt(vector, 'x'.repeat(7), prefix, { pad })
      expect(open(keys, signed(encrypted)), `${index}`).toHaveProperty('wrong')
    }
  })
  test('what is not UTF-8', () => {
    const encrypted = encrypt(vector, Buffer.from([0x3c, 0xff, 0xfe, 0x3e]))
    expect(open(keys, signed(encrypted))).toEqual({ wrong: 'unreadable' })
  })
  test.each(['', '=', '====', 'AAAA', '4j/A uRx7', '4j/AuRx7!', '4j_AuRx7', '四十五'])('%j', (encrypted) => {
    expect(open(keys, signed(encrypted))).toEqual({ wrong: 'unreadable' })
  })
})

describe('nothing is deciphered whose signature is not right:', () => {
  const right = signed(vector.encrypted)
  test('each single bit changed of what was signed, or of the signature', () => {
    for (const part of ['signature', 'timestamp', 'nonce', 'encrypted'] as const) {
      const bytes = Buffer.from(right[part])
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
        const changed = { ...right, [part]: flipped.toString('latin1') }
        expect(open(keys, changed), `${part} bit ${bit}`).toEqual({ wrong: 'signature' })
      }
    }
  })
  test('bits changed in the bytes themselves, encoded anew', () => {
    const bytes = Buffer.from(vector.encrypted, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(open(keys, { ...right, encrypted: flipped.toString('base64') })).toEqual({ wrong: 'signature' })
    }
  })
  test.each(['', vector.signature.toUpperCase(), vector.signature.slice(1), `${vector.signature}0`])(
    'the signature %j',
    (signature) => {
      expect(open(keys, { ...right, signature })).toEqual({ wrong: 'signature' })
    },
  )
  test('another Token', () => {
    expect(open({ ...keys, token: 'QDG6eKDutyDeskTok02' }, right)).toEqual({ wrong: 'signature' })
  })
})
