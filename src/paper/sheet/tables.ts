import type { Handoff, HandoffItem } from '../../contract/handoff.ts'
import { h, type PaperElement } from '../node.ts'
import { type Child, type Column, lock, sentence, table, when, written } from '../parts.ts'
import { filled, wordOf } from '../words/words.ts'
import {
  accepted,
  circumstances,
  deadline,
  earlierPromise,
  questions,
  type Sheet,
  severityMark,
  textOf,
  title,
  trouble,
  why,
  withheld,
} from './item.ts'

/** The items that are not severe, by what was decided of them; accounts; the queue. */

export interface Numbered {
  item: HandoffItem
  number: number
}

const cell = (...content: Child[]) => h('td', {}, content)
const row = (item: HandoffItem, cells: readonly PaperElement[]) =>
  h('tr', { class: item.severity, 'data-part': 'item' }, cells)

const matter = (item: HandoffItem, sheet: Sheet) =>
  cell(
    title(item, sheet),
    h('small', {}, h('strong', {}, why(item, sheet))),
    h('div', { class: 'circumstances' }, circumstances(item, sheet)),
    earlierPromise(item, sheet),
  )

function summary(item: HandoffItem, sheet: Sheet): PaperElement {
  if (!withheld(item) && item.summary === null) return cell()
  return cell(textOf(item, item.summary, sheet), questions(item, sheet))
}

function next(item: HandoffItem, sheet: Sheet): PaperElement {
  const { words } = sheet
  const made = item.decision
  if (made?.do === 'keep')
    return cell(`${words.sheet.decided.keep}${words.shared.colon}`, textOf(item, made.reason, sheet))
  if (made?.do === 'close')
    return cell(
      `${words.sheet.decided.close}${words.shared.colon}`,
      wordOf(words.shared.dispositions, made.disposition),
    )
  if (!made) return cell(h('span', { class: 'quiet' }, words.sheet.decided.none))
  return cell(
    textOf(item, made.nextAction, sheet),
    made.ifThen !== null &&
      h(
        'div',
        { class: 'if-then' },
        h('strong', {}, `${words.sheet.ifThen}${words.shared.colon}`),
        textOf(item, made.ifThen, sheet),
      ),
  )
}

/** A table of matters: number, severity, matter and summary of each, and then what is to be said of these. */
function matters(
  items: readonly Numbered[],
  sheet: Sheet,
  more: readonly Column[],
  said: (item: HandoffItem) => readonly PaperElement[],
): PaperElement {
  const { columns } = sheet.words.sheet
  return table(
    [
      { name: columns.number, width: 'slim', number: true },
      { name: columns.severity, width: 'mark' },
      { name: columns.matter, width: 'wide' },
      { name: columns.summary, width: 'rest' },
      ...more,
    ],
    items.map(({ item, number }) =>
      row(item, [
        h('td', { class: 'number' }, number),
        cell(severityMark(item, sheet)),
        matter(item, sheet),
        summary(item, sheet),
        ...said(item),
      ]),
    ),
  )
}

export function handedOver(items: readonly Numbered[], sheet: Sheet): PaperElement {
  const { columns } = sheet.words.sheet
  const more: Column[] = [
    { name: columns.next, width: 'rest' },
    { name: columns.deadline, width: 'time' },
  ]
  return matters(items, sheet, more, (item) => [
    next(item, sheet),
    cell(deadline(item, sheet), h('div', {}, accepted(item, sheet))),
  ])
}

export const undecided = (items: readonly Numbered[], sheet: Sheet): PaperElement =>
  matters(items, sheet, [], () => [])

export function accounts(items: readonly Numbered[], sheet: Sheet): PaperElement {
  const { columns } = sheet.words.sheet
  return table(
    [
      { name: columns.number, width: 'slim', number: true },
      { name: columns.account, width: 'name' },
      { name: columns.condition, width: 'rest' },
      { name: columns.next, width: 'rest' },
      { name: columns.deadline, width: 'time' },
    ],
    items.map(({ item, number }) =>
      row(item, [
        h('td', { class: 'number' }, number),
        cell(title(item, sheet)),
        cell(
          h('strong', {}, why(item, sheet)),
          !withheld(item) && item.summary !== null && h('div', {}, written(item.summary)),
          ...trouble(item, sheet),
          earlierPromise(item, sheet),
          questions(item, sheet),
        ),
        next(item, sheet),
        cell(deadline(item, sheet), h('div', {}, accepted(item, sheet))),
      ]),
    ),
  )
}

export function kept(items: readonly Numbered[], sheet: Sheet): PaperElement {
  const { columns } = sheet.words.sheet
  return matters(items, sheet, [{ name: columns.reason, width: 'rest' }], (item) => [
    cell(item.decision?.do === 'keep' && textOf(item, item.decision.reason, sheet)),
  ])
}

export function closed(items: readonly Numbered[], sheet: Sheet): PaperElement {
  const { columns } = sheet.words.sheet
  return table(
    [
      { name: columns.number, width: 'slim', number: true },
      { name: columns.matter, width: 'wide' },
      { name: columns.disposition, width: 'short' },
      { name: columns.note, width: 'rest' },
    ],
    items.map(({ item, number }) => {
      const made = item.decision?.do === 'close' ? item.decision : null
      return row(item, [
        h('td', { class: 'number' }, number),
        matter(item, sheet),
        cell(made && wordOf(sheet.words.shared.dispositions, made.disposition)),
        cell(made && made.note !== null && textOf(item, made.note, sheet), questions(item, sheet)),
      ])
    }),
  )
}

export function queue({ queue: { threads, oldestWaitingSince, rows } }: Handoff, sheet: Sheet): Child[] {
  const { words, near } = sheet
  const { columns } = words.sheet
  if (threads === 0) return [h('p', { class: 'empty' }, words.sheet.queueNone)]
  const oldest = oldestWaitingSince ? when(oldestWaitingSince, near) : '–'
  return [
    h('p', { class: 'lead' }, sentence(words.sheet.queueSummary, { n: String(threads), at: oldest })),
    table(
      [
        { name: columns.waiting, width: 'time' },
        { name: columns.urgency, width: 'mark' },
        { name: columns.resident, width: 'rest' },
        { name: columns.account, width: 'rest' },
        { name: columns.category, width: 'name' },
      ],
      rows.map((one) =>
        h('tr', { 'data-part': 'queued' }, [
          cell(one.waitingSince && when(one.waitingSince, near)),
          cell(wordOf(words.shared.urgencies, one.urgency)),
          cell(one.title === '🔒' ? [lock(), ` ${words.shared.private}`] : h('bdi', {}, one.title)),
          cell(h('bdi', {}, one.accountName)),
          cell(one.category ? wordOf(words.shared.categories, one.category) : words.shared.noCategory),
        ]),
      ),
    ),
    rows.length < threads &&
      h('p', { class: 'lead quiet' }, filled(words.sheet.queueCut, { n: rows.length })),
  ]
}
