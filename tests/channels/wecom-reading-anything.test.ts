import { describe, expect, test } from 'vitest'
import type { InboundEvent } from '../../src/channels/channel.ts'
import { inOrder } from '../../src/channels/wecom/in-order.ts'
import { readItem } from '../../src/channels/wecom/reading/item.ts'
import { longRawBytes } from '../../src/channels/wecom/reading/raw.ts'
import { messageKinds } from '../../src/contract/values.ts'
import { seeded } from '../support/random.ts'
import { payload } from './wecom-payloads.ts'

const asked = { openKfid: 'wkDESK0001', now: 1_700_001_000_000 }
/** ms for one item, however large. */
const bound = 2_000

describe('100,000 payloads, valid, changed, truncated, of wrong types, deep and huge', () => {
  test('each is read or kept aside with its reason: no crash, no hang, nothing lost', () => {
    const random = seeded(20_260_511)
    const seen = new Map<string, number>()
    let slowest = 0
    let page: InboundEvent[] = []
    for (let n = 0; n < 100_000; n++) {
      const item = payload(random, n)
      const from = performance.now()
      const events = readItem(item, asked)
      slowest = Math.max(slowest, performance.now() - from)
      const wrong = whatIsWrong(item, events)
      if (wrong) throw new Error(`payload ${n}: ${wrong}`)
      for (const { event } of events) seen.set(event, (seen.get(event) ?? 0) + 1)
      page.push(...events)
      if (page.length > 1_000) {
        expect(inOrder(page)).toHaveLength(page.length)
        page = []
      }
    }
    expect(slowest).toBeLessThan(bound)
    // The generator reaches everything there is.
    expect([...seen.keys()].sort()).toEqual([
      'colleague',
      'entered',
      'message',
      'own',
      'recall',
      'sendFailed',
      'service',
      'unreadable',
    ])
    expect(Math.min(...seen.values())).toBeGreaterThan(50)
  }, 60_000)
})

function whatIsWrong(item: unknown, events: InboundEvent[]): string | null {
  if (events.length === 0) return 'lost'
  for (const event of events) {
    const unfit = unfitText(event)
    if (unfit) return unfit
    if ('sentAt' in event && !Number.isSafeInteger(event.sentAt)) return 'a time that is none'
    if ('at' in event && !Number.isSafeInteger(event.at)) return 'a time that is none'
    if ('kind' in event && !messageKinds.includes(event.kind)) return `no kind: ${event.kind}`
    if ('external' in event && event.external !== null && event.external.length > 140) return 'an id too long'
    if ('text' in event && (event.text === '' || event.text.length > 100_000)) return 'no text, or too long'
    if ('raw' in event && Buffer.byteLength(event.raw ?? '') > longRawBytes) return 'raw too large'
    if ('url' in event && event.url && !/^https?:/i.test(event.url)) return `leads to ${event.url}`
  }
  return named(item, events) ? null : 'nothing of it says which item it was'
}

/** Every text must be fit for the ledger's canonical form and for SQLite. */
function unfitText(value: unknown): string | null {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return 'a broken character'
    return value.includes('\0') ? 'a NUL' : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const inner of Object.values(value)) {
    const unfit = unfitText(inner)
    if (unfit) return unfit
  }
  return null
}

function named(item: unknown, events: InboundEvent[]): boolean {
  const msgid = typeof item === 'object' && item !== null ? Reflect.get(item, 'msgid') : undefined
  return events.some(
    (event) =>
      ('raw' in event && event.raw !== undefined) ||
      ('external' in event && event.external === msgid) ||
      // A recall or a failed send is known by the message it is about.
      event.event === 'recall' ||
      event.event === 'sendFailed' ||
      // Without an id of its own, by its words.
      ((msgid ?? '') === '' && !('raw' in event)),
  )
}
