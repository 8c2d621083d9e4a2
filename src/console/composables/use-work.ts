import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Work } from '../../contract/proof.ts'
import { useConnection } from '../connection/connection.ts'
import { useRefusal } from './use-refusal.ts'

/** ms between two looks at how far it is. */
const lookAgain = 250

/** Something that takes longer than a second: begins, shows how far it is, can be cancelled. */
export function useWork<Result>() {
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const running = ref(false)
  /** How far it is, of 100. */
  const progress = ref(0)
  const result = shallowRef<Result | null>(null)
  const error = ref<string | null>(null)
  let id: string | null = null
  let left = false

  async function ended(work: string): Promise<Work> {
    for (;;) {
      const now = await connection.call('work.get', { work })
      progress.value = now.all === 0 ? 0 : Math.floor((now.done / now.all) * 100)
      if (now.state !== 'running' || left) return now
      await new Promise((resolve) => setTimeout(resolve, lookAgain))
    }
  }

  /** Answers the result, or null where it was refused, cancelled or failed; then `error` says why. */
  async function run(begin: () => Promise<{ work: string }>): Promise<Result | null> {
    running.value = true
    progress.value = 0
    error.value = null
    result.value = null
    try {
      id = (await begin()).work
      const work = await ended(id)
      if (work.state === 'failed') error.value = work.error ?? ''
      result.value = work.state === 'done' ? (work.result as Result) : null
      return result.value
    } catch (refused) {
      error.value = wordsOf(refused)
      return null
    } finally {
      running.value = false
      id = null
    }
  }

  async function cancel() {
    try {
      if (id !== null) await connection.call('work.cancel', { work: id })
    } catch (refused) {
      error.value = wordsOf(refused)
    }
  }

  onScopeDispose(() => {
    left = true
  })
  return { running, progress, result, error, run, cancel }
}
