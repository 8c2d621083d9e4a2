import type { AccountKind } from '../../contract/accounts.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { accountAdded, accountChanged } from './entries.ts'

export interface AccountState {
  id: string
  name: string
  kind: AccountKind
  enabled: boolean
  ownNames: string[]
}

export function addAccount(
  id: string,
  sameName: boolean,
  kind: AccountKind,
  name: string,
  ownNames: string[],
): Decision {
  if (sameName) return refuse({ code: 'already_there', what: 'account', id: name })
  return entries(accountAdded(id, kind, name, ownNames))
}

export function changeAccount(
  present: AccountState | null,
  change: { account: string; name: string; enabled: boolean; ownNames: string[] },
): Decision {
  if (!present) return refuse({ code: 'not_found', what: 'account', id: change.account })
  return entries(accountChanged(change.account, change.name, change.enabled, change.ownNames))
}
