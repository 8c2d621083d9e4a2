import type { LedgerHead } from '../../contract/station.ts'
import { parseCheckpoint } from '../../ledger/checkpoint.ts'
import { shortCode } from '../../ledger/short-code.ts'
import type { Station } from './station.ts'

/** The ledger as it stands, for the about page and for anyone who writes a head down. */
export function ledgerHead(station: Station): LedgerHead {
  const { ledger } = station
  const { size, root } = ledger.head()
  return {
    station: ledger.meta.station,
    origin: ledger.meta.origin,
    size,
    root: root.toString('hex'),
    code: shortCode(root),
    lastAt: size === 0 ? null : (ledger.entry(size)?.entry.at ?? null),
    verifier: ledger.meta.verifier,
    checkpoints: ledger
      .checkpoints()
      .slice(-20)
      .reverse()
      .map(({ size: at, at: when, reason, note }) => ({
        size: at,
        at: when,
        reason,
        code: shortCode(parseCheckpoint(note).root),
      })),
  }
}
