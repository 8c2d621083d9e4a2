import { computed, nextTick, type Ref, watch } from 'vue'
import { useShortcuts } from '../../composables/use-shortcuts.ts'
import { filledText } from '../../parts/filled-text.ts'
import { inputMethodGuard } from '../../parts/input-method.ts'
import { useDirectory } from '../../stores/directory.ts'
import { usePresence } from '../../stores/presence.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import { windowNow } from './reply-window.ts'
import { sendKey, sends } from './send-key.ts'
import { useAnswer } from './use-answer.ts'
import { useAttachments } from './use-attachments.ts'
import { useDraft, type WritingMode } from './use-draft.ts'
import { useMenuDraft } from './use-menu-draft.ts'
import { useQuickPicker } from './use-quick-picker.ts'

const longest = 8_000

/** Keys, modes and states of the composer; what may be sent the core decides. */
export function useComposer(area: Readonly<Ref<HTMLTextAreaElement | null>>) {
  const store = useThread()
  const session = useSession()
  const directory = useDirectory()
  const presence = usePresence()
  const draft = useDraft()
  const attachments = useAttachments()
  const menuDraft = useMenuDraft()
  const answer = useAnswer(draft, attachments, menuDraft)
  const inputMethod = inputMethodGuard()
  const { text, mode } = draft

  const over = computed(() => Math.max(0, text.value.trim().length - longest))
  const canWrite = computed(
    () => session.session?.role === 'officer' || session.session?.role === 'supervisor',
  )
  /** Messages that would go out: each file, and the text. */
  const outgoing = computed(() => attachments.ready.value.length + (text.value.trim() === '' ? 0 : 1))
  /** Nothing gets through to the resident now; what is written stays. */
  const shut = computed(() => {
    const { window, servedBy } = store.thread ?? {}
    if (servedBy) return true
    return window ? windowNow(window, Date.now()) !== 'open' || outgoing.value > window.left : false
  })
  const ready = computed(() => {
    if (over.value > 0 || answer.sending.value || store.loading) return false
    if (mode.value === 'note') return text.value.trim() !== ''
    return outgoing.value > 0 && !attachments.reading.value && !answer.blocked.value && !shut.value
  })

  /** Only whoever waits, and only by whoever may answer without taking it from another. */
  const mayTell = computed(() => {
    const thread = store.loading ? null : store.thread
    if (!thread?.waitingSince || thread.closedAt || !thread.readable || !canWrite.value) return false
    if (mode.value !== 'answer' || shut.value) return false
    return thread.holder === null || thread.holder === session.session?.user
  })
  async function tellDelay() {
    const words = directory.texts?.delay
    if (!words || !mayTell.value || answer.sending.value || answer.blocked.value) return
    const facts = { station: session.station?.name ?? '', officer: session.session?.name ?? '' }
    if (await answer.tellDelay(filledText(words, facts))) void focusIfHere()
    else if (answer.blocked.value) void focus()
  }
  useShortcuts('app.nav.inbox', [
    {
      keys: 'Alt+D',
      label: 'warnings.waiting.tell.button',
      everywhere: true,
      when: () => mayTell.value && document.querySelector('[aria-modal="true"]') === null,
      run: () => void tellDelay(),
    },
  ])

  const picker = useQuickPicker({
    text,
    enabled: () => mode.value === 'answer' && !answer.sending.value,
    insert: (inserted) => {
      text.value = inserted
      void focus()
    },
  })

  /** As high as its text, up to a third of the window. */
  function grow() {
    const element = area.value
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight + 2, Math.round(innerHeight / 3))}px`
  }
  watch([text, area], () => void nextTick(grow), { flush: 'post' })

  async function focus(as?: WritingMode) {
    if (as) mode.value = as
    await nextTick()
    const element = area.value
    if (!element) return
    element.focus()
    element.setSelectionRange(element.value.length, element.value.length)
  }

  async function send() {
    if (!ready.value) return
    presence.stopTyping()
    await (mode.value === 'note' ? answer.note() : answer.answer())
    void focusIfHere()
  }

  /** Back to the text after sending, unless the officer has gone elsewhere or is asked for a reason. */
  async function focusIfHere() {
    await nextTick()
    const elsewhere = document.activeElement !== document.body && document.activeElement !== area.value
    if (!elsewhere && answer.held.value === null) area.value?.focus()
  }

  function onKeydown(event: KeyboardEvent) {
    if (inputMethod.owns(event)) return
    if (picker.key(event)) return
    if (event.key === 'Escape') {
      event.preventDefault()
      if (answer.blocked.value) answer.dismiss()
      else area.value?.blur()
      return
    }
    const confirming = answer.movedOn.value !== null && mode.value === 'answer'
    if (confirming && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void answer.confirm().then(focusIfHere)
      return
    }
    if (sends(event, sendKey.value)) {
      event.preventDefault()
      void send()
    }
  }

  function onInput() {
    if (text.value === '') presence.stopTyping()
    else presence.type()
  }

  function onBlur() {
    presence.stopTyping()
    draft.flush()
  }

  watch(
    () => store.id,
    () => presence.stopTyping(),
  )

  return {
    text,
    mode,
    draftState: draft.state,
    answer,
    attachments,
    menuDraft,
    outgoing,
    shut,
    picker,
    over,
    ready,
    canWrite,
    mayTell,
    tellDelay,
    inputMethod,
    focus,
    send,
    onKeydown,
    onInput,
    onBlur,
  }
}
