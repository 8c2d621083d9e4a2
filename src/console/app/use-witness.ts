import { useNotification } from 'naive-ui'
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../contract/errors.ts'
import { useConnection } from '../connection/connection.ts'
import { useSession } from '../stores/session.ts'

const kept = 'duty-desk.heads'
type Heads = Record<string, { size: number; root: string }>

function remembered(): Heads {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? '{}') as Heads
  } catch {
    return {}
  }
}

/**
 * This computer as a witness: it remembers the newest head it has seen and says it at each login. A ledger put back to
 * an old copy, or rebuilt, contradicts it.
 */
export function useWitness(): void {
  const connection = useConnection()
  const session = useSession()
  const notification = useNotification()
  const { t } = useI18n()

  async function witness() {
    try {
      const { origin, size, root } = await connection.call('ledger.head', {})
      const heads = remembered()
      const seen = heads[origin]
      if (seen && seen.size > 0) {
        const { is } = await connection.call('witness.present', seen)
        if (is !== 'matches') {
          // The older head is kept: it is the proof.
          notification.error({
            title: t('proof.contradicted.title'),
            content: t('proof.contradicted.text', { size: seen.size.toLocaleString() }),
          })
          return
        }
      }
      localStorage.setItem(kept, JSON.stringify({ ...heads, [origin]: { size, root } }))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  watch(
    () => session.session !== null && !session.session.locked && connection.state.value === 'open',
    (here) => {
      if (here) void witness()
    },
    { immediate: true },
  )
}
