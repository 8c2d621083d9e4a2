import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import type { ThreadRow } from '../../../contract/threads.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'

/** One commit holds so many at most, so that nobody's answer waits long behind it. */
const chunk = 500

export interface Reassigned {
  to: string | null
  reason: string
  moved: { thread: string; former: string | null }[]
  left: { thread: string; who: string; refusal: Refusal }[]
  /** Why it ended before all were done. */
  stopped: string | null
  /** Once it was taken back: how many are where they were, how many are not. */
  undone: { back: number; left: number } | null
}

/** Many threads to one officer or back to the queue, and back again. */
export function useReassign() {
  const connection = useConnection()
  const { t } = useI18n()
  const { wordsOf } = useRefusal()
  const progress = ref<{ done: number; total: number } | null>(null)
  const result = shallowRef<Reassigned | null>(null)
  const busy = computed(() => progress.value !== null)

  /** In pieces, so that there is progress to show; what is done stays done if a later piece fails. */
  async function inPieces(
    threads: readonly string[],
    to: string | null,
    reason: string,
    take: (done: readonly string[], left: readonly { thread: string; refusal: Refusal }[]) => void,
  ): Promise<string | null> {
    for (let at = 0; at < threads.length; at += chunk) {
      const piece = threads.slice(at, at + chunk)
      try {
        const { done, left } = await connection.call('threads.reassign', { threads: [...piece], to, reason })
        take(done, left)
      } catch (error) {
        return wordsOf(error)
      }
      if (progress.value) progress.value = { ...progress.value, done: progress.value.done + piece.length }
    }
    return null
  }

  async function run(rows: readonly ThreadRow[], to: string | null, reason: string) {
    if (busy.value || rows.length === 0) return
    const before = new Map(rows.map((row) => [row.id, row]))
    const moved: Reassigned['moved'] = []
    const left: Reassigned['left'] = []
    progress.value = { done: 0, total: rows.length }
    const stopped = await inPieces([...before.keys()], to, reason, (done, stayed) => {
      for (const thread of done) moved.push({ thread, former: before.get(thread)?.holder ?? null })
      for (const one of stayed) left.push({ ...one, who: before.get(one.thread)?.contactName ?? one.thread })
    })
    result.value = { to, reason, moved, left, stopped, undone: null }
    progress.value = null
  }

  /** A new act of its own: each goes back to whom it came from, where that is still possible. */
  async function undo() {
    const last = result.value
    if (!last || last.undone || busy.value) return
    const former = Map.groupBy(last.moved, ({ former }) => former)
    let back = 0
    progress.value = { done: 0, total: last.moved.length }
    for (const [holder, threads] of former)
      await inPieces(
        threads.map(({ thread }) => thread),
        holder,
        t('warnings.waiting.dialog.undoReason'),
        (done) => {
          back += done.length
        },
      )
    result.value = { ...last, undone: { back, left: last.moved.length - back } }
    progress.value = null
  }

  return { progress, result, busy, run, undo, forget: () => (result.value = null) }
}
export type Reassign = ReturnType<typeof useReassign>
