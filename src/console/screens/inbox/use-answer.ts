import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import { useAct } from '../../composables/use-act.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useThread } from '../../stores/thread.ts'
import type { useDraft } from './use-draft.ts'

type MovedOn = Extract<Refusal, { code: 'thread_moved_on' }>
export interface HeldBy {
  holder: string
  holderName: string
  since: string
}

/**
 * Sending. The core decides whether it may go (rules 2 and 3); what it refuses stays in the composer, and the
 * officer sees why and what to do next to it.
 */
export function useAnswer(draft: ReturnType<typeof useDraft>) {
  const { act, did } = useAct()
  const store = useThread()
  const inbox = useInbox()
  const directory = useDirectory()
  const { t } = useI18n()
  const sending = ref(false)
  const movedOn = shallowRef<MovedOn | null>(null)
  const held = shallowRef<HeldBy | null>(null)
  const closed = ref(false)
  /** What was refused is the word about the delay, not what stands in the composer. */
  const delayRefused = ref(false)
  const blocked = computed(() => movedOn.value !== null || held.value !== null || closed.value)
  /** What was refused last, to be sent again once what was new has been read. */
  let again: () => Promise<boolean> = () => answer()

  function settle() {
    movedOn.value = null
    held.value = null
    closed.value = false
  }

  function onRefused(refusal: Refusal): boolean {
    settle()
    if (refusal.code === 'thread_moved_on') movedOn.value = refusal
    else if (refusal.code === 'already_claimed') held.value = refusal
    else if (refusal.code === 'not_holder' && refusal.holder !== null)
      held.value = {
        holder: refusal.holder,
        holderName: refusal.holderName ?? refusal.holder,
        since: refusal.since ?? new Date().toISOString(),
      }
    else if (refusal.code === 'thread_closed') closed.value = true
    else return false
    return true
  }

  async function answer(takeOver?: { reason: string }): Promise<boolean> {
    const thread = store.thread
    const text = draft.text.value
    if (!thread || store.loading || sending.value || text.trim() === '') return false
    sending.value = true
    again = () => answer(takeOver)
    delayRefused.value = false
    draft.flush()
    try {
      const sent = await act(
        'thread.answer',
        { thread: thread.id, text, seen: store.seen, ...(takeOver ? { takeOver } : {}) },
        { onRefused },
      )
      if (!sent) return false
      settle()
      draft.clear(thread.id, 'answer')
      if (store.id === thread.id) store.seen = Math.max(store.seen, sent.seq)
      return true
    } finally {
      sending.value = false
      void store.refresh()
      inbox.refresh()
    }
  }

  /** A word that is no answer: what is being written stays, and the resident goes on waiting (rule 8). */
  async function tellDelay(text: string): Promise<boolean> {
    const thread = store.thread
    if (!thread || store.loading || sending.value) return false
    sending.value = true
    again = () => tellDelay(text)
    delayRefused.value = true
    try {
      const byHand = directory.accounts.find(({ id }) => id === thread.account)?.kind === 'by-hand'
      const told = await act(
        'thread.tellDelay',
        { thread: thread.id, text, seen: store.seen },
        { done: t(byHand ? 'warnings.waiting.tell.byHand' : 'warnings.waiting.tell.done'), onRefused },
      )
      if (!told) return false
      settle()
      if (store.id === thread.id) store.seen = Math.max(store.seen, told.seq)
      return true
    } finally {
      sending.value = false
      void store.refresh()
      inbox.refresh()
    }
  }

  async function note(): Promise<boolean> {
    const thread = store.thread
    const text = draft.text.value
    if (!thread || store.loading || sending.value || text.trim() === '') return false
    sending.value = true
    try {
      if (!(await did('thread.note', { thread: thread.id, text }))) return false
      draft.clear(thread.id, 'note')
      return true
    } finally {
      sending.value = false
      void store.refresh()
    }
  }

  /** The one key of rule 3: what was new has been read, whatever else may still stand in the way. */
  function confirm(): Promise<boolean> {
    if (!movedOn.value) return Promise.resolve(false)
    store.seen = Math.max(store.seen, movedOn.value.lastSeq)
    return again()
  }

  /** Closed meanwhile: reopening and sending are two acts, each on record. */
  async function reopenAndSend(): Promise<boolean> {
    const thread = store.thread
    if (!thread || !(await did('thread.reopen', { thread: thread.id }))) return false
    settle()
    return again()
  }

  /** Back to the text; what the panel showed has been seen. */
  function dismiss() {
    if (movedOn.value) store.seen = Math.max(store.seen, movedOn.value.lastSeq)
    settle()
  }

  watch(() => store.id, settle)

  return {
    sending,
    movedOn,
    held,
    closed,
    delayRefused,
    blocked,
    answer,
    tellDelay,
    note,
    confirm,
    reopenAndSend,
    dismiss,
  }
}
