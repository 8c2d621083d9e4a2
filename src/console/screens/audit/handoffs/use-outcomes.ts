import { onScopeDispose, shallowRef } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import type { ItemOutcome } from '../../../../contract/handoff.ts'
import { useConnection } from '../../../connection/connection.ts'

/** What became of the handoffs on screen, read one after the other as they come into view. */
export function useOutcomes() {
  const connection = useConnection()
  const known = shallowRef(new Map<string, ItemOutcome[]>())
  const asked = new Set<string>()
  const waiting: string[] = []
  let running = false
  let gone = false
  onScopeDispose(() => {
    gone = true
  })

  async function run() {
    running = true
    for (let id = waiting.pop(); id !== undefined && !gone; id = waiting.pop()) await read(id)
    running = false
  }
  async function read(handoff: string) {
    try {
      const outcomes = await connection.call('handoff.outcomes', { handoff })
      known.value = new Map(known.value).set(handoff, outcomes)
    } catch (error) {
      asked.delete(handoff)
      if (!(error instanceof Refused)) throw error
    }
  }

  return {
    /** Undefined until they are here. */
    of(handoff: string): ItemOutcome[] | undefined {
      if (!asked.has(handoff)) {
        asked.add(handoff)
        waiting.push(handoff)
        if (!running) void run()
      }
      return known.value.get(handoff)
    },
    /** Reads one again. */
    again: read,
  }
}
export type Outcomes = ReturnType<typeof useOutcomes>
