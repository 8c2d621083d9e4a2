import { accountRoutes } from './accounts/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import type { Routes } from './route.ts'
import { searchRoutes } from './search/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { stationRoutes } from './station/routes.ts'
import { threadRoutes } from './threads/routes.ts'

/** Every command and query with its row of the permission table (rule 19). */
export const routes: Routes = {
  ...threadRoutes,
  ...peopleRoutes,
  ...accountRoutes,
  ...settingsRoutes,
  ...searchRoutes,
  ...stationRoutes,
}
