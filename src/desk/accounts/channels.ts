import type { Channel } from '../../channels/channel.ts'
import type { AccountKind } from '../../contract/accounts.ts'
import type { FirstDelivery } from '../threads/entries.ts'
import type { AccountsView } from './view.ts'

/** Which channel serves which account. */
export class Channels {
  readonly #accounts: AccountsView
  readonly #byKind = new Map<AccountKind, Channel>()
  /** An account never changes its kind. */
  readonly #kinds = new Map<string, AccountKind>()

  constructor(accounts: AccountsView) {
    this.#accounts = accounts
  }

  serve(channel: Channel): void {
    this.#byKind.set(channel.kind, channel)
  }

  of(account: string): Channel | null {
    const kind = this.#kinds.get(account) ?? this.#accounts.account(account)?.kind
    if (kind === undefined) return null
    this.#kinds.set(account, kind)
    return this.#byKind.get(kind) ?? null
  }

  /** How an answer on this account leaves. */
  deliveryOf(account: string): FirstDelivery {
    return this.of(account)?.send === null ? 'copyByHand' : 'queued'
  }

  start(): void {
    for (const channel of this.#byKind.values()) channel.start?.()
  }

  stop(): void {
    for (const channel of this.#byKind.values()) channel.stop?.()
  }
}
