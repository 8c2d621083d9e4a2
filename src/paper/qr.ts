import qrcode from 'qrcode-generator'
import { h, type PaperElement } from './node.ts'

/** Light modules around the code that a reader needs (ISO/IEC 18004). */
const QUIET = 4

/** The text as a QR code of error correction M: about a seventh of it may be smudged on paper. */
export function qr(text: string, title: string): PaperElement {
  const code = qrcode(0, 'M')
  // The library takes one byte of each character, so it is given UTF-8 that way.
  code.addData(String.fromCharCode(...new TextEncoder().encode(text)), 'Byte')
  code.make()
  const size = code.getModuleCount() + 2 * QUIET
  return h(
    'svg',
    { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'data-part': 'qr' },
    h('title', {}, title),
    h('path', { d: darkRuns(code) }),
  )
}

/** Dark modules of a row that touch are one rectangle, so that no hairline parts them in print. */
function darkRuns(code: QRCode): string {
  const modules = code.getModuleCount()
  let path = ''
  for (let row = 0; row < modules; row++)
    for (let from = 0; from < modules; from++) {
      if (!code.isDark(row, from)) continue
      let to = from
      while (to < modules && code.isDark(row, to)) to++
      path += `M${from + QUIET} ${row + QUIET}h${to - from}v1h-${to - from}z`
      from = to
    }
  return path
}
