/**
 * How alike short texts are, for finding those that ask the same: every two neighbouring characters are a term,
 * terms that are rare among the texts at hand weigh more, and the cosine of the weights is the likeness. It needs no
 * dictionary, and works for Chinese as for anything else. Pure.
 */

/** A text says first what it is about; what follows is mostly circumstance. In UTF-16 code units. */
const read = 120

/** Politeness and address, as any message may hold: they say nothing of what is asked, and part what does. */
const empty =
  /[您你]好|请问|请教|谢谢[您你]?|多谢|麻烦[您你了]?|辛苦[您你了]?|打扰[您你了]?|我?想?(?:问|咨询|了解)一下|在吗|在不在|有人吗|好的|收到|尊敬的|领导|同志|民警|警[官察]/g

/** The terms of a text, each a number below `termCount` followed by how often it occurs. */
export type Terms = Uint32Array

/** Two terms in one place are no harm among so many. */
const termCount = 1 << 18

export function tellingTerms(text: string): Terms {
  const folded = text.slice(0, read).normalize('NFKC').toLowerCase()
  return termsOf(folded.replace(empty, ' ').slice(0, read))
}

/**
 * Likeness of `asked` to each of `others`, 0 to 1. A term that most of them hold (the village's name, this week's
 * flood) tells little; one that stands in few of them tells most. Two thousand in some ten milliseconds, hence the
 * plain arrays.
 */
export function likeness(asked: Terms, others: readonly Terms[]): number[] {
  const texts = others.length + 1
  const inHowMany = new Uint16Array(termCount)
  for (const terms of [asked, ...others])
    for (let at = 0; at < terms.length; at += 2) inHowMany[terms[at]!]! += 1
  const rarity = Float64Array.from({ length: texts + 1 }, (_, many) =>
    Math.log(1 + texts / Math.max(many, 1)),
  )
  const weightAt = (terms: Terms, at: number) => rarity[inHowMany[terms[at]!]!]! * said[terms[at + 1]!]!

  const here = new Float64Array(termCount)
  let ours = 0
  for (let at = 0; at < asked.length; at += 2) {
    const weight = weightAt(asked, at)
    here[asked[at]!] = weight
    ours += weight * weight
  }
  return others.map((terms) => {
    let theirs = 0
    let shared = 0
    for (let at = 0; at < terms.length; at += 2) {
      const weight = weightAt(terms, at)
      theirs += weight * weight
      shared += weight * here[terms[at]!]!
    }
    return shared === 0 ? 0 : shared / Math.sqrt(ours * theirs)
  })
}

/** What saying it so many times makes of a term's weight: more, not so many times as much. */
const said = Float64Array.from({ length: read }, (_, times) => 1 + Math.log(Math.max(times, 1)))

function termsOf(text: string): Terms {
  const all = new Uint32Array(text.length)
  let count = 0
  let before = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const word = isWord(code)
    if (word && before !== 0) {
      all[count] = (Math.imul(before, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b)) >>> 14
      count += 1
    }
    before = word ? code : 0
  }
  const sorted = all.subarray(0, count).sort()
  const terms = new Uint32Array(2 * count)
  let last = -2
  for (let at = 0; at < count; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) {
      last += 2
      terms[last] = sorted[at]!
    }
    terms[last + 1]! += 1
  }
  return terms.subarray(0, last + 2)
}

/** Digits, letters and Han characters, of a text that is folded already. */
function isWord(code: number): boolean {
  if (code < 0x80) return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)
  return (
    (code >= 0x3400 && code <= 0x9fff) || (code >= 0xc0 && code < 0x2000) || (code >= 0xac00 && code < 0xd7a4)
  )
}
