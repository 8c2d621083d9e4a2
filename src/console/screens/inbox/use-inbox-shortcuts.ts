import type { Ref } from 'vue'
import type { Queue } from '../../../contract/threads.ts'
import { useMay } from '../../composables/use-may.ts'
import { type Shortcut, useShortcuts } from '../../composables/use-shortcuts.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useNavigation } from '../../stores/navigation.ts'
import { useThread } from '../../stores/thread.ts'
import type { WritingMode } from './use-draft.ts'
import type { ThreadActs } from './use-thread-acts.ts'

/** After `g` a letter names a queue. */
const queueKeys: Record<string, Queue> = {
  u: 'unclaimed',
  m: 'mine',
  w: 'waiting',
  x: 'escalated',
  o: 'overdue',
  s: 'snoozed',
  a: 'all',
  c: 'closed',
}

/** All of the inbox by keyboard (DESIGN §9). */
export function useInboxShortcuts(options: {
  /** Whether the inbox is the screen in front. */
  active: Readonly<Ref<boolean>>
  acts: ThreadActs
  move: (step: 1 | -1) => void
  open: () => void
  write: (mode: WritingMode) => void
  toggleCard: () => void
}) {
  const inbox = useInbox()
  const store = useThread()
  const navigation = useNavigation()
  const { acts, active } = options

  const goTo = Object.entries(queueKeys).map(
    ([key, queue]): Shortcut => ({
      keys: `g ${key}`,
      label: `inbox.queues.${queue}`,
      hidden: true,
      when: () => active.value,
      run: () => inbox.choose(queue),
    }),
  )
  const here = () => active.value
  const may = useMay()
  const onOpenThread = () => active.value && store.id !== null
  const onThread = () => onOpenThread() && may.value.workThreads

  useShortcuts('app.nav.inbox', [
    ...goTo,
    {
      keys: ['j', 'ArrowDown'],
      label: 'inbox.acts.next',
      hidden: true,
      when: here,
      run: () => options.move(1),
    },
    {
      keys: ['k', 'ArrowUp'],
      label: 'inbox.acts.previous',
      hidden: true,
      when: here,
      run: () => options.move(-1),
    },
    { keys: 'Enter', label: 'inbox.acts.open', hidden: true, when: enterIsFree, run: options.open },
    { keys: 'c', label: 'inbox.acts.claim', when: onThread, run: () => void acts.claim() },
    { keys: 'r', label: 'inbox.acts.answer', when: onThread, run: () => options.write('answer') },
    { keys: 'n', label: 'inbox.acts.note', when: onThread, run: () => options.write('note') },
    { keys: 'e', label: 'inbox.acts.close', when: onThread, run: () => void acts.ask('close') },
    { keys: 'x', label: 'escalations.escalate', when: onThread, run: () => void acts.ask('escalate') },
    { keys: 's', label: 'inbox.acts.snooze', when: onThread, run: () => void acts.ask('snooze') },
    { keys: 't', label: 'inbox.acts.transfer', when: onThread, run: () => void acts.ask('transfer') },
    { keys: 'u', label: 'inbox.acts.release', when: onThread, run: () => void acts.release() },
    { keys: 'i', label: 'inbox.acts.toggleCard', when: onOpenThread, run: options.toggleCard },
    { keys: '/', label: 'inbox.acts.search', when: here, run: () => navigation.go('search') },
  ])

  /** Enter on a button or link is the button's. */
  function enterIsFree(): boolean {
    return here() && !document.activeElement?.closest('button, a, summary, label, [role="separator"]')
  }
}
