import { onScopeDispose, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import { useMay } from '../composables/use-may.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from '../stores/changes.ts'
import { useContradictions } from '../stores/contradictions.ts'
import { useSession } from '../stores/session.ts'
import { headToPresent, recalled, remembering } from './remembered-heads.ts'

const keptAs = 'duty-desk.heads'
/** ms; what was written since the last look is what this computer could not bear witness of. */
const lookAgain = 10 * 60_000

/**
 * This computer as a witness: it remembers the newest head it has seen and says it at each login. A ledger put back to
 * an old copy, or rebuilt, contradicts it; then supervisors and auditors are told, wherever they sit.
 */
export function useWitness(): void {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const contradictions = useContradictions()
  const may = useMay()

  const isHere = () =>
    session.session !== null && !session.session.locked && connection.state.value === 'open'

  async function bearWitness() {
    try {
      const { origin, size, root } = await connection.call('ledger.head', {})
      const memory = recalled(localStorage.getItem(keptAs))
      const seen = headToPresent(memory, origin)
      const answer = seen && (await connection.call('witness.present', seen))
      contradictions.here = answer && answer.is !== 'matches' && !answer.noted ? seen!.size : null
      localStorage.setItem(keptAs, JSON.stringify(remembering(memory, origin, { size, root }, answer)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
  async function look() {
    if (may.value.audit) await contradictions.refresh()
  }

  watch(
    isHere,
    (here) => {
      if (!here) return
      void bearWitness()
      void look()
    },
    { immediate: true },
  )
  const timer = setInterval(() => {
    // One that contradicts has been told; each telling is an entry.
    if (isHere() && contradictions.here === null) void bearWitness()
  }, lookAgain)
  const stop = changes.onChange(({ everything, subjects }) => {
    if (!isHere()) return
    if (everything || subjects.includes('witnesses') || subjects.includes('contradictions')) void look()
    if (subjects.includes('contradictions') && contradictions.here !== null) void bearWitness()
  })
  onScopeDispose(() => {
    clearInterval(timer)
    stop()
    contradictions.forget()
  })
}
