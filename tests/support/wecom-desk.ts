import { inspect } from 'node:util'
import { type ApiSettings, openApi, type WecomApi } from '../../src/channels/wecom/api.ts'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import type { Emulator } from '../emulators/wecom/client.ts'
import { type HandClock, handClock } from './hand-clock.ts'

/** The lower half of the connector, at an emulator or another address, with what it logged. */
export interface WecomDesk {
  settings: ApiSettings
  api: WecomApi
  clock: HandClock
  logged: string[]
}

export function wecomDesk(
  apiBase: string,
  app: { corpid: string; secret: string },
  changes: Partial<ApiSettings> = {},
): WecomDesk {
  const { corpid, secret } = app
  const settings = { corpid, secret, apiBase, ca: null, proxy: null, ...changes }
  const clock = handClock(Date.now())
  const logged: string[] = []
  return { settings, clock, logged, api: openApi(settings, { clock, log: (line) => logged.push(line) }) }
}

/** Time passes for both sides. */
export async function pass(desk: Pick<WecomDesk, 'clock'>, emulator: Emulator, ms: number): Promise<void> {
  await emulator.control.advance({ ms })
  desk.clock.pass(ms)
}

export const failureOf = (asked: Promise<unknown>): Promise<ApiRefused | Unreachable> =>
  asked.then(
    () => {
      throw new Error('it went well')
    },
    (error: unknown) => {
      if (error instanceof ApiRefused || error instanceof Unreachable) return error
      throw error
    },
  )

/** Everything an error could show of itself, as a crash report, a log or an export would. */
export const shownOf = (error: unknown): string =>
  [
    String(error),
    JSON.stringify(error),
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
    (error as Error).stack,
    inspect(error, { depth: 12, showHidden: true }),
  ].join('\n')
