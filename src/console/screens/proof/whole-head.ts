/**
 * Whether what was typed so far can be compared, so that Enter does that. A scanner that types ends each line of a signed
 * checkpoint with Enter: such a one is whole with its signature, the line that starts with a dash.
 */
export function isWholeHead(typed: string): boolean {
  const lines = typed.trim().split(/\r?\n/)
  if (lines.length === 1) return /^\d[\d,]*[\s:：]+\S/.test(typed.trim().normalize('NFKC'))
  return lines.at(-1)!.startsWith('— ')
}
