import type { Role } from '../contract/call.ts'
import { type CallName, contract } from '../contract/index.ts'
import { type Allowed, type ConnectionCall, everyone } from './route.ts'
import { routes } from './routes.ts'

/** Calls about the connection itself; those before login are open to anyone. */
const connectionCalls: Record<ConnectionCall, Allowed> = {
  'station.state': ['anyone'],
  'station.open': ['anyone'],
  'station.openDemo': ['anyone'],
  'session.login': ['anyone'],
  'session.get': ['anyone'],
  'session.logout': ['anyone'],
  'session.lock': everyone,
  'session.unlock': everyone,
  'session.active': everyone,
  'presence.set': everyone,
  'presence.list': everyone,
  'changes.since': everyone,
}

/** The one permission table (rule 19): who may make which call. */
export const permissionTable: Readonly<Record<CallName, Allowed>> = {
  ...connectionCalls,
  ...(Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, route.allow])) as Record<
    keyof typeof routes,
    Allowed
  >),
}

export function mayCall(call: CallName, role: Role): boolean {
  const allowed = permissionTable[call]
  return allowed.includes('anyone') || allowed.includes(role)
}

/** Calls of the contract that have no row: must be none. */
export function callsWithoutRow(): string[] {
  return Object.keys(contract).filter((call) => !Object.hasOwn(permissionTable, call))
}
