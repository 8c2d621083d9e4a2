export interface Piece {
  text: string
  marked: boolean
}

/** Cuts an excerpt at its marks (start and length in UTF-16 units); marks that overlap or lie outside are mended. */
export function pieces(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const list: Piece[] = []
  let at = 0
  for (const [start, length] of [...marks].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, at)
    const to = Math.min(start + length, text.length)
    if (to <= from) continue
    if (from > at) list.push({ text: text.slice(at, from), marked: false })
    list.push({ text: text.slice(from, to), marked: true })
    at = to
  }
  if (at < text.length) list.push({ text: text.slice(at), marked: false })
  return list
}
