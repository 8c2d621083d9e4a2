import type { AccountKind } from '../../contract/accounts.ts'
import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** `via`: through which connection it is reached, and by which id there. */
export const accountAdded = (
  account: string,
  kind: AccountKind,
  name: string,
  ownNames: string[],
  via?: { connection: string; openKfid: string },
): Draft => draft('account.added', account, { kind, name, ownNames, ...via })
export const accountChanged = (account: string, name: string, enabled: boolean, ownNames: string[]): Draft =>
  draft('account.changed', account, { name, enabled, ownNames })
