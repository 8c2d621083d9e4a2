import { eventTypes } from '../../../../src/channels/wecom/facts.ts'
import { happen } from '../arrivals.ts'
import type { Arrival, World } from '../world.ts'
import { write } from './customer.ts'

export interface BulkWanted {
  accounts: string[]
  /** Spread over the accounts in turn. */
  customers: string[]
  /** All together. */
  messages: number
  /** Real messages per second; at once when absent. Then `bulkState` tells how far it is. */
  perSecond?: number
  /** Share (0..1) of pictures, and of messages recalled later. */
  images?: number
  recalls?: number
  /** Callbacks are told once per account and turn instead of for each message. */
  quietly?: boolean
  words?: string
}

interface Bulk {
  wanted: BulkWanted
  made: number
  recalls: number
  stopped: boolean
}

/** Text of the n-th message of this customer: `bulkNumber` reads it back. */
export const bulkText = (customer: string, n: number, words = '您好，想问一下办理进度') =>
  `${words} [${customer}#${n}]`

/** Many messages with a number for each customer, so that order and exactly-once can be checked. */
export function bulkActs(world: World) {
  const bulks: Bulk[] = []
  return {
    bulk(wanted: BulkWanted): { id: number; made: number } {
      if (!wanted.accounts.length || !wanted.customers.length) throw new Error('bulk: accounts and customers')
      const bulk: Bulk = { wanted, made: 0, recalls: 0, stopped: false }
      const numbers = new Map<string, number>()
      const shown: Arrival[][] = wanted.accounts.map(() => [])
      bulks.push(bulk)
      if (!wanted.perSecond) make(world, bulk, numbers, shown, wanted.messages)
      else {
        const started = performance.now()
        const turn = setInterval(() => {
          const due = Math.floor(((performance.now() - started) / 1000) * (wanted.perSecond as number))
          make(world, bulk, numbers, shown, Math.min(wanted.messages, due))
          if (bulk.stopped || bulk.made >= wanted.messages) clearInterval(turn)
        }, 20)
      }
      return { id: bulks.length, made: bulk.made }
    },

    bulkState({ id }: { id: number }) {
      const bulk = bulks[id - 1]
      if (!bulk) throw new Error(`no bulk ${id}`)
      return {
        made: bulk.made,
        recalls: bulk.recalls,
        done: bulk.stopped || bulk.made >= bulk.wanted.messages,
      }
    },

    stopBulk({ id }: { id: number }) {
      const bulk = bulks[id - 1]
      if (bulk) bulk.stopped = true
    },
  }
}

function make(
  world: World,
  bulk: Bulk,
  numbers: Map<string, number>,
  shown: Arrival[][],
  upTo: number,
): void {
  const { accounts, customers, images = 0, recalls = 0, quietly = false, words } = bulk.wanted
  const touched = new Set<string>()
  for (; bulk.made < upTo; bulk.made++) {
    const who = bulk.made % customers.length
    const where = who % accounts.length
    const customer = customers[who] as string
    const account = accounts[where] as string
    const n = (numbers.get(customer) ?? 0) + 1
    numbers.set(customer, n)
    const image = images > 0 && world.random.next() < images
    const arrival = write(world, {
      account,
      customer,
      n,
      quietly,
      ...(image ? { file: { kind: 'image' as const } } : { text: bulkText(customer, n, words) }),
    })
    touched.add(account)
    const recent = shown[where] as Arrival[]
    recent.push(arrival)
    if (recent.length > 50) recent.shift()
    if (recalls > 0 && world.random.next() < recalls) recall(world, bulk, account, recent, quietly)
  }
  if (quietly) for (const account of touched) world.callbacks.news(world.account(account))
}

function recall(world: World, bulk: Bulk, account: string, recent: Arrival[], quietly: boolean): void {
  const arrival = recent[world.random.below(recent.length)]
  if (!arrival || arrival.recalled) return
  arrival.recalled = true
  bulk.recalls++
  happen(
    world,
    world.account(account),
    eventTypes.customerRecall,
    arrival.customer,
    { recall_msgid: arrival.msgid },
    { quietly },
  )
}
