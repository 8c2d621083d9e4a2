import { ref, shallowRef } from 'vue'
import type { Finding } from '../../../../contract/audit.ts'
import { auditSummary } from '../../../../paper/audit-summary.ts'
import type { Paper } from '../../../../paper/paper.ts'
import { useConnection } from '../../../connection/connection.ts'
import { language } from '../../../i18n/index.ts'
import { useDirectory } from '../../../stores/directory.ts'
import { useSession } from '../../../stores/session.ts'
import { gatherSummary } from './gather-summary.ts'

/** The auditor's paper over a time: findings with all they stand among. */
export function useSummary() {
  const connection = useConnection()
  const directory = useDirectory()
  const session = useSession()
  const paper = shallowRef<Paper | null>(null)
  const show = ref(false)
  const making = ref(false)
  const failed = shallowRef<unknown>(null)

  async function make(span: { from: string; to: string } | null) {
    making.value = true
    failed.value = null
    try {
      const summary = await gatherSummary(connection.call, {
        station: session.station?.name ?? '',
        madeAt: new Date().toISOString(),
        madeByName: session.session?.name ?? '',
        span,
        people: directory.people,
        findings: await allFindings(),
      })
      paper.value = auditSummary(summary, language.value)
      show.value = true
    } catch (error) {
      failed.value = error
    } finally {
      making.value = false
    }
  }
  async function allFindings(): Promise<Finding[]> {
    const { rows } = await connection.call('findings.list', { offset: 0, limit: 200 })
    return rows
  }
  return { paper, show, making, failed, make }
}
