import type { HandoffItem } from '../../contract/handoff.ts'
import { h, type PaperElement } from '../node.ts'
import { type Child, lock, when } from '../parts.ts'
import { wordOf } from '../words/words.ts'
import {
  accepted,
  circumstances,
  deadline,
  earlierPromise,
  leftOf,
  questions,
  type Sheet,
  severityMark,
  signed,
  textOf,
  title,
  why,
  withheld,
} from './item.ts'

/** A severe matter: what the source says beside what the incoming officer understood, then what is to be done. */
export function severeCard(item: HandoffItem, number: number, sheet: Sheet): PaperElement {
  const { words } = sheet
  return h(
    'article',
    { class: `card ${item.severity}`, 'data-part': 'severe-item' },
    h(
      'header',
      {},
      h('span', { class: 'ordinal' }, number),
      severityMark(item, sheet),
      title(item, sheet),
      h(
        'span',
        { class: 'decided' },
        words.sheet.decided[item.decision?.do ?? (leftOf(item) ? 'left' : 'none')],
      ),
    ),
    h('div', { class: 'circumstances' }, h('strong', {}, why(item, sheet)), ' ', circumstances(item, sheet)),
    earlierPromise(item, sheet),
    h(
      'div',
      { class: 'beside' },
      h('div', {}, h('h3', {}, sourceWords(item, sheet)), source(item, sheet)),
      h('div', {}, h('h3', {}, words.sheet.readBack), readBack(item, sheet)),
    ),
    decision(item, sheet),
    questions(item, sheet),
  )
}

const sourceWords = (item: HandoffItem, { words }: Sheet) =>
  item.kind === 'thread' ? words.sheet.source : words.sheet.sourceOther

function source(item: HandoffItem, sheet: Sheet): Child {
  if (withheld(item)) return h('p', { class: 'quiet' }, lock(), ` ${sheet.words.shared.withheld}`)
  if (item.summary === null) return h('p', { class: 'quiet' }, sheet.words.sheet.noSource)
  return h('p', {}, textOf(item, item.summary, sheet))
}

function readBack(item: HandoffItem, sheet: Sheet): Child {
  if (!item.readBack) return h('p', { class: 'quiet' }, sheet.words.sheet.noReadBack)
  const { text, at, byName } = item.readBack
  return h(
    'p',
    {},
    textOf(item, text, sheet),
    signed(byName, when(at, sheet.near)),
    ' ',
    accepted(item, sheet),
  )
}

function decision(item: HandoffItem, sheet: Sheet): PaperElement | null {
  const { words } = sheet
  const row = (name: string, value: Child) => [h('dt', {}, name), h('dd', {}, value)]
  const made = item.decision
  if (!made) return null
  if (made.do === 'keep')
    return h('dl', { class: 'decision' }, row(words.sheet.reason, textOf(item, made.reason, sheet)))
  if (made.do === 'close')
    return h(
      'dl',
      { class: 'decision' },
      row(words.sheet.columns.disposition, wordOf(words.shared.dispositions, made.disposition)),
      made.note !== null && row(words.sheet.note, textOf(item, made.note, sheet)),
    )
  return h(
    'dl',
    { class: 'decision' },
    row(words.sheet.nextAction, textOf(item, made.nextAction, sheet)),
    row(words.sheet.deadline, deadline(item, sheet)),
    made.ifThen !== null && row(words.sheet.ifThen, textOf(item, made.ifThen, sheet)),
  )
}
