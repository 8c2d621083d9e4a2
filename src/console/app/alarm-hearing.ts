import type { AlarmSignal } from '../../contract/alarms.ts'
import type { Session } from '../../contract/session.ts'

/**
 * Whether an alarm sounds at this console: for officers on shift, and for supervisors on shift or once it was
 * called to them (rules 7 and 10). Everybody who reads threads sees it.
 */
export function hears(
  who: Pick<Session, 'role' | 'onShift'> | null,
  signal: Pick<AlarmSignal, 'ringing' | 'called'> | null,
): boolean {
  if (!who || !signal || signal.ringing === 0) return false
  if (who.role === 'officer') return who.onShift
  return who.role === 'supervisor' && (who.onShift || signal.called)
}
