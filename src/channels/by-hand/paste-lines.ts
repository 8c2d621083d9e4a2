/** The lines of a paste, cleaned of what the eye does not see. */

import { type Day, dayAlone } from './paste-time.ts'

export interface Line {
  /** What a message keeps: without control codes and byte-order marks, with the joiners emoji and Uyghur need. */
  kept: string
  /** For reading headers: without anything invisible. */
  text: string
  /** `text` with one plain space per space and ASCII digits and signs; same length, so indexes carry over. */
  match: string
  blank: boolean
}

// Control codes are exactly what has to go here.
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F\u200B\u2060\uFEFF]/g
const DIRECTION = /[\u00AD\u200C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
/** Most lines are plain; this spares them the replacements. */
const PLAIN = /^[\u0020-\u007E\u201C\u201D\u3001\u3002\u4E00-\u9FFF\uFF01\uFF0C\uFF1B\uFF1F]*$/
const FULL_WIDTH = /[\uFF10-\uFF19\uFF1A\uFF0F\uFF0D]/g

export function linesOf(paste: string): Line[] {
  return paste
    .toWellFormed()
    .split(/\r\n|\n|\r/)
    .map((raw) => {
      if (PLAIN.test(raw)) return { kept: raw, text: raw, match: raw, blank: raw.trim() === '' }
      const kept = raw.replace(CONTROL, '')
      const text = kept.replace(DIRECTION, '')
      return { kept, text, match: matchForm(text), blank: text.trim() === '' }
    })
}

const matchForm = (text: string): string =>
  text.replace(/\s/g, ' ').replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))

/** One plain space for any run of spaces, nothing invisible: the same name is always the same string. */
export const tidyName = (name: string): string =>
  PLAIN.test(name)
    ? (name.includes('  ') ? name.replace(/ {2,}/g, ' ') : name).trim()
    : name.replace(CONTROL, '').replace(DIRECTION, '').replace(/\s+/g, ' ').trim()

const DASH = /^ *[-—–─━―=_*·]{3}/
const SEPARATOR = /^ *[-—–─━―=_*·]{3,} *([^-—–─━―=_*· ][^—–─━―=_*·]{1,20}?) *[-—–─━―=_*·]{3,} *$/

/** "—————  2026-11-23  —————": the day all bare clocks below belong to. */
export function separatorDay(line: Line, now: number): Day | null {
  if (line.blank || line.match.length > 200 || !DASH.test(line.match)) return null
  const match = SEPARATOR.exec(line.match)
  return match ? dayAlone(match[1]!, now) : null
}
