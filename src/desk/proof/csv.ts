/** Rows for a spreadsheet: RFC 4180, and nothing in them that a program would take for a formula. */

/** Says that the file is UTF-8, which Excel would not guess. */
export const byteOrderMark = '\ufeff'

/** Signs that begin a formula, full-width ones of Chinese Excel included, after anything that does not show. */
const formula = /^[\p{Z}\p{C}\s]*[=+\-@＝＋－＠]|^[\t\r\n]/u

export function csvRow(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join(',')}\r\n`
}

function field(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = value.replaceAll('\0', '')
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
