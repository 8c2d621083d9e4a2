/**
 * Heads kept elsewhere, as an auditor types or pastes them: `1284 ABCD-EFGH-…` from a printed sheet, one on a
 * line, full-width signs of an input method and all, or whole checkpoints (three lines, a blank one, the signature), which are taken as they are.
 */
export function readHeads(pasted: string): string[] {
  const heads: string[] = []
  let note: string[] = []
  for (const line of pasted.replaceAll('\r\n', '\n').split('\n')) {
    const printed = /^\s*(\d[\d,]*)\s+([0-9A-Za-z]{4}(?:[-\s]?[0-9A-Za-z]{4}){4})\s*$/.exec(
      line.normalize('NFKC'),
    )
    if (printed && note.length === 0) {
      const [, size = '', code = ''] = printed
      const plain = code.replaceAll(/[-\s]/g, '').toUpperCase()
      heads.push(`${size.replaceAll(',', '')} ${plain.match(/.{4}/g)?.join('-') ?? plain}`)
      continue
    }
    if (note.length === 0 && line.trim() === '') continue
    note.push(line)
    if (line.startsWith('— ')) {
      heads.push(`${note.join('\n')}\n`)
      note = []
    }
  }
  if (note.length > 0) heads.push(note.join('\n').trim())
  return heads
}
