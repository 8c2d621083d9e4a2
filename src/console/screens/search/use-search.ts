import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { SearchResult } from '../../../contract/search.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { noFilters, pageOfHits, searchInput } from './search-input.ts'

const debounceMs = 250

/** Search over the whole history. A newer question makes the answer to an older one void. */
export function useSearch() {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const filters = reactive(noFilters())
  const offset = ref(0)
  const result = shallowRef<SearchResult | null>(null)
  /** The words the result is for. */
  const soughtWords = ref('')
  const problem = ref('')
  const searching = ref(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function search() {
    clearTimeout(timer)
    const mine = ++asked
    const input = searchInput(filters, offset.value)
    problem.value = ''
    if (!input) {
      result.value = null
      searching.value = false
      return
    }
    searching.value = true
    try {
      const answer = await connection.call('search.messages', input)
      if (mine !== asked) return
      result.value = answer
      soughtWords.value = input.words
    } catch (error) {
      if (mine !== asked) return
      problem.value = wordsOf(error)
    } finally {
      if (mine === asked) searching.value = false
    }
  }

  watch(filters, () => {
    offset.value = 0
    clearTimeout(timer)
    timer = setTimeout(search, debounceMs)
  })

  function page(step: 1 | -1) {
    offset.value = Math.max(0, offset.value + step * pageOfHits)
    return search()
  }

  const filtered = computed(() =>
    Boolean(filters.account || filters.author || filters.contact || filters.from || filters.until),
  )
  return { filters, filtered, offset, result, soughtWords, problem, searching, search, page }
}
