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
  test.each([
    [0, 'receiver'],
    [1, 'receiver'],
    [256, 'receiver'],
    [258, 'receiver'],
    [276, 'unreadable'],
    [0x7fffffff, 'unreadable'],
    [0xffffffff, 'unreadable'],
  ])('a message of 257 bytes that says it has %i', (length, wrong) => {
    const encrypted = encrypt(vector, vector.message, prefix, { length })
    expect(open(keys, signed(encrypted))).toEqual({ wrong })
  })
  const fill = (value: number, bytes: (left: number) => number) => (plain: Buffer) =>
    Buffer.concat([plain, Buffer.alloc(bytes(32 - (plain.length % 32)), value)])
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['of zeros', fill(0, (left) => left)],
    ['that says 33 and is 33 long at least', fill(33, (left) => left + 32)],
    ['that says more than there is', fill(255, (left) => left)],
    ['that is not all alike', (bytes) => padded(bytes).fill(99, 62, 63)],
    [
      'as other ciphers have it, to 16 bytes',
      (bytes) => Buffer.concat([padded(bytes), Buffer.alloc(16, 16)]),
    ],
    ['that leaves nothing', (bytes) => padded(bytes).fill(32)],
  ])('padding %s', (_, pad) => {
    // Of seven bytes, so that more than one byte is padding.
    const encrypted = encrypt(vector, 'x'.repeat(7), prefix, { pad })
    expect(open(keys, signed(encrypted))).toEqual({ wrong: 'unreadable' })
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
