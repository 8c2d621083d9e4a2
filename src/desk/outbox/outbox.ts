import type { Channel, Outgoing, SendResult } from '../../channels/channel.ts'
import { entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import { messageAccepted, messageFailed } from '../threads/entries.ts'

/** ms before the n-th new try; after the last the message is shown as failed and a person decides. */
export const backOff: readonly number[] = [1_000, 3_000, 10_000, 30_000, 60_000, 300_000, 900_000]
/** How many leave at the same time, of different conversations. */
const atOnce = 8
const outboxActor = { user: 'outbox', role: 'system', device: 'core' }

interface Row {
  seq: number
  thread: string
  account: string
  contact: string
  external: string | null
  conversation: string | null
  text: string | null
}

/**
 * Sends what has been committed, in order within a conversation, each until the channel took it or refused it
 * for good. The rows are messages whose delivery is `queued`, so a restart resumes where it was.
 */
export class Outbox {
  readonly #station: Station
  readonly #channelOf: (account: string) => Channel | null
  readonly #tries = new Map<number, { tries: number; due: number; reason: string }>()
  /** What the channel has taken although the ledger could not say so yet. */
  readonly #unrecorded = new Map<number, SendResult>()
  readonly #leaving = new Map<string, number>()
  readonly #select
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  constructor(station: Station, channelOf: (account: string) => Channel | null) {
    this.#station = station
    this.#channelOf = channelOf
    this.#select = station.db.prepare<[], Row>(
      `SELECT m.seq, m.thread, m.account, m.contact, c.external, t.conversation, b.body ->> '$.text' AS text
       FROM message m INDEXED BY message_queued
       JOIN thread t ON t.id = m.thread JOIN contact c ON c.id = m.contact LEFT JOIN content b ON b.seq = m.seq
       WHERE m.delivery = 'queued' ORDER BY m.seq LIMIT 500`,
    )
  }

  /** Why the oldest stuck message of an account does not leave; null when all is well. */
  troubleOf(account: string): string | null {
    for (const row of this.#select.all()) {
      const tried = this.#tries.get(row.seq)
      if (row.account === account && tried && tried.tries >= 2) return tried.reason
    }
    return null
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
    this.#timer = null
    if (this.#stopped || this.#station.readOnly) return
    const now = this.#station.now()
    let nextDue = Number.POSITIVE_INFINITY
    const passed = new Set<string>()
    for (const row of this.#select.all()) {
      if (passed.has(row.thread)) continue
      passed.add(row.thread)
      if (this.#leaving.has(row.thread)) continue
      const due = this.#tries.get(row.seq)?.due ?? 0
      if (due > now) nextDue = Math.min(nextDue, due)
      else if (this.#leaving.size < atOnce) void this.#send(row)
    }
    if (nextDue < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#round(), Math.min(nextDue - now, 60_000))
      this.#timer.unref()
    }
  }

  async #send(row: Row): Promise<void> {
    this.#leaving.set(row.thread, row.seq)
    try {
      const result = this.#unrecorded.get(row.seq) ?? (await this.#try(row))
      if (this.#stopped) return
      // Until it is on record: what the resident has must not be sent again because the desk could not write.
      if (result.sent) this.#unrecorded.set(row.seq, result)
      if (result.sent) await this.#record(row, 'accepted', '')
      else if (result.retry === 'never') await this.#record(row, 'failed', result.reason)
      else await this.#tryLater(row, result.reason)
    } catch (error) {
      // The desk cannot write: the message stays queued and is tried again once it can.
      this.#station.log(`outbox: ${String(error)}`)
    } finally {
      this.#leaving.delete(row.thread)
      this.poke()
    }
  }

  async #try(row: Row): Promise<SendResult> {
    const channel = this.#channelOf(row.account)
    if (!channel?.send || row.text === null || row.external === null) {
      return { sent: false, retry: 'never', reason: 'channel_missing' }
    }
    const message: Outgoing = {
      seq: row.seq,
      account: row.account,
      contact: row.contact,
      contactExternal: row.external,
      conversation: row.conversation ?? row.external,
      id: `dd-${row.seq}`,
      again: false,
      text: row.text,
      media: null,
      menu: null,
    }
    try {
      return await channel.send(message)
    } catch (error) {
      return { sent: false, retry: 'later', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #tryLater(row: Row, reason: string): Promise<void> {
    const tries = (this.#tries.get(row.seq)?.tries ?? 0) + 1
    const wait = backOff[tries - 1]
    if (wait === undefined) return this.#record(row, 'failed', reason)
    this.#tries.set(row.seq, { tries, due: this.#station.now() + wait, reason })
  }

  async #record(row: Row, state: 'accepted' | 'failed', reason: string): Promise<void> {
    await this.#station.bus.run({ ...outboxActor, now: this.#station.now() }, null, () => ({
      decision: entries(
        state === 'accepted'
          ? messageAccepted(row.thread, row.seq)
          : messageFailed(row.thread, row.seq, reason),
      ),
    }))
    this.#tries.delete(row.seq)
    this.#unrecorded.delete(row.seq)
  }
}
