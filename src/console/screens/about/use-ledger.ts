import { onMounted, onScopeDispose, ref } from 'vue'
import type { Output } from '../../../contract/index.ts'
import type { LedgerHead } from '../../../contract/station.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { readHeads } from './heads.ts'

export type Verdict = Output<'ledger.verify'>

/** The head of the ledger, renewed as it grows, and its verification. */
export function useLedger() {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const head = ref<LedgerHead | null>(null)
  const verdict = ref<Verdict | null>(null)
  const verifying = ref(false)
  const error = ref<string | null>(null)

  async function read() {
    try {
      head.value = await connection.call('ledger.head', {})
    } catch (refused) {
      error.value = wordsOf(refused)
    }
  }

  async function verify(pastedHeads: string) {
    verifying.value = true
    error.value = null
    verdict.value = null
    try {
      verdict.value = await connection.call('ledger.verify', { heads: readHeads(pastedHeads) })
      await read()
    } catch (refused) {
      error.value = wordsOf(refused)
    } finally {
      verifying.value = false
    }
  }

  onMounted(read)
  onScopeDispose(changes.onChange(() => void read()))

  return { head, verdict, verifying, error, verify }
}
