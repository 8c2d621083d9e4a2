import { type Shortcut, useShortcuts } from '../../composables/use-shortcuts.ts'
import type { EscalationActs, EscalationDialog } from './use-escalation-acts.ts'

const keys: readonly [key: string, act: EscalationDialog][] = [
  ['a', 'accept'],
  ['d', 'decline'],
  ['r', 'resolve'],
  ['v', 'visited'],
  ['t', 'reassign'],
]

/** The escalations by keyboard. */
export function useEscalationKeys(options: {
  acts: EscalationActs
  move: (step: 1 | -1) => void
  open: () => void
}): void {
  const { acts } = options
  useShortcuts('app.nav.escalations', [
    {
      keys: ['j', 'ArrowDown'],
      label: 'escalations.acts.next',
      hidden: true,
      run: () => options.move(1),
    },
    {
      keys: ['k', 'ArrowUp'],
      label: 'escalations.acts.previous',
      hidden: true,
      run: () => options.move(-1),
    },
    ...keys.map(
      ([key, act]): Shortcut => ({
        keys: key,
        label: `escalations.acts.${act}`,
        when: () => acts.may.value[act],
        run: () => acts.ask(act),
      }),
    ),
    { keys: 'o', label: 'escalations.acts.open', run: options.open },
  ])
}
