import type { Output } from '../../contract/index.ts'
import { maskText } from '../people/masking.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Station } from '../station/station.ts'
import { likeness, tellingTerms } from './likeness.ts'

/**
 * From here on two messages are taken to ask the same. Found on 2,468 real messages of one city: of what it brings up
 * eight to ten in ten are about the same matter, and few who write of a matter of many find nobody. An officer looks
 * at each before it is linked.
 */
export const alike = 0.18

/** How many waiting threads are compared, and how many of the most alike are shown. */
const compared = 2_000
const shown = 20
/** Of the question, in characters. */
const excerptLength = 80

/** Waiting threads whose residents ask much the same as this one's, most alike first. */
export function similarTo(station: Station, thread: string, reader: Reader): Output<'common.similar'> {
  const asked = tellingTerms(lastWords(station, thread))
  const others = station.views.groups
    .asking(compared)
    .filter(({ id }) => id !== thread)
    .map(({ id, title, text }) => ({
      id,
      words: text === null ? lastWords(station, id) : [title, text].filter(Boolean).join(' '),
    }))
  const degrees = likeness(
    asked,
    others.map(({ words }) => tellingTerms(words)),
  )
  const found = others
    .map((other, at) => ({ ...other, likeness: degrees[at]! }))
    .filter((other) => other.likeness >= alike)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, shown)
  const rows = new Map(
    station.inbox
      .rows(
        found.map(({ id }) => id),
        reader,
      )
      .map((row) => [row.id, row]),
  )
  return found.flatMap(({ id, likeness, words }) => {
    const row = rows.get(id)
    return row?.readable ? [{ row, likeness, question: excerpt(words) }] : []
  })
}

/**
 * What the resident has said since anybody else's last word, newest first: a question often comes in several bubbles,
 * and in a group each asks for themselves.
 */
function lastWords(station: Station, thread: string): string {
  const words: string[] = []
  let speaker: unknown = null
  for (const { entry, content } of station.ledger.bySubject(thread, 50)) {
    if (entry.type === 'message.sent' && words.length > 0) break
    if (entry.type !== 'message.received') continue
    speaker ??= entry.data.from
    if (entry.data.from !== speaker) break
    words.push([content?.title, content?.text].filter((each) => typeof each === 'string').join(' '))
  }
  return words.join('\n')
}

/** Masked before it is cut: a number cut at the edge would not be known as one. Never in the middle of an emoji. */
function excerpt(words: string): string {
  return maskText(words)
    .text.slice(0, excerptLength)
    .replace(/[\ud800-\udbff]$/, '')
}
