import type { AccountKind } from '../../contract/accounts.ts'
import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

export const accountAdded = (account: string, kind: AccountKind, name: string, ownNames: string[]): Draft =>
  draft('account.added', account, { kind, name, ownNames })
export const accountChanged = (account: string, name: string, enabled: boolean, ownNames: string[]): Draft =>
  draft('account.changed', account, { name, enabled, ownNames })
