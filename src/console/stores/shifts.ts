import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Post, ShiftKind, ShiftNow } from '../../contract/shifts.ts'
import { useNow } from '../composables/use-time.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'
import { turnsAt } from './shift-turns.ts'

/** Who is on and who should be, with the posts and kinds of shift; read again when the ledger or the roster says so. */
export const useShifts = defineStore('shifts', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const clock = useNow(15_000)
  const now = shallowRef<ShiftNow | null>(null)
  const posts = shallowRef<Post[]>([])
  const kinds = shallowRef<ShiftKind[]>([])
  const failed = shallowRef<unknown>(null)
  const loaded = ref(false)
  /** Of the latest question: an older answer is thrown away. */
  let asked = 0

  const here = () => session.session !== null && !session.session.locked

  async function refresh() {
    if (!here()) return
    const mine = ++asked
    try {
      const [nowOn, allPosts, allKinds] = await Promise.all([
        connection.call('shift.now', {}),
        connection.call('posts.list', {}),
        connection.call('shiftKinds.list', {}),
      ])
      if (mine !== asked) return
      now.value = nowOn
      posts.value = allPosts
      kinds.value = allKinds
      failed.value = null
      loaded.value = true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine === asked) failed.value = error
    }
  }

  changes.onChange(({ everything, subjects }) => {
    if (everything || subjects.some((one) => one === 'people' || one === 'shifts' || one === 'handoffs'))
      void refresh()
  })
  watch(
    () => here() && connection.state.value === 'open' && session.session?.user,
    (user) => {
      if (user) void refresh()
    },
    { immediate: true },
  )
  watch(clock, (at) => {
    if (now.value && turnsAt(now.value) <= at) void refresh()
  })

  const names = computed(() => new Map(posts.value.map(({ id, name }) => [id, name])))

  return {
    now,
    posts,
    kinds,
    failed,
    loaded,
    refresh,
    /** Null for one that is there no more. */
    postName: (post: string): string | null => names.value.get(post) ?? null,
  }
})
