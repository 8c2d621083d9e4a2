import type { InboundEvent } from '../channel.ts'

/**
 * The events of a page in the order they happened: by WeCom's own time, those of one second as they arrived, and a recall
 * after what it recalls. What could not be read has no time and stays behind what it arrived behind.
 */
export function inOrder(events: readonly InboundEvent[]): InboundEvent[] {
  let before = Number.NEGATIVE_INFINITY
  const timed = events.map((event) => {
    before = timeOf(event) ?? before
    return { event, at: before }
  })
  const sorted = timed.sort((one, other) => one.at - other.at).map(({ event }) => event)
  return recallsAfter(sorted)
}

function timeOf(event: InboundEvent): number | null {
  if (event.event === 'message' || event.event === 'own') return event.sentAt
  return event.event === 'unreadable' ? null : event.at
}

function recallsAfter(events: InboundEvent[]): InboundEvent[] {
  const early = new Map<string, InboundEvent[]>()
  const said = new Set<string>()
  const later = new Set(events.flatMap((event) => saidBy(event) ?? []))
  const ordered: InboundEvent[] = []
  for (const event of events) {
    if (event.event === 'recall' && later.has(event.external) && !said.has(event.external)) {
      early.set(event.external, [...(early.get(event.external) ?? []), event])
      continue
    }
    ordered.push(event)
    const external = saidBy(event)
    if (external === null) continue
    said.add(external)
    ordered.push(...(early.get(external) ?? []))
    early.delete(external)
  }
  return ordered
}

function saidBy(event: InboundEvent): string | null {
  return event.event === 'message' || event.event === 'own' ? event.external : null
}
