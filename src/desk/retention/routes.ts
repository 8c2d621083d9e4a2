import { unbuilt } from '../unbuilt.ts'

export const retentionRoutes = unbuilt(
  'retention.get',
  'retention.change',
  'holds.list',
  'hold.place',
  'hold.lift',
  'erasure.preview',
  'erasure.run',
  'erasures.list',
  'backup.remove',
)
