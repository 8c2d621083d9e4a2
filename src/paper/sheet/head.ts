import { type Handoff, isSevere } from '../../contract/handoff.ts'
import { h, type PaperElement } from '../node.ts'
import { type Child, counts, facts, seal, sentence, written } from '../parts.ts'
import { exact, full } from '../time.ts'
import { filled } from '../words/words.ts'
import { leftOf, type Sheet } from './item.ts'

/** The upper half of the first page: what this sheet is, between whom, and the code it is known by. */

export interface Copy {
  /** When and by whom this copy was made. */
  printedAt: string
  printedByName: string | null
}

export function head(handoff: Handoff, copy: Copy, sheet: Sheet): Child[] {
  const { words } = sheet
  const { state } = handoff
  return [
    h(
      'header',
      { class: 'masthead' },
      h('p', { class: 'station' }, h('bdi', {}, handoff.station)),
      h('h1', {}, handoff.corrects === null ? words.sheet.title : words.sheet.correction),
    ),
    state !== 'done' && h('p', { class: 'state' }, words.sheet.draftLines[state]),
    handoff.corrects === null ? parties(handoff, copy, sheet) : corrector(handoff, copy, sheet),
    handoff.text !== null && correction(handoff.text, sheet),
    handoff.corrects === null && numbers(handoff, sheet),
    code(handoff, sheet),
  ]
}

/** Printed on each page behind the text until both have signed. */
export function watermark({ state }: Handoff, { words }: Sheet): PaperElement | null {
  if (state === 'done') return null
  return h('div', { class: 'watermark', 'data-part': 'watermark' }, h('span', {}, words.sheet.drafts[state]))
}

function parties(handoff: Handoff, copy: Copy, sheet: Sheet): PaperElement {
  const { words } = sheet
  const said = words.sheet
  const time = (instant: string | null) => (instant ? exact(instant) : '–')
  return facts([
    [said.post, handoff.postName ? h('bdi', {}, handoff.postName) : said.noPost, true],
    [said.outgoing, h('strong', {}, h('bdi', {}, handoff.fromName))],
    [said.incoming, handoff.toName ? h('strong', {}, h('bdi', {}, handoff.toName)) : said.nobodyYet],
    [
      said.frozen,
      [h('strong', {}, exact(handoff.frozenAt)), filled(said.frozenWhy, { seq: handoff.frozenSeq })],
      true,
    ],
    [said.started, time(handoff.startedAt)],
    [said.offered, [time(handoff.offeredAt), handoff.overdue && h('strong', {}, ` ${said.overdue}`)]],
    [said.done, time(handoff.doneAt)],
    [said.printed, printed(copy, sheet)],
    [said.id, h('span', { class: 'code' }, handoff.id), true],
    handoff.correctedBy.length === 0
      ? null
      : [said.correctedBy, h('span', { class: 'code' }, handoff.correctedBy.join(words.shared.list)), true],
  ])
}

/** A correction is one person's: no freeze point, no other side. */
function corrector(handoff: Handoff, copy: Copy, sheet: Sheet): PaperElement {
  const said = sheet.words.sheet
  return facts([
    handoff.postName === null ? null : [said.post, h('bdi', {}, handoff.postName), true],
    [said.corrector, h('strong', {}, h('bdi', {}, handoff.fromName)), true],
    [said.correctedAt, exact(handoff.doneAt ?? handoff.startedAt)],
    [said.printed, printed(copy, sheet)],
    [said.id, h('span', { class: 'code' }, handoff.id), true],
    [said.corrects, h('span', { class: 'code' }, handoff.corrects ?? ''), true],
  ])
}

const printed = ({ printedAt, printedByName }: Copy, { words }: Sheet): Child =>
  printedByName === null
    ? full(printedAt)
    : sentence(words.sheet.printedBy, { at: full(printedAt), name: h('bdi', {}, printedByName) })

const correction = (text: string, { words }: Sheet) =>
  h(
    'div',
    { class: 'correction', 'data-part': 'correction' },
    h('h3', {}, words.sheet.correctionText),
    written(text),
  )

function numbers({ items, queue }: Handoff, { words }: Sheet): PaperElement {
  const said = words.sheet.counts
  const severe = items.filter(({ severity }) => isSevere(severity))
  const decided = (what: 'handOver' | 'keep' | 'close') =>
    items.filter(({ decision }) => decision?.do === what).length
  const undecided = items.filter((item) => item.decision === null && leftOf(item) === null).length
  return counts([
    [items.length, said.items],
    [severe.length, said.severe],
    [severe.filter(({ readBack }) => readBack !== null).length, said.readBack],
    [decided('handOver'), said.handOver],
    [decided('keep'), said.keep],
    [decided('close'), said.close],
    ...(undecided > 0 ? [[undecided, said.undecided] as const] : []),
    [items.filter((item) => item.accepted).length, said.accepted],
    [items.reduce((sum, { questions }) => sum + questions.length, 0), said.questions],
    [queue.threads, said.queue],
  ])
}

function code({ state, checkpoint }: Handoff, { words }: Sheet): PaperElement | null {
  if (checkpoint) return seal(checkpoint, words)
  return state === 'done' ? h('p', { class: 'state' }, words.shared.noCode) : null
}
