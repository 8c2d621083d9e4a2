import type { Step } from '../../contract/alarms.ts'
import type { JsonObject } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import { maskText } from '../people/masking.ts'

/** Fields of an entry's data that name a person of the station. */
const personFields = ['holder', 'from', 'to', 'user', 'looksAfter', 'second'] as const

/**
 * What was done about one matter of a thread, from the ledger itself, oldest first: its entries are those whose data
 * name it under `field`, from the one of type `first` on. Where not `readable`, who and when without a word (rule 11).
 */
export function stepsOf(
  ledger: Ledger,
  nameOf: (user: string) => string,
  of: { subject: string; field: string; id: string; first: string; readable: boolean },
): Step[] {
  const { subject, field, id, first, readable } = of
  const steps: Step[] = []
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const lines = ledger.bySubject(subject, 200, before)
    for (const { entry, content } of lines) {
      if (entry.data[field] !== id) continue
      steps.push({
        seq: entry.seq,
        type: entry.type,
        at: entry.at,
        actorName: nameOf(entry.actor.user),
        data: readable ? entry.data : sealed(entry.data),
        text: readable ? wordsOf(content) : null,
        names: Object.fromEntries(
          personFields
            .map((each) => entry.data[each])
            .filter((user) => typeof user === 'string')
            .map((user) => [user, nameOf(user)]),
        ),
      })
      if (entry.type === first) return steps.reverse()
    }
    if (lines.length < 200) return steps.reverse()
    before = lines.at(-1)!.entry.seq
  }
}

/** Which rule it was, and of which message, is as private as the words. */
function sealed({ rules: _rules, message: _message, ...data }: JsonObject): JsonObject {
  return data
}

function wordsOf(content: JsonObject | null): string | null {
  const words = content?.note ?? content?.reason
  return typeof words === 'string' ? maskText(words).text : null
}
