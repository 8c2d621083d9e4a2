import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ContactHit } from '../../../contract/warnings.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'

const debounceMs = 250
const most = 8

/** Looks somebody up in the register as the words are typed. */
export function useContactFind() {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const words = ref('')
  /** Null while nothing was asked. */
  const hits = shallowRef<ContactHit[] | null>(null)
  const soughtWords = ref('')
  const problem = ref('')
  const finding = ref(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function find() {
    clearTimeout(timer)
    const mine = ++asked
    const sought = words.value.trim()
    problem.value = ''
    if (sought === '') {
      hits.value = null
      finding.value = false
      return
    }
    finding.value = true
    try {
      const answer = await connection.call('contacts.find', { words: sought.slice(0, 200), limit: most })
      if (mine !== asked) return
      hits.value = answer
      soughtWords.value = sought
    } catch (error) {
      if (mine === asked) problem.value = wordsOf(error)
    } finally {
      if (mine === asked) finding.value = false
    }
  }

  watch(words, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void find(), debounceMs)
  })
  onScopeDispose(() => clearTimeout(timer))

  return { words, hits, soughtWords, problem, finding, find }
}
