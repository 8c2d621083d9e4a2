import type { EscalationDesk, EscalationLevel } from '../../contract/escalations.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Db } from '../view.ts'
import { startingDesks, startingLevels } from './desks.ts'

interface Row {
  id: string
  name: string
  members: string
  accept_minutes: number
  removed: 0 | 1
}

interface Kept {
  desks: readonly EscalationDesk[]
  levels: readonly EscalationLevel[]
  names: ReadonlyMap<string, string>
  desksOf: ReadonlyMap<string, ReadonlySet<string>>
}

const none: ReadonlySet<string> = new Set()

/**
 * Desks, their members and the levels. Every query asks which desks the reader is a member of, so all of it is kept
 * in memory, read anew after a change within the transaction that makes it, and again should that be undone.
 */
export class DesksKept {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #desks
  readonly #levels
  #kept: Kept | null = null

  constructor(db: Db) {
    this.#desks = db.prepare<[], Row>(
      'SELECT id, name, members, accept_minutes, removed FROM escalation_desk ORDER BY seq',
    )
    this.#levels = db.prepare<[], string>('SELECT body FROM escalation_levels').pluck()
    const save = db.prepare(
      `INSERT INTO escalation_desk (id, seq, name, members, accept_minutes, removed) VALUES (?, ?, ?, ?, ?, 0)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, members = excluded.members,
         accept_minutes = excluded.accept_minutes, removed = 0`,
    )
    const remove = db.prepare('UPDATE escalation_desk SET removed = 1 WHERE id = ?')
    const levels = db.prepare(
      'INSERT INTO escalation_levels (one, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    )
    const changing = (write: (entry: Entry) => void) => (entry: Entry) => {
      write(entry)
      this.forget()
    }
    this.applies = {
      'escalationDesk.saved': changing(({ subject, seq, data }) =>
        save.run(subject, seq, data.name, JSON.stringify(data.members), data.acceptMinutes),
      ),
      'escalationDesk.removed': changing(({ subject }) => remove.run(subject)),
      'escalationLevels.changed': changing(({ data }) =>
        levels.run(JSON.stringify((data.levels as unknown as EscalationLevel[]).map(inOrder))),
      ),
    }
  }

  desks(): readonly EscalationDesk[] {
    return this.#now().desks
  }

  levels(): readonly EscalationLevel[] {
    return this.#now().levels
  }

  desksOf(user: string): ReadonlySet<string> {
    return this.#now().desksOf.get(user) ?? none
  }

  nameOfDesk(id: string): string {
    return this.#now().names.get(id) ?? id
  }

  forget(): void {
    this.#kept = null
  }

  #now(): Kept {
    this.#kept ??= this.#read()
    return this.#kept
  }

  #read(): Kept {
    const rows = this.#desks.all()
    const saved = new Map(rows.map((row) => [row.id, shown(row)]))
    const started = startingDesks.map((desk) => saved.get(desk.id) ?? desk)
    const ids = new Set(started.map(({ id }) => id))
    const added = rows.filter((row) => !ids.has(row.id) && row.removed === 0).map(shown)
    const desks = [...started, ...added]
    const desksOf = new Map<string, Set<string>>()
    for (const { id, members } of desks)
      for (const user of members) desksOf.set(user, (desksOf.get(user) ?? new Set()).add(id))
    const body = this.#levels.get()
    return {
      desks,
      levels: body === undefined ? startingLevels : (JSON.parse(body) as EscalationLevel[]),
      names: new Map([...desks, ...saved.values()].map(({ id, name }) => [id, name])),
      desksOf,
    }
  }
}

function shown(row: Row): EscalationDesk {
  return {
    id: row.id,
    name: row.name,
    members: JSON.parse(row.members) as string[],
    acceptMinutes: row.accept_minutes,
  }
}

/** The same text whether it comes from the command or, in canonical order, from the ledger. */
function inOrder({ id, name, colour, acceptMinutes, accepts }: EscalationLevel): EscalationLevel {
  return { id, name, colour, acceptMinutes, accepts }
}
