import { refuse } from './answers.ts'

/** Reading the fields of a body as the server does: wrong type or length 40058, missing 40063. */
export type Body = Record<string, unknown>

export const byteLength = (text: string): number => Buffer.byteLength(text)

/** Cut to so many bytes without halving a character. */
export function cut(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += byteLength(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}

const wrongFormat = (name: string) =>
  `field \`${name}\` Warning: wrong json format. invalid Request Parameter`

export function optionalText(
  body: Body,
  name: string,
  maxBytes = Number.POSITIVE_INFINITY,
): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') return refuse('invalidParameter', wrongFormat(name))
  if (byteLength(value) > maxBytes) return refuse('invalidParameter', `field \`${name}\` too long`)
  return value
}

export function text(body: Body, name: string, maxBytes?: number): string {
  const value = optionalText(body, name, maxBytes)
  if (value === undefined || value === '') return refuse('emptyParameter', `field \`${name}\` empty`)
  return value
}

export function chars(body: Body, name: string, max: number): string | undefined {
  const value = optionalText(body, name)
  if (value !== undefined && [...value].length > max)
    return refuse('invalidParameter', `field \`${name}\` too long`)
  return value
}

/** A whole number; `low`..`high` where given, else 40058. */
export function optionalWhole(body: Body, name: string, low = 0, high = 2 ** 32 - 1): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value))
    return refuse('invalidParameter', wrongFormat(name))
  if (value < low || value > high) return refuse('invalidParameter', `field \`${name}\` out of range`)
  return value
}

export function whole(body: Body, name: string, low?: number, high?: number): number {
  const value = optionalWhole(body, name, low, high)
  return value === undefined ? refuse('emptyParameter', `field \`${name}\` empty`) : value
}

export function decimal(body: Body, name: string, limit: number): number {
  const value = body[name]
  if (value === undefined || value === null) return refuse('emptyParameter', `field \`${name}\` empty`)
  if (typeof value !== 'number' || Math.abs(value) > limit)
    return refuse('invalidParameter', wrongFormat(name))
  return value
}

export function optionalObject(body: Body, name: string): Body | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('invalidParameter', wrongFormat(name))
  return value as Body
}

export function object(body: Body, name: string): Body {
  return optionalObject(body, name) ?? refuse('emptyParameter', `field \`${name}\` empty`)
}

function list(body: Body, name: string, max: number): unknown[] {
  const value = body[name] ?? []
  if (!Array.isArray(value)) return refuse('invalidParameter', wrongFormat(name))
  if (value.length > max) return refuse('invalidParameter', `field \`${name}\` array too long`)
  return value
}

export function texts(body: Body, name: string, max = Number.POSITIVE_INFINITY): string[] {
  const values = list(body, name, max)
  if (values.some((value) => typeof value !== 'string')) return refuse('invalidParameter', wrongFormat(name))
  return values as string[]
}

export function wholes(body: Body, name: string, max: number): number[] {
  const values = list(body, name, max)
  if (values.some((value) => !Number.isInteger(value))) return refuse('invalidParameter', wrongFormat(name))
  return values as number[]
}

export function objects(body: Body, name: string, max = Number.POSITIVE_INFINITY): Body[] {
  const values = list(body, name, max)
  if (values.some((value) => typeof value !== 'object' || value === null || Array.isArray(value)))
    return refuse('invalidParameter', wrongFormat(name))
  return values as Body[]
}
