import { computed, onMounted, ref, shallowRef } from 'vue'
import type { MessageItem } from '../../../../contract/threads.ts'
import { useRefusal } from '../../../composables/use-refusal.ts'
import { useConnection } from '../../../connection/connection.ts'

const newest = 12
/** The question and what belongs to it; the whole thread is a click away. */
const shownAtMost = 4

/** The last words of a linked thread: the question beside the name, and more of it when asked for. */
export function useAskerWords(thread: () => string, atOnce: boolean) {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const shown = ref(false)
  const words = shallowRef<MessageItem[] | null>(null)
  const problem = ref('')
  const question = computed(() => words.value?.findLast(({ from }) => from === 'resident')?.text ?? '')

  async function read() {
    problem.value = ''
    try {
      const { items } = await connection.call('thread.timeline', { thread: thread(), limit: newest })
      words.value = items.filter((item) => item.item === 'message').slice(-shownAtMost)
    } catch (error) {
      problem.value = wordsOf(error)
    }
  }
  onMounted(() => {
    if (atOnce) void read()
  })

  return {
    shown,
    words,
    problem,
    question,
    show() {
      shown.value = true
      return read()
    },
    hide() {
      shown.value = false
    },
  }
}
