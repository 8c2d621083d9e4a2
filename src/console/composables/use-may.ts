import { computed } from 'vue'
import type { Role } from '../../contract/call.ts'
import { useSession } from '../stores/session.ts'

/**
 * What the screens offer to a role, so that nobody is shown a button the core would refuse. The core's own
 * table decides (rule 19); this one only keeps the screens honest.
 */
const offers = {
  readThreads: ['officer', 'supervisor', 'auditor'],
  workThreads: ['officer', 'supervisor'],
  supervise: ['supervisor'],
  breakGlass: ['auditor'],
  editWords: ['supervisor', 'admin'],
  administer: ['admin'],
  arrangeShifts: ['supervisor', 'admin'],
  audit: ['auditor', 'supervisor'],
  writeFindings: ['auditor'],
  placeHolds: ['supervisor', 'admin'],
  verify: ['supervisor', 'auditor', 'admin'],
} as const satisfies Record<string, readonly Role[]>

export function useMay() {
  const store = useSession()
  return computed(() => {
    const role = store.session?.role
    const may = (roles: readonly Role[]) => role !== undefined && roles.includes(role)
    return {
      readThreads: may(offers.readThreads),
      workThreads: may(offers.workThreads),
      supervise: may(offers.supervise),
      breakGlass: may(offers.breakGlass),
      editWords: may(offers.editWords),
      administer: may(offers.administer),
      arrangeShifts: may(offers.arrangeShifts),
      audit: may(offers.audit),
      writeFindings: may(offers.writeFindings),
      placeHolds: may(offers.placeHolds),
      verify: may(offers.verify),
    }
  })
}
