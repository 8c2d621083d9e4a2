import type { Role } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { ThreadRow } from '../../contract/threads.ts'
import { isDiskFailure } from '../bus.ts'
import { mayRead, type Reader } from '../privacy/rules.ts'
import type { By, Routes } from '../route.ts'
import { plainName } from '../service/colleagues.ts'
import type { Station } from '../station/station.ts'
import { type Row, threadHeader, threadRow, withheld } from '../threads/rows.ts'
import type { ThreadState } from '../threads/thread.ts'
import { endOfTime } from '../threads/timeline.ts'
import { timelineItem, withoutLink, withoutWords } from '../threads/timeline-items.ts'
import { isoOrNull } from '../time.ts'

type Names = 'history.bounds' | 'history.position' | 'history.inbox' | 'history.thread' | 'history.shift'

const overseeing: readonly Role[] = ['supervisor', 'auditor']

export const historyRoutes: Pick<Routes, Names> = {
  'history.bounds': {
    allow: overseeing,
    run: (station) => {
      settle(station)
      return station.views.past.position.bounds()
    },
  },
  'history.position': {
    allow: overseeing,
    run: (station, asked) => {
      if ('seq' in asked) return { seq: asked.seq, at: timeOf(station, asked.seq) }
      settle(station)
      const seq = station.views.past.position.lastUpTo(Date.parse(asked.at))
      if (seq === null) throw new Refused({ code: 'not_found', what: 'entry', id: asked.at })
      return { seq, at: timeOf(station, seq) }
    },
  },
  'history.inbox': {
    allow: overseeing,
    run: async (station, { seq, ...asked }, by) => {
      const at = timeOf(station, seq)
      settle(station)
      const { page, counts } = await station.history.ask(
        { what: 'inbox', seq, me: by.user, ...asked },
        lane(by, 'inbox'),
      )
      const reader = station.access.reader(by)
      const rows = page.rows.map((row) => shown(row, isReadable(station, row, reader)))
      return { seq, at, page: { rows, total: page.total }, counts }
    },
  },
  'history.thread': {
    allow: overseeing,
    run: async (station, { thread, seq, before, limit }, by) => {
      const at = Date.parse(timeOf(station, seq))
      settle(station)
      const past = await station.history.ask(
        { what: 'thread', seq, at, thread, before: before ?? endOfTime, limit },
        lane(by, 'thread'),
      )
      if (past === null) throw new Refused({ code: 'not_found', what: 'thread', id: thread })
      const { row, reach, title, lines, more, messages, names } = past
      const noted = await station.access.reading(thread, by)
      const reader = station.access.reader(by)
      const readable = noted && isReadable(station, row, reader)
      const known = {
        message: (message: number) => messages.get(message),
        name: (user: string) => names.get(user) ?? plainName(user),
      }
      const mayReadOther = (id: string) =>
        id === thread ? readable : station.access.mayReadThread(id, reader)
      const glass =
        by.role === 'auditor' ? station.views.privacy.live(by.user, by.now).get(thread) : undefined
      return {
        thread: {
          ...threadHeader(row, shown(row, readable), {
            title,
            draft: null,
            menu: null,
            glassUntil: isoOrNull(glass ?? null),
          }),
          ...(readable ? reach : {}),
        },
        items: lines.map((line) =>
          timelineItem(readable ? withoutLink(line, mayReadOther) : withoutWords(line), known),
        ),
        more,
      }
    },
  },
  'history.shift': {
    allow: overseeing,
    run: async (station, { seq }, by) => {
      const at = timeOf(station, seq)
      settle(station)
      return { seq, at, ...(await station.history.ask({ what: 'shift', seq }, lane(by, 'shift'))) }
    },
  },
}

function lane({ user, device }: By, what: string): string {
  return JSON.stringify([user, device, what])
}

function timeOf(station: Station, seq: number): string {
  const entry = station.ledger.entry(seq)?.entry
  if (!entry) throw new Refused({ code: 'not_found', what: 'entry', id: String(seq) })
  return entry.at
}

/** What follows the ledger in batches is brought up to it; while nothing can be written (rule 21) it stays behind. */
function settle(station: Station): void {
  try {
    station.views.records.settle()
    station.views.past.settle()
  } catch (error) {
    if (!isDiskFailure(error)) throw error
    station.log(`history: ${String(error)}`)
  }
}

/**
 * Rule 11: what is private now is withheld from whoever may not read it now; so is what was private then, also when it
 * has been opened since.
 */
function isReadable(station: Station, then: ThreadState, reader: Reader): boolean {
  const now = station.views.threads.thread(then.id)
  return now !== null && station.access.mayRead(now, reader) && mayRead(then, reader)
}

function shown(row: Row, readable: boolean): ThreadRow {
  return readable ? threadRow(row) : { ...withheld(threadRow(row)), private: true }
}
