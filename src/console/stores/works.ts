import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import type { Work } from '../../contract/proof.ts'
import { useConnection } from '../connection/connection.ts'
import { useSession } from './session.ts'

/** ms between two looks at how far it is. */
const lookAgain = 250

export interface WorkShown {
  id: string | null
  running: boolean
  /** How far it is, of 100. */
  progress: number
  result: unknown
  cancelled: boolean
  /** What went wrong, in the machine's words. */
  failed: string | null
  /** Why it did not begin, or could not be looked at. */
  refused: unknown
}

const idle = (): WorkShown => ({
  id: null,
  running: false,
  progress: 0,
  result: null,
  cancelled: false,
  failed: null,
  refused: null,
})

/** What takes longer than a second, one of each kind. It goes on, and is found again, when the screen is left. */
export const useWorks = defineStore('works', () => {
  const connection = useConnection()
  const session = useSession()
  const shown = new Map<Work['kind'], WorkShown>()
  watch(
    () => session.session?.user,
    () => shown.clear(),
  )

  function of(kind: Work['kind']): WorkShown {
    const present = shown.get(kind) ?? shallowReactive(idle())
    shown.set(kind, present)
    return present
  }

  async function ended(work: string, state: WorkShown): Promise<Work> {
    for (;;) {
      const now = await connection.call('work.get', { work })
      state.progress = now.all === 0 ? 0 : Math.floor((now.done / now.all) * 100)
      if (now.state !== 'running') return now
      await new Promise((resolve) => setTimeout(resolve, lookAgain))
    }
  }

  /** Answers the result, or null where it was refused, cancelled or failed. */
  async function run(kind: Work['kind'], begin: () => Promise<{ work: string }>): Promise<unknown> {
    const state = of(kind)
    if (state.running) return null
    Object.assign(state, idle(), { running: true })
    try {
      const { work } = await begin()
      state.id = work
      const { state: end, result, error } = await ended(work, state)
      if (end === 'done') state.result = result
      if (end === 'failed') state.failed = error ?? ''
      state.cancelled = end === 'cancelled'
      return state.result
    } catch (refused) {
      state.refused = refused
      return null
    } finally {
      Object.assign(state, { running: false, id: null })
    }
  }

  async function cancel(kind: Work['kind']) {
    const state = of(kind)
    try {
      if (state.id !== null) await connection.call('work.cancel', { work: state.id })
    } catch (refused) {
      state.refused = refused
    }
  }

  return { of, run, cancel }
})
