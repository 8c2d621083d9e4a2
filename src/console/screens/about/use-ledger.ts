import { onMounted, onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { VerifyResult, Work } from '../../../contract/proof.ts'
import type { LedgerHead } from '../../../contract/station.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useChanges } from '../../stores/changes.ts'
import { readHeads } from './heads.ts'

/** ms between two looks at how far it is. */
const lookAgain = 250

/** The head of the ledger, renewed as it grows, and its verification. */
export function useLedger() {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const { t } = useI18n()
  const head = ref<LedgerHead | null>(null)
  const verdict = ref<VerifyResult | null>(null)
  const verifying = ref(false)
  /** How far it is, of 100. */
  const progress = ref(0)
  const error = ref<string | null>(null)

  async function read() {
    try {
      head.value = await connection.call('ledger.head', {})
    } catch (refused) {
      error.value = wordsOf(refused)
    }
  }

  let running: string | null = null
  let left = false

  async function outcomeOf(work: string): Promise<Work> {
    for (;;) {
      const now = await connection.call('work.get', { work })
      progress.value = now.all === 0 ? 0 : Math.floor((now.done / now.all) * 100)
      if (now.state !== 'running' || left) return now
      await new Promise((resolve) => setTimeout(resolve, lookAgain))
    }
  }

  async function verify(pastedHeads: string) {
    verifying.value = true
    progress.value = 0
    error.value = null
    verdict.value = null
    try {
      const { work } = await connection.call('proof.verify', { heads: readHeads(pastedHeads) })
      running = work
      const ended = await outcomeOf(work)
      verdict.value = ended.result as VerifyResult | null
      if (ended.state === 'failed') error.value = t('app.about.verifyFailed', { why: ended.error ?? '' })
      await read()
    } catch (refused) {
      error.value = wordsOf(refused)
    } finally {
      verifying.value = false
      running = null
    }
  }

  async function cancel() {
    try {
      if (running !== null) await connection.call('work.cancel', { work: running })
    } catch (refused) {
      error.value = wordsOf(refused)
    }
  }

  onMounted(read)
  onScopeDispose(changes.onChange(() => void read()))
  onScopeDispose(() => {
    left = true
  })

  return { head, verdict, verifying, progress, error, verify, cancel }
}
