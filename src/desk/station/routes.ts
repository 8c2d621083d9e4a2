import { administering, everyone, type Routes } from '../route.ts'
import { ledgerHead } from './head.ts'

type Names = 'ledger.head' | 'backup.make' | 'backups.list'

export const stationRoutes: Pick<Routes, Names> = {
  'ledger.head': { allow: everyone, run: (station) => ledgerHead(station) },
  'backup.make': {
    allow: administering,
    before: (station) => station.backups.make(),
    run: (station, _input, _by, made) => ({
      decision: station.backups.decision(made),
      write: () => station.backups.remember(made),
      result: () => made,
    }),
  },
  'backups.list': { allow: administering, run: (station) => station.backups.list() },
}
