import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCheckpoint, parseCheckpoint, verifyCheckpoint } from '../../src/ledger/checkpoint.ts'
import { codeMatches, parseShortCode, shortCode } from '../../src/ledger/short-code.ts'
import {
  BadNote,
  ed25519Signer,
  ed25519Verifier,
  parseNote,
  selfTest,
  signNote,
  verifyNote,
} from '../../src/ledger/signed-note.ts'

/** The example of the Go package that the format comes from (golang.org/x/mod/sumdb/note). */
const PETER = {
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  note: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
}

const signer = ed25519Signer('duty-desk/chenji', Buffer.alloc(32, 7))
const verifier = ed25519Verifier(signer.verifier)

describe('a signed note', () => {
  test('is byte for byte the published example', () => {
    const peter = ed25519Signer('PeterNeumann', PETER.seed)
    expect(peter.verifier).toBe(PETER.verifier)
    expect(signNote(PETER.text, peter)).toBe(PETER.note)
    expect(verifyNote(PETER.note, ed25519Verifier(PETER.verifier)).text).toBe(PETER.text)
  })

  test('splits text and signatures at the last empty line, as the example of the specification asks', () => {
    const note =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n'
    const parsed = parseNote(note)
    expect(parsed.text).toMatch(/sole:\n\ned è subito sera\.\n$/)
    expect(parsed.signatures.map((s) => s.name)).toEqual(['quasimodo.example/salvatore'])
  })

  test('with one flipped bit is refused, wherever it is', () => {
    const note = Buffer.from(signNote('一二三\n', signer))
    for (let bit = 0; bit < note.length * 8; bit++) {
      const flipped = Buffer.from(note)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => verifyNote(flipped.toString(), verifier)).toThrow(BadNote)
    }
  })

  test('ignores signatures of unknown keys and needs one of a known key', () => {
    const other = ed25519Signer('witness', Buffer.alloc(32, 8))
    expect(verifyNote(signNote('text\n', other, signer), verifier).signatures).toHaveLength(1)
    expect(() => verifyNote(signNote('text\n', other), verifier)).toThrow('not signed by a known key')
  })

  test.each([
    ['no final newline in the text', 'text'],
    ['a control character', 'te\txt\n'],
    ['a lone surrogate', '\ud800\n'],
  ])('is not made of a text with %s', (_name, text) => {
    expect(() => signNote(text, signer)).toThrow(BadNote)
  })

  test.each(['', 'a b', 'a+b', 'a\u3000b'])('needs a key name without spaces or plus: %j', (name) => {
    expect(() => ed25519Signer(name, Buffer.alloc(32))).toThrow(BadNote)
  })

  test.each(['', 'a', 'a+00000000+AQ==', signer.verifier.replace('+6', '+7'), `${signer.verifier}=`])(
    'is not verified by a damaged verifier key: %s',
    (key) => {
      expect(() => ed25519Verifier(key)).toThrow(BadNote)
    },
  )

  test('rests on an Ed25519 that works here', () => {
    expect(selfTest).not.toThrow()
  })
})

describe('a checkpoint', () => {
  const head = { origin: signer.name, size: 12, root: Buffer.alloc(32, 3) }
  const note = makeCheckpoint(head, signer)

  test('says what was put into it', () => {
    expect(note.split('\n').slice(0, 4)).toEqual(['duty-desk/chenji', '12', head.root.toString('base64'), ''])
    expect(parseCheckpoint(note)).toEqual(head)
    expect(verifyCheckpoint(note, verifier, signer.name)).toEqual(head)
  })

  test('of another ledger is refused', () => {
    const other = makeCheckpoint({ ...head, origin: 'another' }, signer)
    expect(() => verifyCheckpoint(other, verifier, signer.name)).toThrow('another ledger')
  })

  test.each(['012', '-1', '1.0', '', '9007199254740993'])('with the size %j is refused', (size) => {
    const odd = signNote(`${signer.name}\n${size}\n${head.root.toString('base64')}\n`, signer)
    expect(() => parseCheckpoint(odd)).toThrow(BadNote)
  })

  test('may carry extension lines', () => {
    const extended = signNote(`${signer.name}\n12\n${head.root.toString('base64')}\nmore\n`, signer)
    expect(verifyCheckpoint(extended, verifier, signer.name)).toEqual(head)
  })
})

describe('a short code', () => {
  const root = Buffer.from('7fdc184da347a614de2e56d4798dce5e2e4205bf35f5c91f1f1f1f090ae322fb', 'hex')

  test('is the first hundred bits', () => {
    expect(shortCode(root)).toBe('FZE1-GKD3-8YK1-9QHE-AVA7')
    const bits = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bits, (bytes) => {
        const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
        let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) >> 156n
        let code = ''
        for (let i = 0; i < 20; i++, value >>= 5n) code = digits[Number(value & 31n)] + code
        expect(shortCode(bytes).replaceAll('-', '')).toBe(code)
      }),
    )
  })

  test.each([
    'fze1-gkd3-8yk1-9qhe-ava7',
    ' FZEl GKD3 8YKI 9QHE AVA7 ',
    'ＦＺＥ１ＧＫＤ３８ＹＫ１９ＱＨＥＡＶＡ７',
    'FZE1—GKD3–8YK1-9QHE-AVA7',
  ])('typed as %j is understood', (typed) => {
    expect(parseShortCode(typed)).toBe('FZE1-GKD3-8YK1-9QHE-AVA7')
    expect(codeMatches(typed, root)).toBe(true)
  })

  test('takes the letter O for zero', () => {
    expect(parseShortCode('OOOO-oooo-0000-0000-0000')).toBe('0000-0000-0000-0000-0000')
  })

  test.each(['', 'FZE1-GKD3-8YK1-9QHE-AVA', 'FZE1-GKD3-8YK1-9QHE-AVAU', 'FZE1-GKD3-8YK1-9QHE-AVA7-7'])(
    '%j is none',
    (typed) => {
      expect(parseShortCode(typed)).toBeNull()
    },
  )

  test('of another root does not match', () => {
    expect(codeMatches('0000-0000-0000-0000-0000', root)).toBe(false)
  })
})
