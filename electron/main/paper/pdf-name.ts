/** Names that Windows keeps for its devices, with any ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const LONGEST = 100

/** The name a page suggests, as a file name on every system: no folder, no hidden file, no turned writing direction. */
export function pdfName(suggested: string): string {
  const plain = suggested
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[\\/:*?"<>|]+/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/\.pdf$/i, '')
  const short = [...plain].slice(0, LONGEST).join('')
  const name = short.replace(/^[\s.]+|[\s.]+$/g, '')
  if (name === '') return 'duty-desk.pdf'
  return `${reserved.test(name) ? '_' : ''}${name}.pdf`
}
