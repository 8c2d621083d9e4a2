import type { ServerResponse } from 'node:http'
import { bulkActs } from './acts/bulk.ts'
import { contactActs } from './acts/contacts.ts'
import { customerActs } from './acts/customer.ts'
import { ledgerActs } from './acts/ledgers.ts'
import { runningActs } from './acts/running.ts'
import { servicerActs } from './acts/servicer.ts'
import { stationActs } from './acts/station.ts'
import type { World } from './world.ts'

/** The acts of the outside world: POST /control/<act> with the act's one argument as JSON. */
export function actsOf(world: World) {
  return {
    ...stationActs(world),
    ...customerActs(world),
    ...servicerActs(world),
    ...contactActs(world),
    ...bulkActs(world),
    ...runningActs(world),
    ...ledgerActs(world),
  }
}
export type Acts = ReturnType<typeof actsOf>

const made = new WeakMap<World, Record<string, (given: unknown) => unknown>>()

export async function control(
  world: World,
  path: string,
  bytes: Buffer,
  response: ServerResponse,
): Promise<void> {
  const acts = made.get(world) ?? (actsOf(world) as unknown as Record<string, (given: unknown) => unknown>)
  made.set(world, acts)
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? null))
  }
  const name = path.slice('/control/'.length)
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined
  if (!act) return answer(404, { error: `no act ${name}` })
  try {
    answer(200, await act(bytes.length ? JSON.parse(bytes.toString()) : {}))
  } catch (error) {
    answer(400, { error: `${name}: ${(error as Error).message}` })
  }
}
