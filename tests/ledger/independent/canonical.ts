// RFC 8785 (JSON Canonicalization Scheme), from its text alone: nothing of src/ is used in this folder.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** §3.2.2.2: a string that is not well-formed Unicode has no canonical form. */
function text(value: string): string {
  if (!value.isWellFormed()) throw new Error('a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

/** §3.2.3: members are sorted by the UTF-16 code units of their names, which is how JavaScript compares strings. */
export function jcs(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number that is not finite has no canonical form')
    return Object.is(value, -0) ? '0' : String(value)
  }
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`
  const object = value as { readonly [name: string]: Json }
  const members = Object.keys(object).sort((a, b) => (a < b ? -1 : 1))
  return `{${members.map((name) => `${text(name)}:${jcs(object[name] as Json)}`).join(',')}}`
}

/** The value of a text that is already canonical, or nothing: double names, other spacings and other number forms fail. */
export function readCanonical(written: string): Json | undefined {
  try {
    const value = JSON.parse(written) as Json
    return jcs(value) === written ? value : undefined
  } catch {
    return undefined
  }
}
