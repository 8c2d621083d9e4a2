import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import type { Menu, Thread } from '../../../contract/threads.ts'
import { useAct } from '../../composables/use-act.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useThread } from '../../stores/thread.ts'
import type { useAttachments } from './use-attachments.ts'
import type { useDraft } from './use-draft.ts'
import type { useMenuDraft } from './use-menu-draft.ts'

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
export function useAnswer(
  draft: ReturnType<typeof useDraft>,
  attachments: ReturnType<typeof useAttachments>,
  menuDraft: ReturnType<typeof useMenuDraft>,
) {
  const { act, did } = useAct()
  const { words } = useRefusal()
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
  let overtaking: (takeOver: { reason: string }) => Promise<boolean> = (takeOver) => answer(takeOver)

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
    const files = attachments.ready.value
    if (!thread || store.loading || sending.value || attachments.reading.value) return false
    if (text.trim() === '' && files.length === 0) return false
    sending.value = true
    again = () => answer(takeOver)
    overtaking = answer
    delayRefused.value = false
    draft.flush()
    try {
      const left = takeOver ? { takeOver } : {}
      let seen = store.seen
      for (const [at, one] of files.entries()) {
        const what = { kind: 'media', upload: one.upload } as const
        const sent = await send(thread, what, seen, at === 0 ? left : {})
        if (sent === null) return false
        seen = sent
        attachments.sent(thread.id, one)
      }
      if (text.trim() !== '') {
        const taking = files.length === 0 ? left : {}
        const input = { thread: thread.id, text, seen, ...taking }
        const sent = await act('thread.answer', input, { onRefused })
        if (!sent) return false
        draft.clear(thread.id, 'answer')
        if (store.id === thread.id) store.seen = Math.max(store.seen, sent.seq)
      }
      settle()
      return true
    } finally {
      sending.value = false
      void store.refresh()
      inbox.refresh()
    }
  }

  /** One message that is no text. @returns its number; null where it was refused, and shown */
  async function send(
    thread: Thread,
    what: { kind: 'media'; upload: string } | { kind: 'menu'; menu: Menu },
    seen: number,
    taking: { takeOver?: { reason: string } },
  ): Promise<number | null> {
    const refused = (refusal: Refusal) => {
      if (refusal.code === 'wrong_file' && what.kind === 'media')
        attachments.failed(thread.id, what.upload, words(refusal))
      return onRefused(refusal)
    }
    const input = { thread: thread.id, seen, what, ...taking }
    const sent = await act('thread.send', input, { onRefused: refused })
    if (!sent) return null
    if (store.id === thread.id) store.seen = Math.max(store.seen, sent.seq)
    return sent.seq
  }

  async function sendMenu(menu: Menu, takeOver?: { reason: string }): Promise<boolean> {
    const thread = store.thread
    if (!thread || store.loading || sending.value) return false
    sending.value = true
    again = () => sendMenu(menu, takeOver)
    overtaking = (taking) => sendMenu(menu, taking)
    delayRefused.value = false
    try {
      const sent = await send(thread, { kind: 'menu', menu }, store.seen, takeOver ? { takeOver } : {})
      if (sent === null) return false
      menuDraft.sent(thread.id)
      settle()
      return true
    } finally {
      sending.value = false
      void store.refresh()
      inbox.refresh()
    }
  }

  /** Once more what was refused, taking the thread from its holder. */
  const takingOver = (reason: string) => overtaking({ reason })

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
    sendMenu,
    takingOver,
    tellDelay,
    note,
    confirm,
    reopenAndSend,
    dismiss,
  }
}
