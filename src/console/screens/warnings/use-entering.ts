import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { blankNotice, isBlank, isReady, type Notice, noticeOf } from './notices.ts'

const debounceMs = 300

/** Entering warnings: pasted notices are read by the core, checked by the officer, and entered one by one. */
export function useEntering() {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const pasted = ref('')
  const source = ref('')
  const notices = ref<Notice[]>([blankNotice()])
  const aside = shallowRef<{ line: number; text: string; reason: string }[]>([])
  const state = ref<'none' | 'reading' | 'found' | 'nothing'>('none')
  const problem = ref('')
  const progress = ref<{ done: number; total: number } | null>(null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    const mine = ++asked
    const text = pasted.value
    problem.value = ''
    if (text.trim() === '') {
      aside.value = []
      state.value = 'none'
      return
    }
    state.value = 'reading'
    try {
      const answer = await connection.call('warnings.read', { text })
      if (mine !== asked) return
      aside.value = answer.aside
      state.value = answer.found.length > 0 ? 'found' : 'nothing'
      if (answer.found.length > 0) notices.value = answer.found.map(noticeOf)
    } catch (error) {
      if (mine !== asked) return
      state.value = 'nothing'
      problem.value = wordsOf(error)
    }
  }
  watch(pasted, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), debounceMs)
  })
  onScopeDispose(() => clearTimeout(timer))

  const filled = computed(() => notices.value.filter((notice) => !isBlank(notice)))
  const ready = computed(
    () =>
      filled.value.length > 0 &&
      filled.value.every(isReady) &&
      progress.value === null &&
      state.value !== 'reading',
  )

  /** Those entered leave the form; those refused stay, each with its reason. Returns the ids of the new ones. */
  async function enterAll(): Promise<string[]> {
    const all = filled.value
    const entered: string[] = []
    progress.value = { done: 0, total: all.length }
    for (const notice of all) {
      try {
        const { warning } = await connection.call('warning.enter', {
          name: notice.name.trim(),
          phone: notice.phone.trim() || null,
          type: notice.type,
          source: source.value.trim() || null,
          note: notice.note.trim() || null,
          contact: notice.contact?.id ?? null,
        })
        entered.push(warning)
        notices.value = notices.value.filter(({ key }) => key !== notice.key)
      } catch (error) {
        notice.problem = wordsOf(error)
      }
      progress.value = { done: progress.value.done + 1, total: all.length }
    }
    progress.value = null
    if (filled.value.length === 0) begin()
    return entered
  }

  function begin() {
    asked++
    clearTimeout(timer)
    pasted.value = ''
    notices.value = [blankNotice()]
    aside.value = []
    state.value = 'none'
    problem.value = ''
  }

  return {
    pasted,
    source,
    notices,
    aside,
    state,
    problem,
    progress,
    filled,
    ready,
    enterAll,
    more: () => notices.value.push(blankNotice()),
    remove(key: number) {
      notices.value = notices.value.filter((notice) => notice.key !== key)
      if (notices.value.length === 0) notices.value = [blankNotice()]
    },
  }
}
