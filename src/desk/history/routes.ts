import { unbuilt } from '../unbuilt.ts'

export const historyRoutes = unbuilt(
  'history.bounds',
  'history.position',
  'history.inbox',
  'history.thread',
  'history.shift',
)
