import { unbuilt } from '../unbuilt.ts'

export const auditRoutes = unbuilt(
  'audit.records',
  'audit.summary',
  'audit.density',
  'audit.record',
  'anomalies.list',
  'anomalies.counts',
  'finding.save',
  'finding.close',
  'finding.reopen',
  'findings.list',
)
