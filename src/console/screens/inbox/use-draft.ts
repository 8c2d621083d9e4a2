import { onBeforeUnmount, onMounted, type Ref, ref, watch } from 'vue'
import { useConnection } from '../../connection/connection.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import { type DraftState, draftKeeper } from './drafts.ts'

export type WritingMode = 'answer' | 'note'

/** It never flips by itself, not even from one thread to the next (a note must never go out). */
const mode = ref<WritingMode>('answer')
let keeper: ReturnType<typeof draftKeeper> | null = null
/** Notes are kept in the window alone: the core keeps one draft per thread, and that is the answer's. */
const noteKey = (user: string, thread: string) => `duty-desk.note.${user}.${thread}`

/** The text being written in the open thread, one for the answer and one for the note. */
export function useDraft(): {
  mode: Ref<WritingMode>
  text: Ref<string>
  state: Ref<DraftState>
  clear: (thread: string, mode: WritingMode) => void
  flush: () => void
} {
  const connection = useConnection()
  const session = useSession()
  const store = useThread()
  const user = () => session.session?.user ?? ''
  keeper ??= draftKeeper(
    (thread, text) => connection.call('thread.draft', { thread, text }),
    sessionStorage,
    user,
  )
  const drafts = keeper
  const text = ref('')
  /** What `text` was set to by opening a thread, which is not a change by the officer. */
  let shown: string | null = null

  function load() {
    const thread = store.thread
    if (!thread) return
    text.value = shown =
      mode.value === 'answer'
        ? drafts.of(thread.id, thread.draft)
        : (sessionStorage.getItem(noteKey(user(), thread.id)) ?? '')
    drafts.flush()
  }

  watch(
    [() => store.thread?.id, mode],
    () => {
      drafts.flush()
      load()
    },
    { immediate: true, flush: 'sync' },
  )
  watch(
    text,
    (now) => {
      const thread = store.thread
      if (!thread || now === shown) return
      shown = null
      if (mode.value === 'answer') drafts.change(thread.id, now)
      else sessionStorage.setItem(noteKey(user(), thread.id), now)
    },
    { flush: 'sync' },
  )
  watch(connection.state, (state) => {
    if (state === 'open') drafts.flush()
  })
  onMounted(() => addEventListener('pagehide', drafts.flush))
  onBeforeUnmount(() => {
    removeEventListener('pagehide', drafts.flush)
    drafts.flush()
  })

  function clear(thread: string, of: WritingMode) {
    if (of === 'note') sessionStorage.removeItem(noteKey(user(), thread))
    else drafts.forget(thread)
    if (store.thread?.id === thread && mode.value === of) text.value = shown = ''
  }

  return { mode, text, state: drafts.state, clear, flush: drafts.flush }
}
