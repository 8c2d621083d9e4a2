import type { HandoffItem, HandoffQuestion } from '../../contract/handoff.ts'
import { h, type PaperElement, type PaperNode } from '../node.ts'
import { type Child, joined, lock, sentence, tick, when, written } from '../parts.ts'
import { filled, type Words, wordOf } from '../words/words.ts'

/** What the sheet says of one item, wherever it stands. */

export interface DeskNames {
  /** By id, as they are called at the station. */
  desks: Readonly<Record<string, string>>
  levels: Readonly<Record<string, string>>
}

export interface Sheet {
  words: Words
  names: DeskNames
  /** The outgoing officer: what this one holds needs no saying. */
  from: string
  /** The freeze point: years that differ from its own are written out. */
  near: string
}

/** Paper lies about and is copied, so a private thread is withheld on it whoever prints it (rule 11). */
export const withheld = (item: HandoffItem) => item.private || !item.readable

export function severityMark(item: HandoffItem, { words }: Sheet): PaperElement {
  return h('span', { class: `severity ${item.severity}` }, wordOf(words.sheet.severities, item.severity))
}

export function title(item: HandoffItem, { words }: Sheet): PaperElement {
  const category = item.category && wordOf(words.shared.categories, item.category)
  if (withheld(item))
    return h(
      'div',
      { class: 'matter' },
      h('strong', {}, lock(), ` ${words.shared.private}`),
      h('small', {}, ` ${category ?? words.shared.noCategory}`),
    )
  const account = item.accountName && item.accountName !== item.title ? h('bdi', {}, item.accountName) : null
  const kind = item.kind === 'thread' ? (category ?? words.shared.noCategory) : category
  return h(
    'div',
    { class: 'matter' },
    h('strong', {}, h('bdi', {}, item.title)),
    h('small', {}, ' ', joined([account, kind], ' · ')),
  )
}

export function why(item: HandoffItem, { words }: Sheet): string {
  const all = item.why.map((one) => wordOf(words.sheet.why, one)).join(words.shared.list)
  return all.charAt(0).toUpperCase() + all.slice(1)
}

/** Why it did not move with the others. */
export const leftOf = (item: HandoffItem) => (item.moved && 'left' in item.moved ? item.moved.left : null)

/** What is wrong with an account, and of which times messages may be lost. */
export function trouble({ trouble: has }: HandoffItem, { words, near }: Sheet): PaperElement[] {
  if (!has) return []
  const { fault, gaps } = has
  const faulty = fault && {
    at: when(fault.since, near),
    what: fault.code === null ? fault.what : `${fault.what} ${fault.code}`,
    minutes: String(Math.round((fault.seconds ?? 0) / 60)),
  }
  const said =
    fault?.what === 'clockAhead' || fault?.what === 'clockBehind'
      ? words.sheet[fault.what]
      : words.sheet.faultSince
  return [
    ...(faulty ? [h('div', {}, ...sentence(said, faulty))] : []),
    ...gaps.map(({ from, to }) =>
      h(
        'div',
        {},
        ...sentence(words.sheet.messagesMayBeLost, { from: when(from, near), to: when(to, near) }),
      ),
    ),
  ]
}

/** Who else holds it, since when it waits, and what else is on its way. */
export function circumstances(item: HandoffItem, sheet: Sheet): Child[] {
  const { words } = sheet
  const at = (text: string, instant: string | null) =>
    instant !== null && sentence(text, { at: when(instant, sheet.near) })
  const holder = item.holderName
    ? item.holder !== sheet.from &&
      h('span', {}, `${words.sheet.holder}${words.shared.colon}`, h('bdi', {}, item.holderName))
    : item.kind === 'thread' && !item.why.includes('unclaimed') && words.sheet.unclaimed
  const left = leftOf(item)
  const asDecided = left === 'kept' || (left === 'closed' && item.decision?.do === 'close')
  const parts = [
    holder,
    at(words.sheet.waitingSince, item.waitingSince),
    at(words.sheet.snoozedUntil, item.snoozedUntil),
    at(words.sheet.alarmAt, item.alarmAt),
    escalated(item, sheet),
    at(words.sheet.returnVisitAt, item.returnVisitAt),
    item.newsSince > 0 && filled(words.sheet.newsSince, { n: item.newsSince }),
    left !== null && !asDecided && h('strong', {}, words.sheet.left[left]),
  ]
  return joined(parts, words.shared.separator)
}

function escalated(item: HandoffItem, { words, names, near }: Sheet): Child {
  if (!item.escalation) return null
  const { desk, level, state, dueAt } = item.escalation
  const due = state === 'offered' && dueAt !== null
  return sentence(due ? words.sheet.escalatedDue : words.sheet.escalated, {
    desk: wordOf(names.desks, desk),
    level: wordOf(names.levels, level),
    state: wordOf(words.sheet.escalationStates, state),
    at: due ? when(dueAt, near) : null,
  })
}

/** What an earlier handoff promised and nobody has done yet. */
export function earlierPromise(item: HandoffItem, { words, near }: Sheet): PaperElement | null {
  if (!item.promise) return null
  const { nextAction, deadline } = item.promise
  const text = withheld(item) ? [lock()] : [nextAction === null ? words.sheet.erased : written(nextAction)]
  const by = deadline && sentence(words.sheet.promiseBy, { at: when(deadline, near) })
  return h('div', { class: 'promise' }, `${words.sheet.promise}${words.shared.colon}`, text, by)
}

/** Text on an item that only its readers see; `null` is one that was erased. */
export function textOf(item: HandoffItem, text: string | null, { words }: Sheet): PaperNode {
  if (withheld(item)) return lock()
  return text === null ? words.sheet.erased : written(text)
}

export function questions(item: HandoffItem, sheet: Sheet): PaperElement | null {
  if (item.questions.length === 0) return null
  return h(
    'ul',
    { class: 'questions' },
    item.questions.map((one) => h('li', {}, asked(item, one, sheet))),
  )
}

function asked(item: HandoffItem, { text, byName, at, reply }: HandoffQuestion, sheet: Sheet): Child[] {
  const { words, near } = sheet
  const said = (word: string, words_: string | null, name: string, at_: string) =>
    h(
      'div',
      {},
      h('strong', {}, `${word}${words.shared.colon}`),
      textOf(item, words_, sheet),
      signed(name, when(at_, near)),
    )
  return [
    said(words.sheet.question, text, byName, at),
    reply
      ? said(words.sheet.reply, reply.text, reply.byName, reply.at)
      : h('div', { class: 'quiet' }, words.sheet.noReply),
  ]
}

/** Who said it and when. */
export const signed = (name: string, at: PaperNode) => h('small', {}, ' — ', h('bdi', {}, name), ' ', at)

export function accepted(item: HandoffItem, { words }: Sheet): PaperElement {
  return item.accepted
    ? h('span', { class: 'accepted' }, tick(words.sheet.accepted), ` ${words.sheet.accepted}`)
    : h('span', { class: 'accepted quiet' }, words.sheet.notAccepted)
}

export function deadline(item: HandoffItem, { words, near }: Sheet): Child {
  const decision = item.decision
  if (decision?.do !== 'handOver') return null
  return decision.deadline
    ? h('strong', {}, when(decision.deadline, near))
    : h('span', { class: 'quiet' }, words.sheet.noDeadline)
}
