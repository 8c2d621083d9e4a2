import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Thread } from '../../../contract/threads.ts'
import type { Category, Disposition, Urgency } from '../../../contract/values.ts'
import { useAct } from '../../composables/use-act.ts'
import { useTime } from '../../composables/use-time.ts'
import { useConnection } from '../../connection/connection.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'

/** `group` is asked from one message of a group: see `message`. */
export type ThreadDialog =
  | 'transfer'
  | 'takeOver'
  | 'snooze'
  | 'categorise'
  | 'close'
  | 'reopen'
  | 'escalate'
  | 'privacy'
  | 'glass'
  | 'group'
  | 'pullIn'
  | 'common'
  | 'hold'
export type ThreadActs = ReturnType<typeof useThreadActs>
export interface Escalating {
  desk: string
  level: string
  reason: string
  private: boolean
}

/** What can be done to the open thread. Offers what fits; the core decides. */
export function useThreadActs() {
  const { did } = useAct()
  const { t } = useI18n()
  const time = useTime()
  const connection = useConnection()
  const session = useSession()
  const directory = useDirectory()
  const inbox = useInbox()
  const store = useThread()
  /** The act under way, shown at once on its button. */
  const pending = ref<string | null>(null)
  const dialog = ref<ThreadDialog | null>(null)
  /** The message a dialog was opened from. */
  const message = ref<number | null>(null)
  /** Another thread came in front, such as an alarm's: what was asked about the former one is not asked of it. */
  watch(
    () => store.id,
    () => {
      dialog.value = null
    },
  )

  const may = computed(() => {
    const thread = store.loading ? null : store.thread
    const role = session.session?.role
    const reads = thread?.readable ?? false
    const works = thread !== null && reads && (role === 'officer' || role === 'supervisor')
    const open = works && thread.closedAt === null
    const mine = open && thread.holder === session.session?.user
    const free = open && thread.holder === null
    const theirs = open && !mine && !free
    const directs = open && !free && (mine || role === 'supervisor')
    return {
      work: works,
      claim: free,
      release: directs,
      transfer: directs,
      takeOver: theirs,
      snooze: mine && thread.snoozedUntil === null,
      wake: open && thread.snoozedUntil !== null,
      close: open && (!theirs || role === 'supervisor'),
      reopen: works && !open,
      categorise: works,
      escalate: open && thread.escalation === null && (!theirs || role === 'supervisor'),
      /** Whoever reads it may make it private; only a supervisor lifts that, and not while a desk has it. */
      privacy: works && (!thread.private || (role === 'supervisor' && thread.escalation === null)),
      glass: role === 'auditor' && thread !== null && thread.private && !reads,
      group: open && thread.kind === 'group',
      pullIn: open,
      common: open,
      /** Nothing of it may be erased. */
      hold: role === 'supervisor' && thread !== null,
      mine,
    }
  })

  /** The next thread may still be on its way when the key comes. */
  async function current(): Promise<Thread | null> {
    if (store.loading)
      await new Promise<void>((resolve) => {
        const stop = watch(
          () => store.loading,
          (loading) => {
            if (loading) return
            stop()
            resolve()
          },
        )
      })
    return store.thread
  }

  async function perform(name: string, run: (thread: Thread) => Promise<boolean>): Promise<boolean> {
    if (pending.value !== null || store.id === null) return false
    pending.value = name
    try {
      const thread = await current()
      if (!thread) return false
      const done = await run(thread)
      if (done) dialog.value = null
      inbox.refresh()
      await store.refresh()
      return done
    } finally {
      pending.value = null
    }
  }

  const call = connection.call
  const again = async (undo: Promise<unknown>) => {
    await undo
    inbox.refresh()
    await store.refresh()
  }

  return {
    pending,
    dialog,
    message,
    may,
    async ask(which: ThreadDialog, about: number | null = null) {
      if (!(await current()) || !may.value[which]) return
      message.value = about
      dialog.value = which
    },
    escalate: (to: Escalating) =>
      perform('escalate', ({ id }) =>
        did(
          'thread.escalate',
          { thread: id, ...to },
          { done: t('escalations.done.escalated', { desk: directory.deskName(to.desk) }) },
        ),
      ),
    setPrivate: (wanted: boolean, reason: string) =>
      perform('privacy', ({ id }) =>
        did(
          'thread.setPrivate',
          { thread: id, private: wanted, reason },
          { done: t(wanted ? 'escalations.done.madePrivate' : 'escalations.done.madePublic') },
        ),
      ),
    breakGlass: (reason: string, minutes: number) =>
      perform('glass', ({ id }) =>
        did('glass.break', { thread: id, reason, minutes }, { done: t('escalations.done.glassBroken') }),
      ),
    claim: () =>
      perform('claim', ({ id }) =>
        did(
          'thread.claim',
          { thread: id },
          { done: t('inbox.acts.done.claimed'), undo: () => again(call('thread.release', { thread: id })) },
        ),
      ),
    release: () =>
      perform('release', ({ id }) =>
        did(
          'thread.release',
          { thread: id },
          { done: t('inbox.acts.done.released'), undo: () => again(call('thread.claim', { thread: id })) },
        ),
      ),
    transfer: (to: string, reason: string) =>
      perform('transfer', ({ id }) =>
        did(
          'thread.transfer',
          { thread: id, to, ...(reason.trim() ? { reason } : {}) },
          { done: t('inbox.acts.done.transferred', { who: directory.personName(to) }) },
        ),
      ),
    takeOver: (reason: string) =>
      perform('takeOver', ({ id }) =>
        did('thread.takeOver', { thread: id, reason }, { done: t('inbox.acts.done.takenOver') }),
      ),
    snooze: (at: number) =>
      perform('snooze', ({ id }) =>
        did(
          'thread.snooze',
          { thread: id, until: new Date(at).toISOString() },
          {
            done: t('inbox.acts.done.snoozed', { at: time.moment(at) }),
            undo: () => again(call('thread.wake', { thread: id })),
          },
        ),
      ),
    wake: () =>
      perform('wake', ({ id }) => did('thread.wake', { thread: id }, { done: t('inbox.acts.done.woken') })),
    categorise: (category: Category | null, urgency: Urgency) =>
      perform('categorise', ({ id }) =>
        did(
          'thread.categorise',
          { thread: id, category, urgency },
          {
            done: t('inbox.acts.done.categorised'),
            onRefused: (refusal) => refusal.code === 'nothing_to_do' && closeDialog(),
          },
        ),
      ),
    close: (disposition: Disposition, note: string) =>
      perform('close', ({ id }) =>
        did(
          'thread.close',
          { thread: id, disposition, seen: store.seen, ...(note.trim() ? { note } : {}) },
          {
            done: t('inbox.acts.done.closed', {
              disposition: t(`app.dispositions.${disposition}`),
            }),
            undo: () => again(call('thread.reopen', { thread: id })),
          },
        ),
      ),
    reopen: (reason = '') =>
      perform('reopen', ({ id }) =>
        did(
          'thread.reopen',
          { thread: id, ...(reason.trim() ? { reason } : {}) },
          { done: t('inbox.acts.done.reopened') },
        ),
      ),
  }

  function closeDialog(): true {
    dialog.value = null
    return true
  }
}
