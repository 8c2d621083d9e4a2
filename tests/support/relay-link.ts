import type { AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { linkRelay, type RelayLink, type RelayLinkOptions } from '../../src/channels/wecom/relay-link.ts'
import type { News } from '../../src/channels/wecom/relay-wire.ts'
import { type HandClock, handClock } from './hand-clock.ts'
import { deskTokens, soon, start } from './relay.ts'

export const second = 1_000

export interface TestLink {
  link: RelayLink
  clock: HandClock
  states: string[]
  /** How often it came (again), with the corps the relay serves. */
  connected: (readonly string[])[]
  news: News[]
  logged: string[]
}

export function linked(url: string, over: Partial<RelayLinkOptions> = {}): TestLink {
  const clock = handClock(start)
  const self = { clock, states: [], connected: [], news: [], logged: [] } as unknown as TestLink
  self.link = linkRelay({
    url: url.replace(/^http/, 'ws'),
    token: deskTokens.liuhe,
    clock,
    random: () => 0.5,
    log: (line) => void self.logged.push(line),
    onState: ({ state }) => void self.states.push(state),
    onConnected: (corps) => void self.connected.push(corps),
    onNews: (told) => void self.news.push(told),
    ...over,
  })
  onTestFinished(() => self.link.stop())
  return self
}

export const isNow = (desk: TestLink, state: string) =>
  soon(() => expect(desk.link.standing.state).toBe(state))

/** As time goes by. */
export const back = (desk: TestLink) =>
  soon(() => {
    if (desk.link.standing.state !== 'connected') desk.clock.pass(second)
    expect(desk.link.standing.state).toBe('connected')
  })

/** A port with something else, or nothing, behind it. */
export async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
