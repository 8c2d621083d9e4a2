import type { Handoff, HandoffSignature } from '../../contract/handoff.ts'
import { h, type PaperElement } from '../node.ts'
import { facts, written } from '../parts.ts'
import { exact } from '../time.ts'
import { filled, type Words, wordOf } from '../words/words.ts'

/** The signatures as the ledger has them, with room for ink beside each. */
export function signatures(handoff: Handoff, words: Words): PaperElement {
  const { corrects, signatures: made } = handoff
  if (corrects !== null)
    return h(
      'div',
      { class: 'signatures' },
      box('outgoing', words.sheet.corrector, made[0], handoff.fromName, words),
    )
  const side = (which: 'outgoing' | 'incoming') => {
    const signature = made.find((one) => one.side === which)
    const name = which === 'outgoing' ? handoff.fromName : handoff.toName
    return box(which, words.sheet[which], signature, name, words)
  }
  return h('div', { class: 'signatures' }, side('outgoing'), side('incoming'))
}

function box(
  side: 'outgoing' | 'incoming',
  title: string,
  signature: HandoffSignature | undefined,
  name: string | null,
  words: Words,
): PaperElement {
  const said = words.sheet
  return h(
    'div',
    { class: 'signature', 'data-part': `signature-${side}` },
    h('h3', {}, title),
    signature
      ? electronic(signature, words)
      : h(
          'p',
          { class: 'unsigned' },
          name !== null && [h('strong', {}, h('bdi', {}, name)), ' '],
          words.shared.notSigned,
        ),
    h(
      'div',
      { class: 'ink' },
      h('span', {}, said.ink),
      h('span', { class: 'line' }),
      h('span', {}, said.inkDate),
      h('span', { class: 'line date' }),
    ),
  )
}

function electronic({ name, role, at, onBehalfOf, reason }: HandoffSignature, words: Words): PaperElement {
  const said = words.sheet
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'who' },
      h('strong', {}, h('bdi', {}, name)),
      ` ${wordOf(words.shared.roles, role)}`,
      onBehalfOf && h('strong', { class: 'behalf' }, filled(said.onBehalf, { name: onBehalfOf.name })),
    ),
    h('p', {}, said.signed),
    facts([
      [said.signedAt, exact(at), true],
      onBehalfOf && reason !== null ? [said.onBehalfReason, written(reason), true] : null,
    ]),
  )
}
