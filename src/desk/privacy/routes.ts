import { v7 as uuid } from 'uuid'
import type { Glass } from '../../contract/privacy.ts'
import { entries, refuse } from '../decision.ts'
import { type By, type Routes, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { ThreadState } from '../threads/thread.ts'
import { hour, iso, minute } from '../time.ts'
import { glassSeen } from './entries.ts'
import { breakGlass, setPrivate } from './rules.ts'
import type { GlassRow } from './view.ts'

type Names = 'thread.setPrivate' | 'glass.break' | 'glass.list' | 'glass.seen'

const shownFor = 90 * 24 * hour

export const privacyRoutes: Pick<Routes, Names> = {
  'thread.setPrivate': {
    allow: working,
    run: (station, { thread: id, private: wanted, reason, desk }, by) => {
      const thread = station.views.threads.thread(id)
      if (thread === null) return { decision: refuse({ code: 'not_found', what: 'thread', id }) }
      const reader = station.access.reader(by)
      if (!station.access.mayRead(thread, reader)) return { decision: refuse({ code: 'private_thread' }) }
      if (desk !== undefined && station.views.escalations.desk(desk) === null)
        return { decision: refuse({ code: 'not_found', what: 'desk', id: desk }) }
      const asked = { private: wanted, reason, desk: desk ?? null }
      return { decision: setPrivate(thread, earlierThan(station, thread), reader, asked) }
    },
  },
  'glass.break': {
    allow: ['auditor'],
    run: (station, { thread: id, reason, minutes }, by) => {
      const thread = station.views.threads.thread(id)
      if (thread === null) return { decision: refuse({ code: 'not_found', what: 'thread', id }) }
      const reader = station.access.reader(by)
      return {
        decision: breakGlass(thread, reader, uuid(), { reason, minutes }, by.now),
        result: () => ({ until: iso(by.now + minutes * minute) }),
      }
    },
  },
  'glass.list': {
    allow: ['supervisor', 'auditor'],
    run: (station, _input, by) =>
      station.views.privacy
        .since(by.now - shownFor)
        .filter(({ auditor }) => by.role === 'supervisor' || auditor === by.user)
        .map((row) => shown(station, row, by)),
  },
  'glass.seen': {
    allow: ['supervisor'],
    run: (station, { glass }, by) => {
      const row = station.views.privacy.one(glass)
      if (row === null) return { decision: refuse({ code: 'not_found', what: 'glass', id: glass }) }
      const already = station.views.privacy.seenBy(glass).includes(by.user)
      return {
        decision: already ? refuse({ code: 'nothing_to_do' }) : entries(glassSeen(row.thread, glass)),
      }
    },
  },
}

/** The threads this one continues, newest first. */
export function earlierThan(station: Station, thread: ThreadState): ThreadState[] {
  const earlier: ThreadState[] = []
  for (let id = thread.continues; id !== null; ) {
    const before = station.views.threads.thread(id)
    if (before === null) break
    earlier.push(before)
    id = before.continues
  }
  return earlier
}

function shown(station: Station, row: GlassRow, by: By): Glass {
  const { people, privacy } = station.views
  const seenBy = privacy.seenBy(row.id)
  return {
    id: row.id,
    thread: row.thread,
    auditorName: people.nameOf(row.auditor),
    reason: row.reason,
    brokenAt: iso(row.at),
    until: iso(row.until),
    seenByNames: seenBy.map((user) => people.nameOf(user)),
    unseen: by.role === 'supervisor' && !seenBy.includes(by.user),
  }
}
