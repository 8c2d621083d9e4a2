import type { CallbackRecord } from '../callbacks.ts'
import type { CallRecord } from '../calls.ts'
import type { Sent, World } from '../world.ts'

export interface ArrivalSeen {
  msgid: string
  msgtype: string
  customer: string | null
  n: number | null
  at: number
  sendTime: number
  recalled: boolean
}

/** What happened, for assertions. */
export function ledgerActs(world: World) {
  return {
    /** What was sent to customers, in order; `asked` counts every call that named the msgid. */
    sent({ account, customer }: { account?: string; customer?: string } = {}): Sent[] {
      const accounts = account ? [world.account(account)] : [...world.accounts.values()]
      return accounts
        .flatMap((one) =>
          [...one.sent.values()]
            .filter((sent) => !customer || sent.customer === customer)
            .map((sent) => ({ ...sent, asked: one.asked.get(sent.msgid) ?? 0 })),
        )
        .sort((a, b) => a.at - b.at)
    },

    /** All that sync_msg has or had to give for an account, in order of arrival. */
    arrivals({ account, customer }: { account: string; customer?: string }): ArrivalSeen[] {
      return world
        .account(account)
        .log.filter((arrival) => !customer || arrival.customer === customer)
        .map(({ msgid, msgtype, customer: who, n, at, sendTime, recalled }) => ({
          msgid,
          msgtype,
          customer: who,
          n,
          at,
          sendTime,
          recalled,
        }))
    },

    calls({ path, from = 0, last }: { path?: string; from?: number; last?: number } = {}): CallRecord[] {
      const chosen = world.calls.records.filter((call) => call.at >= from && (!path || call.path === path))
      return last === undefined ? chosen : chosen.slice(-last)
    },

    /** path → errcode → how often, and path → minute → how often (`tokenless`: sync_msg without a good callback token). */
    counts() {
      const perPath = world.calls.byPath()
      const gettoken = Object.values(perPath['/cgi-bin/gettoken'] ?? {}).reduce((sum, n) => sum + n, 0)
      return { total: world.calls.total, gettoken, perPath, perMinute: world.calls.perMinute() }
    },

    /** The most tokenless sync_msg calls that fell into any sixty seconds. */
    tokenlessPeak() {
      const times = world.calls.records.filter((call) => call.tokenless).map((call) => call.at)
      let most = 0
      for (let from = 0, to = 0; to < times.length; to++) {
        while ((times[to] as number) - (times[from] as number) >= 60_000) from++
        most = Math.max(most, to - from + 1)
      }
      return { most, total: times.length }
    },

    callbacks({ event, last }: { event?: string; last?: number } = {}): CallbackRecord[] {
      const chosen = world.callbacks.records.filter((record) => !event || record.event === event)
      return last === undefined ? chosen : chosen.slice(-last)
    },

    clearLedgers() {
      world.calls.clear()
      world.callbacks.records.length = 0
    },
  }
}
