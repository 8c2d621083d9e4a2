import type { Finding } from '../../../contract/alarms.ts'

export type WordMark = 'counted' | 'discounted' | null
export interface MarkedPiece {
  text: string
  mark: WordMark
}

/** Cuts a text where words counted, or matched without counting. What counted stands above what did not. */
export function markedPieces(
  text: string,
  findings: readonly Pick<Finding, 'places' | 'discounted'>[],
): MarkedPiece[] {
  const marks = new Array<WordMark>(text.length).fill(null)
  const paint = ([start, length]: [number, number], mark: WordMark) =>
    marks.fill(mark, Math.max(0, start), Math.min(text.length, start + length))
  for (const { discounted } of findings) for (const { place } of discounted) paint(place, 'discounted')
  for (const { places } of findings) for (const place of places) paint(place, 'counted')
  const pieces: MarkedPiece[] = []
  for (let at = 0; at < text.length; at++) {
    const last = pieces.at(-1)
    if (last && last.mark === marks[at]) last.text += text[at]
    else pieces.push({ text: text[at]!, mark: marks[at]! })
  }
  return pieces
}

/** The words at these places, each once, in the order they stand. */
export function wordsAt(text: string | null, places: readonly [number, number][]): string[] {
  if (text === null) return []
  return [...new Set(places.map(([start, length]) => text.slice(start, start + length)))].filter(Boolean)
}
