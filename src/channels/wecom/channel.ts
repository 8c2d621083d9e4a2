import type { Channel, Outgoing, SendResult } from '../channel.ts'
import { Connection } from './connection.ts'
import type { ConnectionSettings, Listener, WecomConnection } from './desk.ts'

/** While an account's connection is being set up anew. */
const notServedPause = 10_000

/** Real accounts: every connection the station has, and which of them an account is served through. */
export class WecomChannel implements Channel {
  readonly kind = 'wecom-kf' as const
  readonly #listener: Listener
  readonly #connections = new Map<string, Connection>()

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** One of the same id is to be closed before. */
  open(settings: ConnectionSettings): WecomConnection {
    if (this.#connections.has(settings.id)) throw new Error(`connection ${settings.id} is open`)
    const connection = new Connection(settings, this.#listener)
    this.#connections.set(settings.id, connection)
    return connection
  }

  async close(id: string): Promise<void> {
    const connection = this.#connections.get(id)
    this.#connections.delete(id)
    await connection?.stop()
  }

  connection(id: string): WecomConnection | null {
    return this.#connections.get(id) ?? null
  }

  /** Through which an account is served. */
  of(account: string): WecomConnection | null {
    return this.#through(account)
  }

  readonly send = async (message: Outgoing): Promise<SendResult> => {
    const connection = this.#through(message.account)
    return (
      (await connection?.send(message)) ?? {
        sent: false,
        retry: 'later',
        reason: 'connection',
        after: notServedPause,
      }
    )
  }

  async stop(): Promise<void> {
    const all = [...this.#connections.keys()]
    await Promise.all(all.map((id) => this.close(id)))
  }

  #through(account: string): Connection | null {
    for (const connection of this.#connections.values()) if (connection.serves(account)) return connection
    return null
  }
}
