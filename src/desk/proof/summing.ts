import type { RecordLine } from './records-file.ts'

/** What a summary counts, one record after another. */
export class Summing {
  entries = 0
  erased = 0
  withheld = 0
  first: string | null = null
  last: string | null = null
  readonly types = new Map<string, number>()
  readonly people = new Map<string, { role: string; n: number; answers: number; closed: number }>()
  /** Those that were finished. */
  readonly handoffs = new Set<string>()

  add({ entry: { at, actor, type, subject, data }, content }: RecordLine): void {
    this.entries++
    if (content === 'erased') this.erased++
    if (content === 'withheld') this.withheld++
    if (this.first === null || at < this.first) this.first = at
    if (this.last === null || at > this.last) this.last = at
    this.types.set(type, (this.types.get(type) ?? 0) + 1)
    const person = this.people.get(actor.user) ?? { role: actor.role, n: 0, answers: 0, closed: 0 }
    person.n++
    if (type === 'message.sent' && data.purpose === undefined) person.answers++
    if (type === 'thread.closed') person.closed++
    this.people.set(actor.user, person)
    if (type === 'handoff.completed' || type === 'handoff.corrected') this.handoffs.add(subject)
  }
}
