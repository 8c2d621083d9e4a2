import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { ApiRefused, Unreachable, type WhyUnreachable } from '../../src/channels/wecom/api-error.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { behaviourOf, type ErrorKind } from '../../src/channels/wecom/error-words.ts'
import { sendFailures } from '../../src/channels/wecom/facts.ts'
import type { Fault } from '../../src/channels/wecom/faults.ts'
import { failed } from '../../src/channels/wecom/send-failures.ts'
import { connections as en } from '../../src/console/i18n/en/connections.ts'
import { connections as zh } from '../../src/console/i18n/zh/connections.ts'

const codes = Object.entries(errorCodes).filter(([name]) => name !== 'ok')
const languages = { zh, en } as const
const wordsOf = (area: object, key: string) => (area as Record<string, string>)[key]

const sheet = new URL('../../../shared/facts/wecom-kf.md', import.meta.url)

/** What each kind of refusal is to a message that was to be sent. */
const ofMessages: Record<ErrorKind, 'later' | 'never' | 'either'> = {
  config: 'later',
  token: 'later',
  busy: 'later',
  limit: 'either',
  window: 'never',
  session: 'never',
  content: 'never',
  gone: 'never',
  capability: 'never',
  other: 'either',
}

const notCodes = [90313, 95010, 95020, 95033, 95489]

const kinds: Record<ErrorKind, number[]> = {
  config: [40001, 40013, 40091, 48007, 50002, 50003, 60020, 60021, 60030, 95011, 95012, 95015, 95017, 95023],
  token: [40014, 41001, 42001],
  limit: [40126, 41094, 45009, 45033, 95025],
  busy: [-1, 41063, 41096],
  window: [95001, 95002, 95024, 95031],
  session: [41051, 95013, 95014, 95016, 95018, 95019],
  gone: [40007, 40068, 40096, 41047, 41050, 41093, 60111, 95000, 95004, 95028, 95029],
  capability: [43009, 48002, 60011, 81011, 84061, 95003, 95005, 95021, 95026, 95027, 95030, 95032],
  other: [95007, 830002],
  content: [
    40003, 40004, 40005, 40006, 40008, 40009, 40011, 40058, 40063, 40071, 40072, 40123, 40201, 41006, 41046,
    41048, 41064, 41065, 44001, 44004, 45001, 45002, 45007, 90207, 95006, 95008, 95009, 95022, 301016, 301017,
  ],
}

describe('every error code of WeCom', () => {
  for (const [name, code] of codes) {
    it(`${code} ${name} has a behaviour, and words in both languages`, () => {
      const { kind, retry, word } = behaviourOf(code)
      expect(word).toBe(String(code))
      if (ofMessages[kind] !== 'either') expect(retry).toBe(ofMessages[kind])
      for (const language of Object.values(languages)) {
        expect(wordsOf(language.errors, word)?.length).toBeGreaterThan(8)
      }
      const result = failed(new ApiRefused(code, '/cgi-bin/kf/send_msg', 'x'))
      expect(result.retry).toBe(retry)
      for (const language of Object.values(languages)) {
        const said = wordsOf(language.delivery, result.reason) ?? wordsOf(language.errors, result.reason)
        expect(said, result.reason).toBeTruthy()
      }
    })
  }

  it.skipIf(!existsSync(sheet))('of the fact sheet is known here', () => {
    const parts = readFileSync(sheet, 'utf8').split(/^## /m)
    const tables = parts.filter((part) => /^[12589]\. /.test(part)).join('\n')
    const numbers = [
      ...tables.matchAll(/(?<![\w,.#-])(4\d{4}|5000\d|60\d{3}|8[14]\d{3}|9\d{4}|30101\d|830002)(?![\w,])/g),
    ]
    const known = new Set<number>(codes.map(([, code]) => code))
    const missing = new Set(numbers.map(([said]) => Number(said)).filter((code) => !known.has(code)))
    // Pages of the official documentation, and numbers the sheet says nothing is known of.
    for (const other of notCodes) missing.delete(other)
    expect([...missing]).toEqual([])
    expect(numbers.length).toBeGreaterThan(90)
  })

  it('is of the kind the fact sheet makes of it', () => {
    const byKind = Object.groupBy(codes, ([, code]) => behaviourOf(code).kind)
    const found = Object.fromEntries(
      Object.entries(byKind).map(([kind, of]) => [kind, of.map(([, code]) => code).sort((a, b) => a - b)]),
    )
    expect(found).toEqual(kinds)
  })

  it('has nothing said of codes that are not in the list, except that they are not known', () => {
    expect(behaviourOf(123_456)).toEqual({ kind: 'other', retry: 'never', word: 'other' })
    const known = new Set(codes.map(([, code]) => String(code)))
    for (const language of Object.values(languages)) {
      expect(Object.keys(language.errors).filter((key) => !known.has(key))).toEqual(['other'])
    }
  })

  it('and every reason a sent message was not delivered has words', () => {
    for (const language of Object.values(languages)) {
      for (const type of Object.values(sendFailures)) {
        expect(wordsOf(language.delivery, `fail_${type}`), `fail_${type}`).toBeTruthy()
      }
    }
  })

  it('tells what the refusal says of the window of the resident', () => {
    const learnt = (code: number) => failed(new ApiRefused(code, '', '')).learnt
    expect(learnt(95001)).toBe('windowSpent')
    for (const code of [95002, 95024, 95031]) expect(learnt(code)).toBe('windowExpired')
    expect(learnt(40058)).toBeUndefined()
  })

  it('waits out the minute of 45009, and tries again soon where WeCom is busy', () => {
    expect(failed(new ApiRefused(45009, '', '')).after).toBe(60_000)
    for (const code of [-1, 45033]) expect(failed(new ApiRefused(code, '', '')).after).toBeLessThan(5_000)
  })

  it('keeps a message for later where nobody knows what became of it', () => {
    for (const sent of [true, false]) {
      expect(failed(new Unreachable('timeout', '', { sent }))).toMatchObject({
        retry: 'later',
        reason: 'unreachable',
      })
    }
    expect(failed(new Unreachable('http', '', { status: 502 })).retry).toBe('later')
  })
})

describe('the words', () => {
  it('are found by the numbers of the codes', () => {
    for (const [locale, connections] of Object.entries(languages)) {
      const { t, te } = createI18n({ legacy: false, locale, messages: { [locale]: { connections } } }).global
      for (const [, code] of codes) {
        expect(te(`connections.errors.${code}`), String(code)).toBe(true)
        expect(t(`connections.errors.${code}`)).toBe(wordsOf(connections.errors, String(code)))
      }
      expect(t('connections.errors.other', { code: 7 })).toContain('7')
    }
  })

  it('are there for every way not to reach WeCom, and every fault of an account', () => {
    const whys: Record<WhyUnreachable, true> = {
      address: true,
      refusedConnection: true,
      certificate: true,
      proxy: true,
      timeout: true,
      lost: true,
      tooBig: true,
      notJson: true,
      unexpected: true,
      http: true,
      stopped: true,
    }
    type NotRead = 'relay' | 'noSecret' | 'connectionOff' | 'clockAhead' | 'clockBehind'
    const faults: Record<Fault['what'] | NotRead, true> = {
      unreachable: true,
      busy: true,
      token: true,
      refused: true,
      overLimit: true,
      usedByOthers: true,
      clockAhead: true,
      clockBehind: true,
      stuck: true,
      ledger: true,
      broken: true,
      relay: true,
      noSecret: true,
      connectionOff: true,
    }
    for (const words of Object.values(languages)) {
      for (const why of Object.keys(whys)) expect(wordsOf(words.probes, why), why).toBeTruthy()
      for (const what of Object.keys(faults)) expect(wordsOf(words.faults, what), what).toBeTruthy()
    }
  })
})

describe('the text of a refusal', () => {
  const hint =
    'hint: [1700000000_5_abcdef0123456789], from ip: 203.0.113.7, more info at https://open…?e=60020'

  it('leaves out hint and address, and keeps the address WeCom saw apart', () => {
    const refused = new ApiRefused(
      60020,
      '/cgi-bin/kf/account/list',
      `not allow to access from your ip, ${hint}`,
    )
    expect(refused.message).toBe('/cgi-bin/kf/account/list: 60020 not allow to access from your ip')
    expect(refused.seenFrom).toBe('203.0.113.7')
  })

  it('leaves out whatever is long enough to be a token, and is short', () => {
    const token = 'a'.repeat(214)
    expect(new ApiRefused(40014, '', `invalid access_token ${token}`).message).not.toContain('aaaa')
    expect(new ApiRefused(1, '', 'word '.repeat(1_000)).message.length).toBeLessThan(200)
  })
})
