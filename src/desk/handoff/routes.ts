import { unbuilt } from '../unbuilt.ts'

export const handoffRoutes = unbuilt(
  'handoff.start',
  'handoff.refreeze',
  'handoff.decide',
  'handoff.undecide',
  'handoff.setNotices',
  'handoff.sign',
  'handoff.withdraw',
  'handoff.cancel',
  'handoff.readBack',
  'handoff.accept',
  'handoff.question',
  'handoff.reply',
  'handoff.correct',
  'promise.done',
  'handoffs.list',
  'handoffs.counts',
  'handoff.get',
  'handoff.outcomes',
  'promises.list',
)
