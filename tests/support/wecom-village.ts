import type { InboundEvent, Outgoing, SendResult } from '../../src/channels/channel.ts'
import type { WecomConnection } from '../../src/channels/wecom/desk.ts'
import { accountAdded } from '../../src/desk/accounts/entries.ts'
import { colleagueLinked } from '../../src/desk/connections/entries.ts'
import { entries } from '../../src/desk/decision.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { type InboundOutcome, takeIn } from '../../src/desk/threads/inbound.ts'
import { at, type Console } from './console.ts'
import { resident, type TestStation, testStation } from './station.ts'
import { pretendedWecom } from './wecom.ts'

/** The account that is reached through WeCom, and the connection it belongs to. */
export const kf = 'kf'
const connection = 'corp'
/** A resident, by WeCom's own id. */
export const wang = 'wmWANG'

/** A test station with a WeCom account, whose channel and conversations a test plays itself. */
export interface WecomVillage {
  desk: TestStation
  zhang: Console
  /** What was given to the channel, in order. */
  sent: Outgoing[]
  send: (message: Outgoing) => Promise<SendResult>
  /** What the connection answers; null where it is not connected. */
  line: Pick<WecomConnection, 'serviceOf' | 'endService'> | null
  hears(text?: string, said?: { from?: string; at?: number; choice?: string }): string
  takesIn(...events: InboundEvent[]): InboundOutcome
  /** So much later (ms): what was set going has come to its end, and Zhang logs in again. */
  later(ms: number): Promise<void>
  /** Waits until all that was set going has come to its end. */
  settled(): Promise<void>
}

export function addWecomAccount(station: Station): void {
  const system = { user: 'core', role: 'system', device: 'test-pc', now: station.now() }
  station.bus.runNow(system, () => ({
    decision: entries(accountAdded(kf, 'wecom-kf', '柳河微信客服', [], { connection, openKfid: 'wk1' })),
  }))
}

export async function wecomVillage(over: { clock?: () => number } = {}): Promise<WecomVillage> {
  const wecom = pretendedWecom()
  const desk = await testStation({
    ...over,
    wecom: {
      ...wecom,
      lines: (listener) => ({
        ...wecom.lines(listener),
        of: () => self.line as WecomConnection | null,
        send: (message: Outgoing) => {
          self.sent.push(message)
          return self.send(message)
        },
      }),
    },
  })
  addWecomAccount(desk.station)
  const self: WecomVillage = {
    desk,
    zhang: await at(desk, 'zhang'),
    sent: [],
    send: async () => ({ sent: true }),
    line: { serviceOf: async () => ({ state: 1, colleague: null }), endService: async () => {} },
    hears: (text = '在吗', { from = wang, at: sentAt = desk.station.now(), choice } = {}) => {
      const said = { ...resident({ from, text, at: sentAt }), ...(choice ? { choice } : {}) }
      return takeIn(desk.station, kf, [said]).threads[0] as string
    },
    takesIn: (...events) => takeIn(desk.station, kf, events),
    async later(ms) {
      await self.settled()
      desk.now += ms
      self.zhang = await at(desk, 'zhang')
    },
    async settled() {
      for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
    },
  }
  return self
}

/** The admin says who of the desk answers as `userid` in the WeCom client. */
export function linked({ desk }: WecomVillage, userid: string, user: string | null): void {
  const admin = { user: 'guanli', role: 'admin', device: 'test-pc', now: desk.station.now() }
  desk.station.bus.runNow(admin, () => ({ decision: entries(colleagueLinked(connection, userid, user)) }))
}

const contact = { external: wang, name: '' }

/** A colleague picks the resident up in the WeCom client, hands them on, or ends it. */
export const served = (
  state: 'desk' | 'waiting' | 'colleague' | 'ended',
  at: number,
  colleague: string | null = 'wanghong',
): InboundEvent => ({
  event: 'service',
  contact,
  conversation: wang,
  state,
  colleague,
  external: `service-${state}-${at}`,
  at,
})

/** A colleague types to the resident in the WeCom client. */
export const typed = (text: string, sentAt: number, colleague = 'wanghong'): InboundEvent => ({
  event: 'own',
  contact,
  conversation: wang,
  external: `typed-${sentAt}`,
  kind: 'text',
  text,
  sentAt,
  colleague,
})

export const sendFailed = (id: string, reason: string, at: number): InboundEvent => ({
  event: 'sendFailed',
  external: id,
  reason,
  at,
})

/** How the channel says that a message will never leave, and what the desk learns from that. */
export const refusedBy = (
  reason: string,
  learnt?: 'windowSpent' | 'windowExpired' | 'elsewhere',
): SendResult => ({
  sent: false,
  retry: 'never',
  reason,
  ...(learnt ? { learnt } : {}),
})

export const windowOf = async ({ zhang }: WecomVillage, thread: string) =>
  (await zhang.call('thread.get', { thread })).window

export async function answer({ zhang }: WecomVillage, thread: string, text = '马上到') {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  return zhang.call('thread.answer', { thread, text, seen: lastSeq })
}
/** How the desk refuses an answer. */
export async function whyNot({ zhang }: WecomVillage, thread: string, text = '马上到') {
  const { lastSeq } = await zhang.call('thread.get', { thread })
  return zhang.refused('thread.answer', { thread, text, seen: lastSeq })
}
