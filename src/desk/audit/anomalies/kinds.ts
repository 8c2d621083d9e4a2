import type { AnomalyKind } from '../../../contract/audit.ts'
import { alarmLate } from './alarm-late.ts'
import { answerAfterClose } from './answer-after-close.ts'
import { clockJump } from './clock-jump.ts'
import { coverageBreak } from './coverage-break.ts'
import { denied } from './denied.ts'
import type { Kind } from './found.ts'
import { glassUnseen } from './glass-unseen.ts'
import { handoffOnBehalf } from './handoff-on-behalf.ts'
import { handoffUnread } from './handoff-unread.ts'
import { headContradicted } from './head-contradicted.ts'
import { leftWithoutHandoff } from './left-without-handoff.ts'
import { longHold } from './long-hold.ts'
import { promiseBroken } from './promise-broken.ts'
import { unanswered } from './unanswered.ts'
import { unmanned } from './unmanned.ts'
import { wrongPassword } from './wrong-password.ts'

/** Everything the desk finds by itself. */
export const kinds: { readonly [K in AnomalyKind]: Kind } = {
  answerAfterClose,
  longHold,
  unanswered,
  handoffUnread,
  handoffOnBehalf,
  leftWithoutHandoff,
  promiseBroken,
  clockJump,
  coverageBreak,
  unmanned,
  denied,
  wrongPassword,
  alarmLate,
  glassUnseen,
  headContradicted,
}
