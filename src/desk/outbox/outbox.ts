import type { Channel, Outgoing, SendResult } from '../../channels/channel.ts'
import type { Menu } from '../../contract/threads.ts'
import type { Appended } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import { outgoingMedia } from '../media/outgoing.ts'
import { MediaUnreadable } from '../media/store.ts'
import type { Commit } from '../route.ts'
import { learntOf } from '../service/rules.ts'
import type { Station } from '../station/station.ts'
import { messageAccepted } from '../threads/entries.ts'
import { notArriving } from '../threads/not-arriving.ts'
import { lasts, type Pause } from '../time.ts'
import { Given } from './given.ts'
import { idOf } from './outgoing.ts'
import { Queue, type Queued } from './queue.ts'

/** ms before the n-th new try; after the last the message is shown as failed and a person decides. */
export const backOff: readonly number[] = [1_000, 3_000, 10_000, 30_000, ...Array<number>(20).fill(60_000)]
/** How many of an account leave at the same time, of different conversations: one that is stuck holds up no other. */
const atOnce = 8
/** The API counts what a corp asks at the same time, over all its accounts. */
const atOnceByWecom = 4
/** Files of an account that leave at the same time: on a slow line they take minutes, and words wait for none of them. */
const filesAtOnce = 2
const outboxActor = { user: 'outbox', role: 'system', device: 'core' }

interface Tried extends Pause {
  thread: string
  account: string
  tries: number
  reason: string
}

/** Conversations whose first message is a file that must wait for others. `leaving`: files, by account. */
function filesIn(rows: readonly Queued[], leaving: ReadonlyMap<string, number>): string[] {
  const passed = new Set<string>()
  const waiting: string[] = []
  for (const { account, thread, media } of rows) {
    const isFirst = !passed.has(thread)
    passed.add(thread)
    if (isFirst && media !== null && (leaving.get(account) ?? 0) >= filesAtOnce) waiting.push(thread)
  }
  return waiting
}

type NotSent = Extract<SendResult, { sent: false }>
type Leaving = Queued & { id: string; again: boolean }

/**
 * Sends what has been committed, in order within a conversation, each until the channel took it or refused it
 * for good. The rows are messages whose delivery is `queued`, so a restart resumes where it was; what was given to the
 * channel before is given again under the same id, and said to be.
 */
export class Outbox {
  readonly given: Given
  readonly #station: Station
  readonly #channelOf: (account: string) => Channel | null
  readonly #queue: Queue
  readonly #tries = new Map<number, Tried>()
  /** What the channel has taken although the ledger could not say so yet. By id. */
  readonly #unrecorded = new Map<string, SendResult>()
  /** By thread. */
  readonly #leaving = new Map<string, Leaving>()
  #timer: NodeJS.Timeout | null = null
  #next: NodeJS.Immediate | null = null
  #stopped = false

  constructor(station: Station, channelOf: (account: string) => Channel | null) {
    this.#station = station
    this.#channelOf = channelOf
    this.given = new Given(station.db)
    this.#queue = new Queue(station.db)
  }

  /** Why the oldest stuck message of an account does not leave; null when all is well. */
  troubleOf(account: string): string | null {
    let oldest = Number.POSITIVE_INFINITY
    let reason: string | null = null
    for (const [seq, tried] of this.#tries) {
      if (tried.account !== account || tried.tries < 2 || seq > oldest) continue
      oldest = seq
      reason = tried.reason
    }
    return reason
  }

  /** What was put on record, by whomever: there may be something to send, or nothing more to try. */
  committed(appended: readonly Appended[]): void {
    let more = false
    for (const { entry } of appended) {
      if (entry.type === 'message.failed') this.#tries.delete(entry.data.message as number)
      more ||= entry.type === 'message.retried' || entry.data.delivery === 'queued'
    }
    if (more) this.poke()
  }

  /** There may be something to send. */
  poke(): void {
    if (this.#stopped) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#round(), 0)
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #round(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#stopped || this.#station.readOnly) return
    const now = this.#station.now()
    for (let ready = this.#ready(now); ready.length > 0; ready = this.#ready(now)) {
      if (!this.#note(ready, now)) return
      for (const row of ready) void this.#send(row)
    }
    let next = Number.POSITIVE_INFINITY
    for (const tried of this.#tries.values()) if (lasts(tried, now)) next = Math.min(next, tried.due)
    if (next === Number.POSITIVE_INFINITY) return
    this.#timer = setTimeout(() => this.#round(), Math.min(next - now, 60_000))
    this.#timer.unref()
  }

  /** The first of each conversation that nothing holds up, as many of an account as may leave at once. */
  #ready(now: number): Leaving[] {
    const busy = [...this.#leaving.keys()]
    for (const tried of this.#tries.values()) if (lasts(tried, now)) busy.push(tried.thread)
    const inFlight = new Map<string, number>()
    const files = new Map<string, number>()
    const leaves = ({ account, media }: Queued) => {
      inFlight.set(account, (inFlight.get(account) ?? 0) + 1)
      if (media !== null) files.set(account, (files.get(account) ?? 0) + 1)
    }
    for (const row of this.#leaving.values()) leaves(row)
    const ready: Leaving[] = []
    const passed = new Set<string>()
    let rows = this.#queue.oldest(busy, atOnce)
    // Files that wait for their turn do not stand before words.
    for (let waiting = filesIn(rows, files); waiting.length > 0; waiting = filesIn(rows, files)) {
      busy.push(...waiting)
      rows = this.#queue.oldest(busy, atOnce)
    }
    for (const row of rows) {
      const leaving = inFlight.get(row.account) ?? 0
      if (passed.has(row.thread) || leaving >= this.#most(row.account)) continue
      if (row.media !== null && (files.get(row.account) ?? 0) >= filesAtOnce) continue
      passed.add(row.thread)
      leaves(row)
      const id = idOf(this.#station.ledger.meta.origin, row.seq, row.resent)
      ready.push({ ...row, id, again: this.given.has(row.seq, id) })
    }
    for (const row of ready) this.#leaving.set(row.thread, row)
    return ready
  }

  #most(account: string): number {
    return this.#channelOf(account)?.kind === 'wecom-kf' ? atOnceByWecom : atOnce
  }

  /** What leaves together is noted together, before any of it leaves. False where that cannot be written. */
  #note(ready: readonly Leaving[], now: number): boolean {
    const fresh = ready.filter(({ again }) => !again)
    if (fresh.length === 0) return true
    const write = () => {
      for (const { seq, id } of fresh) this.given.note(seq, id, now)
    }
    const by = { ...outboxActor, now }
    const [outcome] = this.#station.bus.runAll(by, [() => ({ decision: entries(), write })])
    if (outcome && 'value' in outcome) return true
    // The messages stay queued, and are tried again once the desk can write.
    for (const { thread } of ready) this.#leaving.delete(thread)
    return false
  }

  async #send(row: Leaving): Promise<void> {
    try {
      const result = this.#unrecorded.get(row.id) ?? (await this.#try(row))
      if (this.#stopped) return
      // Until it is on record: what the resident has must not be sent again because the desk could not write.
      if (result.sent) this.#unrecorded.set(row.id, result)
      if (result.sent) await this.#record(row, () => this.#accepted(row))
      else if (result.retry === 'never') await this.#fail(row, result, { unsure: row.again })
      else await this.#tryLater(row, result)
    } catch (error) {
      // The desk cannot write: the message stays queued and is tried again once it can.
      this.#station.log(`outbox: ${String(error)}`)
    } finally {
      this.#leaving.delete(row.thread)
      this.#goOn()
    }
  }

  /** There is room again: what comes to its end together makes one round. */
  #goOn(): void {
    this.#next ??= setImmediate(() => {
      this.#next = null
      this.#round()
    })
  }

  async #try(row: Leaving): Promise<SendResult> {
    if (row.text === null || row.external === null) return { sent: false, retry: 'never', reason: 'erased' }
    // What may have been taken is asked for once more all the same: only the channel knows.
    const shut = row.again ? null : this.#station.reaching.unleavable(row, this.#station.now())
    if (shut !== null) return { sent: false, retry: 'never', reason: shut }
    const channel = this.#channelOf(row.account)
    if (!channel?.send) return { sent: false, retry: 'later', reason: 'connection' }
    const message: Outgoing = {
      seq: row.seq,
      account: row.account,
      contact: row.contact,
      contactExternal: row.external,
      conversation: row.conversation ?? row.external,
      id: row.id,
      again: row.again,
      text: row.text,
      media: outgoingMedia(this.#station, row.media === null ? null : { media: JSON.parse(row.media) }),
      menu: row.menu === null ? null : (JSON.parse(row.menu) as Menu),
    }
    try {
      return await channel.send(message)
    } catch (error) {
      if (error instanceof MediaUnreadable) return { sent: false, retry: 'never', reason: 'mediaMissing' }
      const reason = error instanceof Error ? error.message : String(error)
      return { sent: false, retry: 'later', reason, unsure: true }
    }
  }

  #accepted({ thread, seq, account }: Leaving): Commit<void>['decision'] {
    const { reaching } = this.#station
    return entries(messageAccepted(thread, seq, reaching.channelTime(account, this.#station.now())))
  }

  async #tryLater(row: Leaving, result: NotSent): Promise<void> {
    const { reason, after = 0, unsure = false } = result
    const tries = (this.#tries.get(row.seq)?.tries ?? 0) + 1
    const wait = backOff[tries - 1]
    if (wait === undefined) return this.#fail(row, result, { unsure: unsure || row.again })
    const at = this.#station.now()
    const due = at + Math.max(wait, after)
    this.#tries.set(row.seq, { thread: row.thread, account: row.account, tries, at, due, reason })
    // After a clear no it goes as if for the first time; what may have been taken once, may have been for good. Last of all:
    // where it cannot be written, the pause holds all the same.
    if (!unsure && !row.again) this.given.forget(row.seq)
  }

  /** `unsure`: an attempt before this one got no clear answer. What the channel may have keeps its number. */
  #fail(row: Leaving, { reason, learnt }: NotSent, { unsure }: { unsure: boolean }): Promise<void> {
    const how = { learnt: learnt ?? learntOf(reason), unsure }
    const what = { thread: row.thread, message: row.seq, reason }
    return this.#record(row, () => notArriving(this.#station, what, how), unsure)
  }

  /** Only of what still waits to be told, and of this very attempt: the channel may have spoken of it first. */
  async #record(row: Leaving, told: () => Commit<void>['decision'], unsure = false): Promise<void> {
    const { bus, views } = this.#station
    await bus.run({ ...outboxActor, now: this.#station.now() }, null, (): Commit<void> => {
      const isStill =
        views.threads.message(row.seq)?.delivery === 'queued' && views.resent.timesOf(row.seq) === row.resent
      return {
        decision: isStill ? told() : entries(),
        write: () => {
          if (isStill && !unsure) this.given.forget(row.seq)
        },
      }
    })
    this.#tries.delete(row.seq)
    this.#unrecorded.delete(row.id)
  }
}
