import { type Component, defineAsyncComponent } from 'vue'
import type { IconName } from '../../parts/icons.ts'

/** The parts of the auditor's desk, in the order of their keys. */
export const auditParts: readonly { name: AuditPart; icon: IconName; component: Component }[] = [
  part('records', 'list', () => import('./records/RecordsPart.vue')),
  part('history', 'clock', () => import('./history/HistoryPart.vue')),
  part('handoffs', 'handoff', () => import('./handoffs/HandoffsPart.vue')),
  part('anomalies', 'alert', () => import('./anomalies/AnomaliesPart.vue')),
  part('findings', 'note', () => import('./findings/FindingsPart.vue')),
  part('proof', 'shield', () => import('../proof/ProofPart.vue')),
  part('retention', 'trash', () => import('../retention/RetentionPart.vue')),
]
export type AuditPart = 'records' | 'history' | 'handoffs' | 'anomalies' | 'findings' | 'proof' | 'retention'

function part(name: AuditPart, icon: IconName, load: () => Promise<{ default: Component }>) {
  return { name, icon, component: defineAsyncComponent(load) }
}
