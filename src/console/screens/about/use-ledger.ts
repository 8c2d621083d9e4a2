import { computed, onMounted, onScopeDispose, ref } from 'vue'
import type { VerifyResult } from '../../../contract/proof.ts'
import type { LedgerHead } from '../../../contract/station.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useWork } from '../../composables/use-work.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { readHeads } from './heads.ts'

/** The head of the ledger, renewed as it grows, and its verification. */
export function useLedger() {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const head = ref<LedgerHead | null>(null)
  const unread = ref<string | null>(null)
  const work = useWork<VerifyResult>('verify')

  async function read() {
    try {
      head.value = await connection.call('ledger.head', {})
      unread.value = null
    } catch (refused) {
      unread.value = wordsOf(refused)
    }
  }
  async function verify(pastedHeads: string) {
    await work.run(() => connection.call('proof.verify', { heads: readHeads(pastedHeads) }))
    await read()
  }

  onMounted(read)
  onScopeDispose(changes.onChange(() => void read()))

  return {
    head,
    verdict: work.result,
    verifying: work.running,
    progress: work.progress,
    cancelled: work.cancelled,
    error: computed(() => unread.value ?? work.error.value),
    verify,
    cancel: work.cancel,
  }
}
