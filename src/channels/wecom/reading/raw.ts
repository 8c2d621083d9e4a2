/** Bytes (UTF-8) kept of what the desk cannot show. */
export const rawBytes = 64 * 1024
/** Bytes kept where a text was too long for the screen, so that the whole of it is there. */
export const longRawBytes = 1024 * 1024
/** Deeper than this nothing is written out: what is nested so deep ends JSON.stringify. */
const deepest = 100

/** Any value as the JSON it came as without the codes in it, cut with a mark where it is larger than `most` bytes. Never throws. */
export function rawOf(value: unknown, most: number = rawBytes): string {
  const whole = json(value)
  const bytes = Buffer.byteLength(whole)
  if (bytes <= most) return whole
  const mark = `…【原文过长，到此截断，共 ${bytes} 字节】`
  const kept = Buffer.from(whole)
    .subarray(0, most - Buffer.byteLength(mark))
    .toString('utf8')
  return kept.replace(/\uFFFD+$/, '') + mark
}

function json(value: unknown): string {
  try {
    return written(value).toWellFormed()
  } catch {
    return written(shallow(value, deepest))
  }
}

/** Looked through field by field, which is slow, only where there is one. */
function written(value: unknown): string {
  const whole = JSON.stringify(value) ?? 'null'
  return /"(welcome|msg)_code"/.test(whole) ? JSON.stringify(value, withoutCodes) : whole
}

/** With which somebody could still answer in the desk's name. */
const codes: ReadonlySet<string> = new Set(['welcome_code', 'msg_code'])
const withoutCodes = (field: string, value: unknown) => (codes.has(field) ? '…' : value)

function shallow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.map((inner) => shallow(inner, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shallow(inner, depth - 1)]))
}
