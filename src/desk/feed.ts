import type { Change } from '../contract/session.ts'
import type { Appended } from '../ledger/entry.ts'
import type { Db } from './view.ts'

/** Past this many subjects a console reads its screens anew rather than one by one. */
const mostSubjects = 500

/** Areas whose lists the console keeps whole: their entries' subject is the area's name. */
const areaOf: readonly [prefix: string, area: string][] = [
  ['person.', 'people'],
  ['shift.', 'people'],
  ['account.', 'accounts'],
  ['settings.', 'settings'],
  ['quickReply.', 'quickReplies'],
  ['checklist.', 'checklists'],
]

function subjectOf(type: string, subject: string): string {
  return areaOf.find(([prefix]) => type.startsWith(prefix))?.[1] ?? subject
}

export interface ThreadPlace {
  account: string
  urgency: string
}

/** Tells consoles what changed: which subjects, never their text. */
export class Feed {
  readonly #db: Db
  readonly #place: (thread: string) => ThreadPlace | null
  readonly #nameOf: (user: string) => string
  readonly #listeners = new Set<(change: Change) => void>()

  constructor(db: Db, place: (thread: string) => ThreadPlace | null, nameOf: (user: string) => string) {
    this.#db = db
    this.#place = place
    this.#nameOf = nameOf
  }

  listen(fn: (change: Change) => void): () => void {
    this.#listeners.add(fn)
    return () => this.#listeners.delete(fn)
  }

  publish(appended: readonly Appended[]): void {
    if (this.#listeners.size === 0) return
    const change: Change = {
      seq: appended.at(-1)!.entry.seq,
      everything: false,
      subjects: [],
      arrived: [],
      takenOver: [],
    }
    const subjects = new Set<string>()
    for (const { entry, content } of appended) {
      subjects.add(subjectOf(entry.type, entry.subject))
      if (entry.type === 'message.received') {
        const place = this.#place(entry.subject)
        if (place) change.arrived.push({ thread: entry.subject, seq: entry.seq, ...place })
      } else if (entry.type === 'thread.takenOver') {
        change.takenOver.push({
          thread: entry.subject,
          from: entry.data.from as string,
          byName: this.#nameOf(entry.actor.user),
          reason: (content?.reason as string | undefined) ?? '',
        })
      }
    }
    change.everything = subjects.size > mostSubjects
    if (!change.everything) change.subjects = [...subjects]
    for (const listener of this.#listeners) listener(change)
  }

  /** What changed after entry `seq`, however long ago that was. */
  since(seq: number, head: number): Change {
    const rows = this.#db
      .prepare(
        `SELECT DISTINCT canonical ->> '$.subject' AS subject, canonical ->> '$.type' AS type
         FROM entry WHERE seq > ? LIMIT ?`,
      )
      .all(seq, mostSubjects * 4) as { subject: string; type: string }[]
    const subjects = new Set(rows.map((row) => subjectOf(row.type, row.subject)))
    const everything = seq > head || rows.length === mostSubjects * 4 || subjects.size > mostSubjects
    return { seq: head, everything, subjects: everything ? [] : [...subjects], arrived: [], takenOver: [] }
  }
}
