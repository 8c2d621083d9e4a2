import { setImmediate as turn } from 'node:timers/promises'
import type { Contradiction, Witness } from '../../contract/proof.ts'
import { parseCheckpoint } from '../../ledger/checkpoint.ts'
import type { Entry } from '../../ledger/entry.ts'
import { LEDGER_EXPORTED } from '../../ledger/exported.ts'
import { shortCode } from '../../ledger/short-code.ts'
import type { StoredCheckpoint } from '../../ledger/sqlite/ledger.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { standingOf } from './comparing.ts'
import { present, type Standing } from './rules.ts'

/** So many checkpoints are shown, the newest. */
const most = 300
/** Roots made anew in one go: some milliseconds. */
const atOnce = 10

interface ConsoleHead {
  device: string
  user: string
  size: number
  root: string
  at: number
}

/**
 * A console says what the head was when it was last here. The database may have been put back to an old copy, and every
 * head in it with it; the console still remembers.
 */
export function presentHead(
  station: Station,
  head: { size: number; root: string },
  by: By,
): Commit<{ is: Standing; noted: boolean }> {
  const { db } = station
  const is = standingOf(station, head)
  const noted = db.prepare<[string], number>('SELECT at FROM device_noted WHERE device = ?').pluck()
  const decision = present(head, is, noted.get(by.device) ?? null, by.now)
  const says = 'entries' in decision && decision.entries.length > 0
  return {
    decision,
    write: () => {
      db.prepare(
        `INSERT INTO console_head (device, user, contradicts, size, root, at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (device, user, contradicts) DO UPDATE
         SET size = excluded.size, root = excluded.root, at = excluded.at
         WHERE excluded.contradicts = 1 OR excluded.size >= size`,
      ).run(by.device, by.user, is === 'matches' ? 0 : 1, head.size, head.root, by.now)
      if (is === 'matches' && says)
        db.prepare('INSERT OR REPLACE INTO device_noted (device, at) VALUES (?, ?)').run(by.device, by.now)
    },
    result: () => ({ is, noted: station.views.contradictions.isNoted(head) }),
  }
}

/** Every head that is held, or was seen, outside the ledger, newest first; each compared with the ledger as it is. */
export async function witnesses(station: Station): Promise<Witness[]> {
  const found = consoleHeads(station)
  const checkpoints = station.db
    .prepare<[number], StoredCheckpoint>(
      'SELECT size, at, reason, note FROM checkpoint ORDER BY id DESC LIMIT ?',
    )
    .all(most)
  for (const [n, checkpoint] of checkpoints.entries()) {
    found.push(ofCheckpoint(station, checkpoint))
    if (n % atOnce === atOnce - 1) await turn()
  }
  return found.sort((a, b) => b.at.localeCompare(a.at) || b.size - a.size)
}

/** Newest first. */
export function contradictions({ views }: Station): Contradiction[] {
  return views.contradictions.all().map((row) => ({
    seq: row.seq,
    by: row.by,
    size: row.size,
    code: shortCode(Buffer.from(row.root, 'hex')),
    is: row.standing,
    at: iso(row.at),
    device: row.device,
    byName: views.people.nameOf(row.user),
    notedByName: row.noted_by === null ? null : views.people.nameOf(row.noted_by),
    notedAt: isoOrNull(row.noted_at),
  }))
}

function consoleHeads(station: Station): Witness[] {
  const rows = station.db
    .prepare<[], ConsoleHead>('SELECT device, user, size, root, at FROM console_head ORDER BY at DESC')
    .all()
  return rows.map(({ device, user, size, root, at }) => ({
    kind: 'console',
    size,
    code: shortCode(Buffer.from(root, 'hex')),
    at: iso(at),
    where: device,
    byName: station.views.people.nameOf(user),
    is: standingOf(station, { size, root }),
  }))
}

/** What it was made for stands in the last entry it covers: the two are of one commit. */
function ofCheckpoint(station: Station, { size, at, reason, note }: StoredCheckpoint): Witness {
  const { root } = parseCheckpoint(note)
  const last = size > 0 ? (station.ledger.entry(size)?.entry ?? null) : null
  const kind = kindOf(reason)
  const where = last === null ? null : placeOf(kind, last)
  return {
    kind,
    size,
    code: shortCode(root),
    at,
    where,
    byName: where === null || last === null ? null : station.views.people.nameOf(last.actor.user),
    is: standingOf(station, { size, root: root.toString('hex') }),
  }
}

/** The handoff, or the file of the export. */
function placeOf(kind: Witness['kind'], { type, subject, data }: Entry): string | null {
  if (kind === 'export') return type === LEDGER_EXPORTED && typeof data.name === 'string' ? data.name : null
  return (kind === 'handoff' || kind === 'correction') && type.startsWith('handoff.') ? subject : null
}

function kindOf(reason: string): Witness['kind'] {
  const known = ['handoff', 'export', 'hour', 'correction'] as const
  return known.find((kind) => kind === reason) ?? 'other'
}
