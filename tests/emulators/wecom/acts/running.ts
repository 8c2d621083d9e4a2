import type { CallbackSettings } from '../callbacks.ts'
import type { Effect, FaultRule } from '../faults.ts'
import type { World } from '../world.ts'

/** Clock, chance, faults, callbacks. */
export function runningActs(world: World) {
  const clock = () => ({ now: world.clock.now(), rate: world.clock.rate })
  return {
    /** `rate` 1: real time, 0: stands still, 60: a minute each second. */
    setClock({ at, rate }: { at?: number; rate?: number }) {
      world.clock.set(at, rate)
      return clock()
    },

    advance({ ms }: { ms: number }) {
      world.clock.advance(ms)
      return clock()
    },

    clock,

    seed({ seed }: { seed: number }) {
      world.random.seed(seed)
    },

    addFault(rule: FaultRule): { id: number } {
      return { id: world.faults.add(rule).id }
    },

    /** The next call (or `times` calls) on this path only. */
    failNext({
      path,
      effect,
      times = 1,
      skip,
    }: {
      path?: string
      effect: Effect
      times?: number
      skip?: number
    }): { id: number } {
      return {
        id: world.faults.add({ effect, times, ...(path ? { path } : {}), ...(skip ? { skip } : {}) }).id,
      }
    },

    removeFault({ id }: { id: number }) {
      world.faults.remove(id)
    },

    clearFaults() {
      world.faults.clear()
    },

    faults() {
      return world.faults.list()
    },

    callbackSettings(wanted: Partial<CallbackSettings>): CallbackSettings {
      return Object.assign(world.callbacks.settings, wanted)
    },

    /** Tells the app of news though there is none. */
    nudge({ account }: { account: string }) {
      world.callbacks.news(world.account(account))
    },

    /** A good Token for sync_msg, without a callback. */
    syncToken({ account }: { account: string }) {
      return { token: world.callbacks.tokenFor(world.account(account), world.clock.now()) }
    },

    /** Waits until every notification was delivered or given up. */
    async callbacksDone() {
      while (!world.callbacks.idle) await new Promise((resolve) => setTimeout(resolve, 10))
    },
  }
}
