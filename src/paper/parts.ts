import { h, type PaperElement, type PaperNode } from './node.ts'
import { qr } from './qr.ts'
import { brief } from './time.ts'
import type { Words } from './words/words.ts'

/** What every paper is put together from. */

export type Child = PaperNode | null | false | readonly Child[]

/** Text that people wrote: its lines stay, and its direction of writing reaches no further. */
export const written = (text: string) => h('bdi', { class: 'text' }, text)

/** Draws a line of matters that belong together, leaving out what is not there. */
export function joined(parts: readonly Child[], between: string): Child[] {
  const there = parts.filter((part) => part !== null && part !== false && part !== '')
  return there.flatMap((part, at) => (at === 0 ? [part] : [between, part]))
}

/** A time that is never torn at the end of a line. */
export const when = (instant: string, near: string) => h('span', { class: 'when' }, brief(instant, near))

/** A sentence with `{name}` replaced by what is drawn. */
export function sentence(text: string, parts: Readonly<Record<string, Child>>): Child[] {
  return text
    .split(/\{(\w+)\}/)
    .map((piece, at) => (at % 2 === 0 ? piece : Object.hasOwn(parts, piece) ? parts[piece]! : `{${piece}}`))
}

export const lock = () =>
  h(
    'svg',
    { class: 'lock', viewBox: '0 0 20 20', role: 'img' },
    h('title', {}, '🔒'),
    h('path', { d: 'M4.6 9h10.8v8H4.6ZM7 9V6.2a3 3 0 0 1 6 0V9M10 12v2' }),
  )

export const tick = (title: string) =>
  h(
    'svg',
    { class: 'tick', viewBox: '0 0 20 20', role: 'img' },
    h('title', {}, title),
    h('path', { d: 'M4 10.6 8.2 14.8 16.2 5.8' }),
  )

/** Names and values in two columns; a value may take the whole width. */
export function facts(rows: readonly (readonly [name: string, value: Child, wide?: boolean] | null)[]) {
  return h(
    'dl',
    { class: 'facts' },
    rows
      .filter((row) => row !== null)
      .map(([name, value, wide]) => [h('dt', {}, name), h('dd', wide ? { class: 'wide' } : {}, value)]),
  )
}

export function counts(rows: readonly (readonly [number: number | string, name: string])[]) {
  return h(
    'ul',
    { class: 'counts' },
    rows.map(([number, name]) => h('li', {}, h('strong', {}, number), h('span', {}, name))),
  )
}

/** The code a person reads out or types, and the checkpoint a machine reads. */
export function seal(
  checkpoint: { size: number; code: string; note: string | null },
  words: Words,
): PaperElement {
  const { code, size, note } = checkpoint
  return h(
    'aside',
    { class: 'seal', 'data-part': 'seal' },
    h(
      'div',
      {},
      h(
        'div',
        { class: 'head' },
        h('dl', {}, h('dt', {}, words.shared.size), h('dd', {}, size)),
        h(
          'dl',
          {},
          h('dt', {}, words.shared.code),
          h(
            'dd',
            {},
            code.split('-').map((group, at) => [at > 0 && h('span', { class: 'dash' }, '-'), group]),
          ),
        ),
      ),
      h('small', {}, words.shared.compare),
    ),
    note !== null && qr(note, `${size} ${code}`),
  )
}

export interface Column {
  name: string
  /** The class that says how wide it is. */
  width: string
  number?: boolean
}

/** Its head stands again on each page; a row is never torn. */
export function table(columns: readonly Column[], rows: readonly PaperElement[]) {
  return h(
    'table',
    {},
    h(
      'colgroup',
      {},
      columns.map(({ width }) => h('col', { class: width })),
    ),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map(({ name, number }) =>
          h('th', { scope: 'col', ...(number ? { class: 'number' } : {}) }, name),
        ),
      ),
    ),
    h('tbody', {}, rows),
  )
}

/** Sections of a paper, counted as they come. */
export function sections(words: Words) {
  const ordinals = words.shared.section.split(' ')
  let next = 0
  return (part: string, title: string, ...content: Child[]) =>
    h(
      'section',
      { 'data-part': part },
      h('h2', {}, `${ordinals[next++]}${words.shared.sectionEnd}${title}`),
      content,
    )
}
