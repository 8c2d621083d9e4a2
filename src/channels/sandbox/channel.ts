import { join } from 'node:path'

import type { Channel, InboundEvent, InGroup, Outgoing, SendResult } from '../channel.ts'
import { type DemoStation, loadDemoStation } from './demo-station.ts'
import { nextReaction, speakerOf, talkOf } from './residents.ts'

/** What the sandbox needs of the desk. */
export interface Listener {
  now(): number
  takeIn(account: string, events: readonly InboundEvent[]): void
  log(line: string): void
}

/** Who answers, and in which group if in one. */
interface Speaker extends InGroup {
  group: InGroup | undefined
}

/** ms that the invented network takes. */
const latency = { least: 300, most: 1_200 }

/** Invented residents who answer after a believable while. Nothing leaves this machine. */
export class SandboxChannel implements Channel {
  readonly kind = 'sandbox' as const
  readonly #desk: Listener
  readonly #demo: () => DemoStation
  readonly #reacted = new Map<string, number>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #sent = 0

  constructor(desk: Listener, resources: string) {
    this.#desk = desk
    let loaded: DemoStation | null = null
    this.#demo = () => {
      loaded ??= loadDemoStation(join(resources, 'demo-station'))
      return loaded
    }
  }

  readonly send = async (message: Outgoing): Promise<SendResult> => {
    const wait = latency.least + Math.random() * (latency.most - latency.least)
    await new Promise((resolve) => this.#later(wait, () => resolve(undefined)))
    this.#react(message)
    return { sent: true }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #react(message: Outgoing): void {
    const demo = this.#demo()
    const key = message.contactExternal
    const talk = talkOf(demo, key)
    if (!talk) return
    const already = this.#reacted.get(key) ?? 0
    const reaction = nextReaction(talk, already, message.text, Math.random)
    if (reaction === null) return
    this.#reacted.set(key, already + 1)
    const { id: external, name } = speakerOf(demo, talk, reaction)
    const group = talk.group && { external: talk.group.id, name: talk.group.name }
    const speaker = { external, name, group }
    this.#later(reaction.afterMs, () => this.#say(message, speaker, reaction.text))
  }

  #say(answered: Outgoing, speaker: Speaker, text: string): void {
    this.#sent += 1
    const now = this.#desk.now()
    try {
      this.#desk.takeIn(answered.account, [
        {
          event: 'message',
          contact: { external: speaker.external, name: speaker.name },
          conversation: answered.conversation,
          group: speaker.group,
          external: `sandbox-${now}-${this.#sent}`,
          kind: 'text',
          text,
          title: null,
          image: null,
          sentAt: now,
        },
      ])
    } catch (error) {
      // The ledger cannot be written now; the resident says it again.
      this.#desk.log(`sandbox: ${String(error)}`)
      this.#later(5_000, () => this.#say(answered, speaker, text))
    }
  }

  #later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, ms)
    this.#timers.add(timer)
    timer.unref()
  }
}
