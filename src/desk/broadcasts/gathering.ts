import { setImmediate as turn } from 'node:timers/promises'
import type { Audience } from '../../contract/broadcasts.ts'
import type { Entry } from '../../ledger/entry.ts'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { hiddenFrom } from '../privacy/known.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { type Asked, meant } from './audience.ts'
import { monthOf, type Reach, reach } from './reach.ts'

/**
 * Who of an audience is reached. Gathered a slice at a time, so that twenty thousand residents keep nobody waiting; in the
 * commit that approves it, it is only asked whether anything has happened since that could change it.
 */

export interface Asking {
  audience: Audience
  preferred: string
}

export interface Gathered extends Reach {
  /** Broadcasts a resident may have in this month. */
  of: number
  asked: Asked
  /** Everything up to this entry is in it. */
  upto: number
}

/** Entries looked at in the commit at most: where there are more, it is gathered once more instead. */
const mostSince = 500
const tries = 3

/** As of one moment, on a connection and in a snapshot of its own. */
export async function gather(station: Station, asking: Asking, by: By): Promise<Gathered> {
  const asked = askedBy(station, asking, by)
  const db = openDatabase(station.options.file, { readonly: true })
  try {
    db.exec('BEGIN')
    const upto = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM entry').pluck().get() ?? 0
    const slices = meant(db, asked)
    let slice = slices.next()
    for (; !slice.done; slice = slices.next()) await turn()
    return gathered(slice.value, asked, upto, by)
  } finally {
    db.close()
  }
}

/** The same, and still so once it is there: where much goes on, tried a few times. */
export async function gatherInPeace(station: Station, asking: Asking, by: By): Promise<Gathered> {
  for (let n = 1; ; n += 1) {
    const found = await gather(station, asking, by)
    if (n === tries || isStill(station, found, asking, by)) return found
  }
}

/** In one go, as of now; within a transaction too. */
export function gatherNow(station: Station, asking: Asking, by: By): Gathered {
  const asked = askedBy(station, asking, by)
  const slices = meant(station.db, asked)
  let slice = slices.next()
  while (!slice.done) slice = slices.next()
  return gathered(slice.value, asked, station.ledger.head().size, by)
}

/** Whether what was gathered is what would be gathered now. */
export function isStill(station: Station, { asked, upto }: Gathered, asking: Asking, by: By): boolean {
  const now = askedBy(station, asking, by)
  const same =
    now.month === asked.month &&
    now.preferred === asked.preferred &&
    now.hidden.size === asked.hidden.size &&
    [...now.hidden].every((contact) => asked.hidden.has(contact)) &&
    JSON.stringify(now.audience) === JSON.stringify(asked.audience)
  if (!same) return false
  const since = station.ledger.read(upto + 1, mostSince + 1)
  return since.length <= mostSince && since.every(({ entry }) => isOfNoAudience(entry))
}

/** First parts of types of entries that say nothing of who is a resident, a friend, or was written to. */
const ofNoAudience: ReadonlySet<string> = new Set([
  'message',
  'note',
  'media',
  'alarm',
  'escalation',
  'warning',
  'promise',
  'handoff',
  'shift',
  'thread',
])

function isOfNoAudience({ type, data }: Entry): boolean {
  // A group is no resident. Whom a private thread hides is asked apart.
  if (type === 'thread.opened') return data.kind !== 'group'
  return ofNoAudience.has(type.slice(0, type.indexOf('.')))
}

function askedBy(station: Station, { audience, preferred }: Asking, by: By): Asked {
  const hidden = hiddenFrom(station, station.access.reader(by))
  return { audience, hidden, preferred, month: monthOf(by.now).from }
}

function gathered(rows: Parameters<typeof reach>[0], asked: Asked, upto: number, by: By): Gathered {
  const of = monthOf(by.now).days
  return { ...reach(rows, of), of, asked, upto }
}
