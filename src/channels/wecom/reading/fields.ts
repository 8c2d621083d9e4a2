import { createHash } from 'node:crypto'

/** Characters of a text on screen. */
export const mostText = 100_000
/** Characters of a name, a title, an address. */
export const mostWords = 2_000
const mostId = 128

/** Notes that something was not as documented or had to be cut; then the item is kept as it came too. */
export interface Noted {
  odd: boolean
  /** A text was longer than the screen shows. */
  long: boolean
}

/** The fields of one JSON object of which nothing is known yet: every read has an answer. */
export class Fields {
  readonly there: boolean
  readonly #of: Record<string, unknown>
  readonly #noted: Noted

  constructor(value: unknown, noted: Noted) {
    this.there = typeof value === 'object' && value !== null && !Array.isArray(value)
    this.#of = this.there ? (value as Record<string, unknown>) : {}
    this.#noted = noted
  }

  #at(name: string): unknown {
    return Object.hasOwn(this.#of, name) ? this.#of[name] : undefined
  }

  inside(name: string): Fields {
    const value = this.#at(name)
    const fields = new Fields(value, this.#noted)
    if (value !== undefined && !fields.there) this.#noted.odd = true
    return fields
  }

  /** Empty where there is none. */
  text(name: string, most: number = mostWords): string {
    const value = this.#at(name)
    if (value === undefined || value === null) return ''
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    if (typeof value !== 'string') {
      this.#noted.odd = true
      return ''
    }
    const clean = readable(value)
    if (clean !== value) this.#noted.odd = true
    if (clean.length <= most) return clean
    this.#noted.long = true
    return cut(clean, most)
  }

  /** Null where there is none; one too long to be real is replaced by a shorter one that is as unlike all others. */
  id(name: string): string | null {
    const value = this.#at(name)
    if (value === undefined || value === null || value === '') return null
    if (typeof value !== 'string') {
      this.#noted.odd = true
      return typeof value === 'number' ? String(value) : null
    }
    const clean = readable(value)
    if (clean === value && clean.length <= mostId) return clean
    this.#noted.odd = true
    return `${cut(clean, 64)}~${createHash('sha256').update(value).digest('hex').slice(0, 32)}`
  }

  number(name: string): number | null {
    const value = this.#at(name)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value)) return Number(value)
    if (value !== undefined && value !== null && value !== '') this.#noted.odd = true
    return null
  }

  list(name: string): unknown[] {
    const value = this.#at(name)
    if (Array.isArray(value)) return value
    if (value !== undefined && value !== null) this.#noted.odd = true
    return []
  }
}

/** Well-formed and without NUL, which neither the canonical form nor SQLite's text can carry. */
export function readable(text: string): string {
  const formed = text.toWellFormed()
  return formed.includes('\0') ? formed.replaceAll('\0', '') : formed
}

/** Never through the middle of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const last = text.charCodeAt(most - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most)
}
