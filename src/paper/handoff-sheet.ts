import { type Handoff, type HandoffItem, isSevere } from '../contract/handoff.ts'
import { h } from './node.ts'
import type { Language, Paper } from './paper.ts'
import { type Child, sections, written } from './parts.ts'
import { type Copy, head, watermark } from './sheet/head.ts'
import { type DeskNames, leftOf, type Sheet } from './sheet/item.ts'
import { severeCard } from './sheet/severe.ts'
import { signatures } from './sheet/signatures.ts'
import { sheetStyle } from './sheet/style.ts'
import { accounts, closed, handedOver, kept, type Numbered, queue, undecided } from './sheet/tables.ts'
import { type Running, styleOf } from './style.ts'
import { full } from './time.ts'
import { type Words, wordsIn } from './words/words.ts'

export type { Copy } from './sheet/head.ts'
export type { DeskNames } from './sheet/item.ts'

/** The sheet of a shift handoff 交接班单 on A4: severe matters first, signatures last, its code on every page. */
export function handoffSheet(handoff: Handoff, names: DeskNames, copy: Copy, language: Language): Paper {
  const words = wordsIn(language)
  const sheet: Sheet = { words, names, from: handoff.from, near: handoff.frozenAt }
  const title = handoff.corrects === null ? words.sheet.title : words.sheet.correction
  return {
    language,
    title: `${title} ${[handoff.station, handoff.postName, full(handoff.frozenAt)].filter(Boolean).join(' ')}`,
    css: styleOf(language, running(handoff, title, words), sheetStyle),
    body: h(
      'div',
      { class: 'paper' },
      watermark(handoff, sheet),
      head(handoff, copy, sheet),
      matters(handoff, sheet),
      h('p', { class: 'end' }, `— ${words.sheet.end} · ${words.shared.beijingTime} —`),
    ),
  }
}

function running({ station, state, checkpoint, frozenAt }: Handoff, title: string, words: Words): Running {
  const mark = checkpoint ? `${checkpoint.size} ${checkpoint.code}` : null
  const draft = state === 'done' ? null : words.sheet.drafts[state]
  return { station, title: `${title} ${full(frozenAt)}`, mark: mark ?? draft }
}

function matters(handoff: Handoff, sheet: Sheet): Child[] {
  const { words } = sheet
  const named = words.sheet.sections
  const section = sections(words)
  if (handoff.corrects !== null) return [section('signatures', named.signature, signatures(handoff, words))]

  const numbered = handoff.items.map((item, at) => ({ item, number: at + 1 }))
  const of = (wanted: (item: HandoffItem) => boolean) => numbered.filter(({ item }) => wanted(item))
  const severe = of((item) => isSevere(item.severity))
  const faults = of((item) => !isSevere(item.severity) && item.kind === 'account')
  const rest = (decided: string | undefined) =>
    of((item) => !isSevere(item.severity) && item.kind !== 'account' && item.decision?.do === decided)
  const open = rest(undefined)
  const empty = (text: string) => h('p', { class: 'empty' }, text)
  const listed = (
    part: 'handOver' | 'undecided' | 'keep' | 'close' | 'gone',
    rows: readonly Numbered[],
    draw: (rows: readonly Numbered[], sheet: Sheet) => Child,
  ) => rows.length > 0 && section(part, named[part], draw(rows, sheet))

  return [
    section(
      'severe',
      named.severe,
      severe.length === 0
        ? empty(words.sheet.empty.severe)
        : severe.map(({ item, number }) => severeCard(item, number, sheet)),
    ),
    listed(
      'undecided',
      open.filter(({ item }) => leftOf(item) === null),
      undecided,
    ),
    listed('handOver', rest('handOver'), handedOver),
    listed('keep', rest('keep'), kept),
    listed('close', rest('close'), closed),
    listed(
      'gone',
      open.filter(({ item }) => leftOf(item) !== null),
      undecided,
    ),
    section(
      'accounts',
      named.accounts,
      faults.length === 0 ? empty(words.sheet.empty.accounts) : accounts(faults, sheet),
    ),
    section(
      'notices',
      named.notices,
      handoff.notices.length === 0
        ? empty(words.sheet.empty.notices)
        : h(
            'ol',
            { class: 'notices' },
            handoff.notices.map((notice, at) =>
              h('li', {}, h('span', { class: 'ordinal' }, at + 1), h('div', {}, written(notice))),
            ),
          ),
    ),
    section('queue', named.queue, queue(handoff, sheet)),
    section('signatures', named.signatures, signatures(handoff, words)),
  ]
}
