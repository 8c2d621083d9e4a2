/**
 * A message as the rules read it: plain simplified characters without what people put between them
 * (自/杀, s i, 自​杀), with the way back to where each stood in the original.
 */
export interface Stream {
  /** One UTF-16 unit for each character that is read. */
  chars: string
  /** Where it begins and ends in the original. */
  from: Int32Array
  to: Int32Array
  /** What stood between the character before and this one: nothing, a sign, a space, a comma, a full stop. */
  gap: Uint8Array
  emoji: { sign: string; start: number; length: number }[]
}

export const gaps = { none: 0, sign: 1, space: 2, comma: 3, stop: 4 } as const

const stops = new Set('。！？!?\n\r；;…')
const commas = new Set('，,、：:')
const letterOrDigit = /[\p{L}\p{N}]/u
const pictograph = /\p{Extended_Pictographic}/u
/** Joiners, direction marks, accents and variation selectors (these are among \p{Mn}). */
const invisible = /\p{Cf}|\p{Mn}/u

/** One character: full width to half width, styled letters (𝒛𝒔, ⓢ) to plain ones, lower case. */
function plain(sign: string, code: number): string {
  if (code >= 0x4e00 && code <= 0x9fff) return sign
  if (code < 0x80) return sign.toLowerCase()
  const folded = sign.normalize('NFKC').toLowerCase()
  return folded === '' ? sign : folded
}

export function normalise(text: string, readAs: ReadonlyMap<string, string>): Stream {
  const size = text.length
  const from = new Int32Array(size)
  const to = new Int32Array(size)
  const gap = new Uint8Array(size + 1)
  const emoji: Stream['emoji'] = []
  let chars = ''
  let length = 0
  let between = 0
  const units: number[] = []

  for (let at = 0; at < size; ) {
    const code = text.codePointAt(at)!
    const width = code > 0xffff ? 2 : 1
    const original = width === 1 ? text[at]! : text.slice(at, at + 2)
    const start = at
    at += width
    const sign = plain(original, code)
    const han = code >= 0x4e00 && code <= 0x9fff
    if (!han && !letterOrDigit.test(sign)) {
      if (invisible.test(original)) continue
      if (code > 0xff && pictograph.test(original)) {
        if (emoji.length < 200) emoji.push({ sign: original, start, length: width })
        between = Math.max(between, gaps.sign)
      } else if (stops.has(sign)) between = gaps.stop
      else if (commas.has(sign)) between = Math.max(between, gaps.comma)
      else if (/^\s/.test(sign)) between = Math.max(between, gaps.space)
      else between = Math.max(between, gaps.sign)
      continue
    }
    const kept = readAs.get(sign) ?? sign
    // Rare signs outside the basic plane stand as one that no term holds; a ligature's first letter stands for it.
    const unit = kept.codePointAt(0)! > 0xffff ? 0xfffd : kept.charCodeAt(0)
    // 死死死死 is read as 死死: the walk over a term skips one repetition, not thousands.
    if (between === 0 && length > 1 && units[length - 1] === unit && units[length - 2] === unit) {
      if (unit < 48 || unit > 57) {
        to[length - 1] = at
        continue
      }
    }
    units.push(unit)
    from[length] = start
    to[length] = at
    gap[length] = between
    between = 0
    length++
  }
  gap[length] = gaps.stop
  for (let i = 0; i < length; i += 4096) chars += String.fromCharCode(...units.slice(i, i + 4096))
  return { chars, from, to, gap, emoji }
}
