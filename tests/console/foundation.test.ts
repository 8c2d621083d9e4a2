import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { createI18n } from 'vue-i18n'
import { passwordStrength } from '../../src/console/composables/password-strength.ts'
import { matches } from '../../src/console/composables/use-shortcuts.ts'
import { local } from '../../src/console/composables/use-time.ts'
import { readHeads } from '../../src/console/screens/about/heads.ts'

const areas = [
  'app',
  'refusals',
  'settings',
  'inbox',
  'acts',
  'matters',
  'alarms',
  'escalations',
  'warnings',
  'groups',
  'handoff',
  'shifts',
  'audit',
  'proof',
  'retention',
  'connections',
  'connecting',
  'messages',
] as const

/** `a.b` → text. */
function flat(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value as object, `${path}${key}.`),
  )
}
const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

describe('the words', () => {
  for (const area of areas)
    it(`of ${area} name the same facts in both languages`, async () => {
      const zh = flat((await import(`../../src/console/i18n/zh/${area}.ts`))[area])
      const en = new Map(flat((await import(`../../src/console/i18n/en/${area}.ts`))[area]))
      expect([...en.keys()].sort()).toEqual(zh.map(([key]) => key).sort())
      for (const [key, text] of zh) expect(named(en.get(key) ?? ''), key).toEqual(named(text))
    })

  it('can be read by whatever fills them in: an @ or a bracket means something to it', async () => {
    for (const area of areas)
      for (const language of ['zh', 'en']) {
        const words = (await import(`../../src/console/i18n/${language}/${area}.ts`))[area]
        const { t } = createI18n({ legacy: false, locale: language, messages: { [language]: words } }).global
        for (const [key] of flat(words)) expect(() => t(key), `${language} ${area}.${key}`).not.toThrow()
      }
  })

  it('say every refusal of the contract', async () => {
    const { refusals } = await import('../../src/console/i18n/zh/refusals.ts')
    const contract = readFileSync(`${import.meta.dirname}/../../src/contract/errors.ts`, 'utf8')
    for (const [, code = ''] of contract.matchAll(/code: '(\w+)'/g))
      expect(refusals, code).toHaveProperty(code)
  })
})

describe('the colours', () => {
  const channel = (value: number) => {
    const share = value / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16)))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one: string, other: string) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
  }

  for (const name of ['light', 'dark'] as const)
    it(`of the ${name} theme can be read (WCAG AA)`, async () => {
      vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
      vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {} }))
      const token = (await import('../../src/console/theme.ts'))[name]
      const surfaces = [token.bg, token.surface, token.raised, token.sunken]
      const text = [
        token.text,
        token.muted,
        token.accent,
        token.danger,
        token.warn,
        token.ok,
        token.age1,
        token.age2,
        token.age3,
      ]
      for (const on of surfaces)
        for (const colour of text)
          expect(contrast(colour, on), `${colour} on ${on}`).toBeGreaterThanOrEqual(4.5)
      const pairs: [string, string][] = [
        [token.accent, token.accentSoft],
        [token.text, token.accentSoft],
        [token.danger, token.dangerSoft],
        [token.warn, token.warnSoft],
        [token.ok, token.okSoft],
        [token.onAccent, token.accent],
        [token.onAccent, token.accentHover],
        [token.onAccent, token.accentPressed],
        [token.railText, token.rail],
        [token.text, token.desk],
        [token.text, token.resident],
        [token.text, token.note],
        [token.muted, token.desk],
        [token.muted, token.note],
      ]
      for (const [colour, on] of pairs)
        expect(contrast(colour, on), `${colour} on ${on}`).toBeGreaterThanOrEqual(4.5)
      for (const on of [token.surface, token.raised])
        expect(contrast(token.field, on), `edge on ${on}`).toBeGreaterThanOrEqual(3)
    })
})

describe('shortcuts', () => {
  const key = (key: string, held: Partial<KeyboardEvent> = {}) =>
    ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }) as KeyboardEvent

  it('match the key and what is held with it', () => {
    expect(matches('c', key('c'))).toBe(true)
    expect(matches('c', key('c', { ctrlKey: true }))).toBe(false)
    expect(matches('c', key('C', { shiftKey: true }))).toBe(false)
    expect(matches('Ctrl+K', key('k', { ctrlKey: true }))).toBe(true)
    expect(matches('Ctrl+K', key('k', { metaKey: true }))).toBe(true)
    expect(matches('Shift+G', key('G', { shiftKey: true }))).toBe(true)
    expect(matches('Alt+1', key('1', { altKey: true }))).toBe(true)
    expect(matches('ArrowDown', key('ArrowDown'))).toBe(true)
  })
  it('take a sign however it is typed on this keyboard', () => {
    expect(matches('?', key('?', { shiftKey: true }))).toBe(true)
    expect(matches('/', key('/'))).toBe(true)
  })
})

describe('times', () => {
  it('are those of Shanghai wherever the computer believes to be', () => {
    expect(local('2026-03-08T16:05:09.000Z')).toMatchObject({ date: '2026-03-09', hour: '00', minute: '05' })
  })
})

describe('the strength of a password', () => {
  it('goes by length and variety, and knows the common ones', () => {
    expect(passwordStrength('short')).toBe('short')
    expect(passwordStrength('88888888')).toBe('common')
    expect(passwordStrength('zhanglei2026', 'zhanglei')).toBe('common')
    expect(passwordStrength('kqzmwxbd')).toBe('weak')
    expect(passwordStrength('春天的河水涨了三尺')).toBe('good')
    expect(passwordStrength('Brücke-am-Fluss-17')).toBe('good')
  })
})

describe('heads kept elsewhere', () => {
  it('are read as printed and as exported', () => {
    const note = 'duty-desk/x\n12\nq83vEjRWeJA=\n\n— duty-desk/x AbCd='
    expect(readHeads(`1,284 8ycx-aqy0 vnf6-J6T1-1MB7\n\n${note}\n`)).toEqual([
      '1284 8YCX-AQY0-VNF6-J6T1-1MB7',
      `${note}\n`,
    ])
    expect(readHeads('  \n')).toEqual([])
  })
})
