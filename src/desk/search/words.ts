/**
 * How text becomes searchable. Every two neighbouring characters are one token, so any run of two or more
 * characters is found exactly, in Chinese and in everything else; a single character is the start of a token.
 * SQLite's own tokenizers cannot: unicode61 takes a Chinese sentence for one word, trigram drops short words.
 */

/** Folded to compare: letters to lower case, full-width forms to ASCII. Keeps every place in the text. */
export function fold(text: string): string {
  let folded = ''
  for (const unit of text) {
    const code = unit.codePointAt(0)!
    if (code >= 0xff01 && code <= 0xff5e) folded += String.fromCharCode(code - 0xfee0).toLowerCase()
    else {
      const lower = unit.toLowerCase()
      folded += lower.length === unit.length ? lower : unit
    }
  }
  return folded
}

/**
 * FTS5's `ascii` tokenizer takes every non-ASCII character into a token, so ASCII moves to a private area. What
 * stands in that area itself, e.g. the emoji of old phones, is moved on behind a mark, lest it be taken for ASCII.
 */
function inToken(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x80) return String.fromCharCode(0xe000 + code)
  return code >= 0xe000 && code <= 0xe0ff ? moved + String.fromCharCode(code + 0x100) : char
}
const moved = '\ue0fe'

/** Ends each text, so that its last character starts a token too. */
const end = '\ue0ff'

/** Folded text as FTS5 tokens separated by spaces. */
export function tokens(folded: string): string {
  let out = ''
  let previous = ''
  for (const char of folded) {
    const next = inToken(char)
    if (previous !== '') out += `${previous}${next} `
    previous = next
  }
  return previous === '' ? '' : `${out}${previous}${end}`
}

/** The words of what a person typed; each must occur. */
export function wordsOf(typed: string): string[] {
  return [
    ...new Set(
      fold(typed)
        .split(/\s+/)
        .filter((word) => word !== ''),
    ),
  ]
}

/** An FTS5 query that matches just the texts in which all (folded) words occur. */
export function ftsQuery(words: readonly string[]): string {
  return words.map(phrase).join(' AND ')
}

function phrase(word: string): string {
  const chars = [...word].map(inToken)
  if (chars.length === 1) return `"${chars[0]}" *`
  return `"${chars
    .slice(1)
    .map((char, at) => chars[at]! + char)
    .join(' ')}"`
}

/** Where the words stand in a folded text: start and length, merged and in order. */
export function places(folded: string, words: readonly string[]): [start: number, length: number][] {
  const found: [number, number][] = []
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + word.length)) {
      found.push([at, word.length])
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const merged: [number, number][] = []
  for (const [start, length] of found) {
    const last = merged.at(-1)
    if (last && start <= last[0] + last[1]) last[1] = Math.max(last[1], start + length - last[0])
    else merged.push([start, length])
  }
  return merged
}
