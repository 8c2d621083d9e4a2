import type { DemoStation } from '../../channels/sandbox/demo-station.ts'
import type { Station } from '../station/station.ts'
import { hour, minute } from '../time.ts'
import { called, type Happening } from './acting.ts'

/** Long enough ago to be finished, near enough to be found. */
const before = 24 * hour

/**
 * Yesterday's handoff: the one crew kept its own matters, told the other what to know, and both signed. The other signed
 * without having opened the sheet, which the desk finds by itself.
 */
export function handedOver(demo: DemoStation, now: number): Happening[] {
  const [outgoing] = Object.values(demo.roster.next).flat()
  const [incoming] = Object.values(demo.roster.now)
    .flat()
    .filter((user) => user !== outgoing)
  if (outgoing === undefined || incoming === undefined) return []
  let handoff = ''
  const steps: ((station: Station, at: number) => void)[] = [
    (station, at) => {
      handoff = called(station, demo, outgoing, at, 'handoff.start', { post: null }).handoff
    },
    (station, at) => {
      const items = station.views.handoffs.items(handoff).map(({ item }) => item)
      if (items.length === 0) return
      const decision = { do: 'keep', reason: '约好由我自己跟到底' } as const
      called(station, demo, outgoing, at, 'handoff.decide', { handoff, items, decision })
    },
    (station, at) => {
      const notices = ['明天上午八点到十点停电检修，用备用电源']
      called(station, demo, outgoing, at, 'handoff.setNotices', { handoff, notices })
    },
    (station, at) => {
      const signature = { handoff, side: 'outgoing', password: '', to: incoming } as const
      called(station, demo, outgoing, at, 'handoff.sign', signature)
    },
    (station, at) => {
      called(station, demo, incoming, at, 'handoff.sign', { handoff, side: 'incoming', password: '' })
    },
  ]
  return steps.map((happen, step) => ({ at: now - before + step * minute, happen }))
}
