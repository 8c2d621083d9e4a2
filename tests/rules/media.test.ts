import { describe, expect, test } from 'vitest'
import { kindOf, typeOf } from '../../src/desk/media/looking.ts'
import {
  expired,
  type MediaState,
  missed,
  plainName,
  retry,
  spoilt,
  stored,
  triedUntil,
  wordsOfMenu,
  wrongFile,
  wrongMenu,
} from '../../src/desk/media/rules.ts'
import { amr, jpeg, mp4, pdf, png, zip } from '../support/files.ts'
import { seeded } from '../support/random.ts'

const MiB = 1024 * 1024
const hour = 3_600_000
const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('what a file is', () => {
  test.each([
    ['image/jpeg', 'image', jpeg()],
    ['image/png', 'image', png()],
    ['image/gif', 'file', latin1('GIF89a....')],
    ['image/webp', 'file', latin1('RIFF....WEBPVP8 ')],
    ['audio/amr', 'voice', amr()],
    ['audio/amr-wb', 'file', latin1('#!AMR-WB\n....')],
    ['audio/silk', 'file', latin1('\x02#!SILK_V3....')],
    ['audio/silk', 'file', latin1('#!SILK_V3....')],
    ['audio/mpeg', 'file', latin1('ID3\x04....')],
    ['audio/mpeg', 'file', latin1('\xff\xfb\x90\x00....')],
    ['video/mp4', 'video', mp4()],
    ['application/pdf', 'file', pdf()],
    ['application/x-ole-storage', 'file', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....')],
    [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'file',
      zip('[Content_Types].xml', 'word/document.xml'),
    ],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'file',
      zip('[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml'),
    ],
    [
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      'file',
      zip('[Content_Types].xml', 'ppt/presentation.xml'),
    ],
    ['application/zip', 'file', zip('word/document.xml')],
  ])('%s goes as %s', (type, kind, file) => {
    expect([typeOf(file), kindOf(type)]).toEqual([type, kind])
  })

  test.each([
    [
      'a drawing that can carry scripts',
      latin1('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ],
    ['a page', latin1('<!doctype html><script>alert(1)</script>')],
    ['a page behind a comment', latin1('<!-- \xff\xd8\xff --><html>')],
    ['a film of another make', latin1('\x00\x00\x00\x18ftypqt  ....')],
    ['a sound in RIFF', latin1('RIFF....WAVEfmt ')],
    ['UTF-16', latin1('\xff\xfeh\x00i\x00')],
    ['a beginning that breaks off', latin1('\x89PNG\r\n')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is told to be no picture, voice or film', (_what, file) => {
    expect(typeOf(file)).toBe('application/octet-stream')
    expect(kindOf(typeOf(file))).toBe('file')
  })

  test('can be asked of anything at all', () => {
    const random = seeded(5)
    for (let n = 0; n < 20_000; n += 1) {
      const file = Buffer.from(Array.from({ length: Math.floor(random() * 120) }, () => random() * 256))
      const first = ['', 'PK\x03\x04', 'PK\x05\x06', 'RIFF', '\x00\x00\x00\x00ftyp'][
        Math.floor(random() * 5)
      ]!
      expect(typeOf(Buffer.concat([latin1(first), file]))).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/)
    }
    const looping = zip('[Content_Types].xml', 'word/')
    for (let at = 0; at < looping.length; at += 1) {
      const broken = Buffer.from(looping)
      broken.fill(0xff, at, Math.min(at + 4, broken.length))
      expect(typeOf(broken)).toMatch(/\//)
    }
  })
})

describe('what the channel takes', () => {
  test.each([
    ['image', 10 * MiB],
    ['voice', 2 * MiB],
    ['video', 10 * MiB],
    ['file', 20 * MiB],
  ] as const)('of %s up to %d bytes, and more than five', (kind, most) => {
    expect(wrongFile(kind, most)).toBeNull()
    expect(wrongFile(kind, most + 1)).toEqual({ code: 'wrong_file', why: 'size', mostBytes: most })
    expect(wrongFile(kind, 6)).toBeNull()
    expect(wrongFile(kind, 5)).toMatchObject({ code: 'wrong_file', why: 'empty' })
  })

  test('a menu by its bytes, which three of make one Chinese character', () => {
    const choice = (text: string, id = '1') => ({ id, text })
    const menu = (over: object) => ({ head: '', choices: [choice('落户')], tail: '', ...over })
    expect(wrongMenu(menu({ head: '请'.repeat(341), tail: '请'.repeat(341) }))).toBeNull()
    expect(wrongMenu(menu({ head: '请'.repeat(342) }))).toEqual({
      code: 'too_long',
      mostBytes: 1024,
      bytes: 1026,
    })
    expect(wrongMenu(menu({ tail: '请'.repeat(342) }))).toMatchObject({ code: 'too_long' })
    expect(wrongMenu(menu({ choices: [choice('请'.repeat(42))] }))).toBeNull()
    expect(wrongMenu(menu({ choices: [choice('请'.repeat(43))] }))).toMatchObject({
      mostBytes: 128,
      bytes: 129,
    })
    const ten = Array.from({ length: 10 }, (_, n) => choice('办', `${n}`))
    expect(wrongMenu(menu({ choices: ten }))).toBeNull()
    for (const choices of [[], [...ten, choice('办', '10')], [choice('甲'), choice('乙')], [choice('')]])
      expect(wrongMenu(menu({ choices }))).toMatchObject({ code: 'invalid' })
  })

  test('and lists show a menu by its words', () => {
    const choices = [
      { id: 'a', text: '落户' },
      { id: 'b', text: '开证明' },
    ]
    expect(wordsOfMenu({ head: '请问办什么', choices, tail: '' })).toBe('请问办什么\n· 落户\n· 开证明')
  })
})

describe('the name of a file', () => {
  test.each([
    ['照片.jpg', '照片.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\甲\\户口簿.pdf', '户口簿.pdf'],
    ['合同\u202Efdp.exe', '合同fdp.exe'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['  .hidden ', 'hidden'],
    ['what?<is>|"this".doc', 'whatisthis.doc'],
  ])('%j becomes %j', (given, plain) => {
    expect(plainName(given)).toBe(plain)
  })
  test('is none where nothing of it is left, and keeps its ending when it is cut', () => {
    expect([plainName('..'), plainName('/'), plainName('\u200b')]).toEqual([null, null, null])
    const long = plainName(`${'很长的名字'.repeat(60)}.pdf`)!
    expect([...long]).toHaveLength(120)
    expect(long).toMatch(/名字.*\.pdf$/)
  })
})

describe('what becomes of the file of a message', () => {
  const waiting: MediaState = {
    seq: 7,
    thread: 't',
    state: 'waiting',
    external: 'id',
    sha256: null,
    until: 100,
  }
  const file = { sha256: 'ab', bytes: 9, type: 'image/jpeg', name: null }
  const types = (decision: ReturnType<typeof stored>) =>
    'refused' in decision ? decision.refused.code : decision.entries.map(({ type, data }) => [type, data])

  test('is told once, and only while it is waited for', () => {
    expect(types(stored(waiting, file))).toEqual([['media.stored', { message: 7 }]])
    expect(types(missed(waiting, 'refused'))).toEqual([['media.missed', { message: 7, reason: 'refused' }]])
    for (const state of ['here', 'missed'] as const)
      expect([
        types(stored({ ...waiting, state }, file)),
        types(missed({ ...waiting, state }, 'refused')),
      ]).toEqual(['nothing_to_do', 'nothing_to_do'])
  })
  test('its name and its hash are content, which can be erased', () => {
    const decision = stored(waiting, { ...file, name: '户口.jpg' })
    expect(decision).toMatchObject({ entries: [{ content: { ...file, name: '户口.jpg' } }] })
  })
  test('is given up after three days, and no sooner than an hour after it came', () => {
    const day = 24 * hour
    expect(triedUntil(0, hour)).toBe(3 * day)
    expect(triedUntil(0, 4 * day)).toBe(4 * day + hour)
    expect(types(expired(waiting, 99))).toBe('nothing_to_do')
    expect(types(expired(waiting, 100))).toEqual([['media.missed', { message: 7, reason: 'expired' }]])
  })
  test('can be asked for again where it was missed, and came from the channel at all', () => {
    expect(types(retry(waiting))).toBe('nothing_to_do')
    expect(types(retry({ ...waiting, state: 'missed' }))).toEqual([['media.retried', { message: 7 }]])
    expect(types(retry({ ...waiting, state: 'missed', external: null }))).toBe('nothing_to_do')
  })
  test('is told to be spoilt only of the very file that was looked at', () => {
    const here: MediaState = { ...waiting, state: 'here', sha256: 'ab' }
    expect(types(spoilt(here, 'ab', 'damaged'))).toEqual([
      ['media.missed', { message: 7, reason: 'damaged' }],
    ])
    expect(types(spoilt(here, 'cd', 'damaged'))).toBe('nothing_to_do')
    expect(types(spoilt(waiting, 'ab', 'damaged'))).toBe('nothing_to_do')
  })
})
