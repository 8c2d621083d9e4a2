import { computed, onBeforeUnmount, onMounted, ref, watch } from 'vue'
import type { MenuDraft } from '../../../contract/threads.ts'
import { useConnection } from '../../connection/connection.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import { draftKeeper } from './drafts.ts'

let keeper: ReturnType<typeof draftKeeper> | null = null

const nothing = (): MenuDraft => ({ head: '', choices: ['', ''], tail: '' })
/** Empty where nothing is written. */
function asText({ head, choices, tail }: MenuDraft): string {
  const written = [head, ...choices, tail].some((text) => text.trim() !== '')
  return written ? JSON.stringify({ head, choices, tail }) : ''
}

/** The menu being written in the open thread: part of the draft like its text (rule 4). */
export function useMenuDraft() {
  const connection = useConnection()
  const session = useSession()
  const store = useThread()
  keeper ??= draftKeeper(
    (thread, text) =>
      connection.call('thread.draftMenu', {
        thread,
        menu: text === '' ? null : (JSON.parse(text) as MenuDraft),
      }),
    sessionStorage,
    () => session.session?.user ?? '',
    'menu',
  )
  const drafts = keeper
  const menu = ref(nothing())
  /** What the menu was set to by opening a thread, which is not a change by the officer. */
  let shown = ''

  function show(text: string) {
    shown = text
    menu.value = text === '' ? nothing() : (JSON.parse(text) as MenuDraft)
  }

  watch(
    () => store.thread?.id,
    () => {
      drafts.flush()
      if (!store.thread) return
      const { id, draftMenu } = store.thread
      show(drafts.of(id, draftMenu && asText(draftMenu)))
      drafts.flush()
    },
    { immediate: true, flush: 'sync' },
  )
  watch(
    menu,
    (now) => {
      const text = asText(now)
      if (!store.thread || text === shown) return
      shown = text
      drafts.change(store.thread.id, text)
    },
    { deep: true, flush: 'sync' },
  )
  watch(connection.state, (state) => {
    if (state === 'open') drafts.flush()
  })
  onMounted(() => addEventListener('pagehide', drafts.flush))
  onBeforeUnmount(() => {
    removeEventListener('pagehide', drafts.flush)
    drafts.flush()
  })

  return {
    menu,
    written: computed(() => asText(menu.value) !== ''),
    clear() {
      menu.value = nothing()
    },
    /** The core has let go of it in the same commit. */
    sent(thread: string) {
      drafts.forget(thread)
      if (store.thread?.id === thread) show('')
    },
  }
}
