import { ref } from 'vue'

/** After this long without a key the draft is saved. */
const debounceMs = 250

export type DraftState = 'saved' | 'saving' | 'unsaved'

/**
 * Drafts on their way to the core. What is not saved yet is also kept in the window's own storage, so that
 * neither a lost link nor a reload loses a word (rule 4); it is removed once the core has it.
 */
export function draftKeeper(
  save: (thread: string, text: string) => Promise<unknown>,
  storage: Storage,
  user: () => string,
  what: 'draft' | 'menu' = 'draft',
) {
  const waiting = new Map<string, string>()
  const saving = new Set<string>()
  const state = ref<DraftState>('saved')
  let timer: ReturnType<typeof setTimeout> | undefined
  let owner = ''

  const key = (thread: string) => `duty-desk.${what}.${owner}.${thread}`

  function change(thread: string, text: string) {
    belong()
    waiting.set(thread, text)
    storage.setItem(key(thread), text)
    state.value = 'saving'
    clearTimeout(timer)
    timer = setTimeout(flush, debounceMs)
  }

  /** Drafts belong to an officer, also on a PC that several use: what waits of another stays in the storage for them. */
  function belong() {
    if (user() === owner) return
    owner = user()
    waiting.clear()
    state.value = 'saved'
  }

  /** Saves at once whatever waits. */
  function flush() {
    clearTimeout(timer)
    belong()
    for (const thread of waiting.keys()) void send(thread)
  }

  async function send(thread: string) {
    if (saving.has(thread)) return
    belong()
    const text = waiting.get(thread)
    if (text === undefined) return
    saving.add(thread)
    let kept = true
    try {
      await save(thread, text)
    } catch {
      kept = false
    } finally {
      saving.delete(thread)
    }
    if (!kept) {
      state.value = 'unsaved'
      return
    }
    if (waiting.get(thread) !== text) return send(thread)
    waiting.delete(thread)
    storage.removeItem(key(thread))
    if (waiting.size === 0) state.value = 'saved'
  }

  return {
    state,
    change,
    flush,
    /** The draft to show: what is not saved yet wins over what the core has. */
    of(thread: string, fromCore: string | null): string {
      belong()
      const unsaved = waiting.get(thread) ?? storage.getItem(key(thread))
      if (unsaved === null) return fromCore ?? ''
      waiting.set(thread, unsaved)
      return unsaved
    },
    /** It was sent: nothing is left to keep, and a save still under way must not bring it back. */
    forget(thread: string) {
      belong()
      if (saving.has(thread)) waiting.set(thread, '')
      else waiting.delete(thread)
      storage.removeItem(key(thread))
      state.value = 'saved'
    },
  }
}
