import { accountRoutes } from './accounts/routes.ts'
import { alarmRoutes } from './alarms/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { broadcastRoutes } from './broadcasts/routes.ts'
import { connectionRoutes } from './connections/routes.ts'
import { escalationRoutes } from './escalations/routes.ts'
import { friendRoutes } from './friends/routes.ts'
import { groupRoutes } from './groups/routes.ts'
import { handoffRoutes } from './handoff/routes.ts'
import { historyRoutes } from './history/routes.ts'
import { mediaRoutes } from './media/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { privacyRoutes } from './privacy/routes.ts'
import { proofRoutes } from './proof/routes.ts'
import { retentionRoutes } from './retention/routes.ts'
import type { Routes } from './route.ts'
import { searchRoutes } from './search/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { shiftRoutes } from './shifts/routes.ts'
import { stationRoutes } from './station/routes.ts'
import { threadRoutes } from './threads/routes.ts'
import { warningRoutes } from './warnings/routes.ts'
import { welcomeRoutes } from './welcome/routes.ts'

/** Every command and query with its row of the permission table (rule 19). */
export const routes: Routes = {
  ...threadRoutes,
  ...peopleRoutes,
  ...accountRoutes,
  ...settingsRoutes,
  ...searchRoutes,
  ...stationRoutes,
  ...alarmRoutes,
  ...escalationRoutes,
  ...privacyRoutes,
  ...warningRoutes,
  ...groupRoutes,
  ...retentionRoutes,
  ...proofRoutes,
  ...historyRoutes,
  ...auditRoutes,
  ...handoffRoutes,
  ...shiftRoutes,
  ...connectionRoutes,
  ...mediaRoutes,
  ...friendRoutes,
  ...broadcastRoutes,
  ...welcomeRoutes,
}
