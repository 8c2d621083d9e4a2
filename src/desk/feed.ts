import type { Change } from '../contract/session.ts'
import type { Appended, Entry } from '../ledger/entry.ts'
import type { Db } from './view.ts'

/** Past this many subjects a console reads its screens anew rather than one by one. */
const mostSubjects = 500

/** Areas whose lists the console keeps whole: instead of their entries' subject it is told the area's name. */
const areaOf: readonly [prefix: string, area: string][] = [
  ['person.', 'people'],
  ['shift.', 'people'],
  ['post.', 'shifts'],
  ['shiftKinds.', 'shifts'],
  ['duty.', 'shifts'],
  ['account.', 'accounts'],
  ['welcome.', 'accounts'],
  ['connection.', 'connections'],
  ['colleague.', 'colleagues'],
  ['settings.', 'settings'],
  ['texts.', 'texts'],
  ['lexicon.', 'lexicon'],
  ['escalationDesk.', 'desks'],
  ['escalationLevels.', 'desks'],
  ['quickReply.', 'quickReplies'],
  ['checklist.', 'checklists'],
  ['witness.noted', 'contradictions'],
  ['witness.', 'witnesses'],
  ['export.', 'exports'],
  ['ledger.exported', 'exports'],
  ['finding.', 'findings'],
  ['retention.', 'retention'],
  ['hold.', 'holds'],
  ['erasure.', 'erasures'],
  // One of many in a run; what is made of it is told at its end.
  ['content.', 'erasing'],
  ['backup.', 'backups'],
  ['friends.', 'friends'],
  ['capability.', 'friends'],
  ['corpTag.', 'friends'],
]
/** Areas whose entries are about a thread or a matter of its own, and which have a list besides. */
const listOf: readonly [prefix: string, list: string][] = [
  ['alarm.', 'alarms'],
  ['thread.escalated', 'escalations'],
  ['escalation.', 'escalations'],
  ['glass.', 'glass'],
  ['warning.', 'warnings'],
  ['common.', 'commons'],
  ['thread.merged', 'commons'],
  ['thread.unmerged', 'commons'],
  ['handoff.', 'handoffs'],
  ['broadcast.', 'broadcasts'],
  ['thread.promise', 'handoffs'],
]

function subjectsOf(type: string, subject: string): string[] {
  const area = areaOf.find(([prefix]) => type.startsWith(prefix))?.[1]
  if (area !== undefined) return [area]
  const list = listOf.find(([prefix]) => type.startsWith(prefix))?.[1]
  return list === undefined ? [subject] : [subject, list]
}

function rings({ type, data }: Entry): boolean {
  return (
    type === 'alarm.raised' || type === 'alarm.called' || (type === 'alarm.causeAdded' && data.rings === true)
  )
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
      ringing: [],
      takenOver: [],
    }
    const subjects = new Set<string>()
    for (const { entry, content } of appended) {
      for (const touched of subjectsOf(entry.type, entry.subject)) subjects.add(touched)
      if (entry.type === 'message.received') {
        const place = this.#place(entry.subject)
        if (place) {
          const { account, urgency } = place
          change.arrived.push({ thread: entry.subject, seq: entry.seq, account, urgency })
        }
      } else if (rings(entry)) {
        const place = this.#place(entry.subject)
        const called = entry.type === 'alarm.called'
        if (place)
          change.ringing.push({
            alarm: entry.data.alarm as string,
            thread: entry.subject,
            account: place.account,
            called,
          })
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

  /** What is in no entry, and so found by nobody who catches up: how connections stand this minute. */
  tell(subjects: string[], head: number): void {
    const change: Change = {
      seq: head,
      everything: false,
      subjects,
      arrived: [],
      ringing: [],
      takenOver: [],
    }
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
    const subjects = new Set(rows.flatMap((row) => subjectsOf(row.type, row.subject)))
    const everything = seq > head || rows.length === mostSubjects * 4 || subjects.size > mostSubjects
    return {
      seq: head,
      everything,
      subjects: everything ? [] : [...subjects],
      arrived: [],
      ringing: [],
      takenOver: [],
    }
  }
}
