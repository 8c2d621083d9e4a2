import type { AlarmKind, Finding, Strength, Why } from '../../contract/alarms.ts'
import { Refused } from '../../contract/errors.ts'
import type { Entry } from '../../ledger/entry.ts'
import { maskText } from '../people/masking.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'

/**
 * Rule 10: why a message rang, or did not. What was found when it came in stands in the ledger with the version of
 * the lexicon; what the present lexicon says is worked out anew.
 */
export async function why(station: Station, thread: string, seq: number, by: By): Promise<Why> {
  const message = station.views.threads.message(seq)
  if (message?.thread !== thread) throw new Refused({ code: 'not_found', what: 'message', id: String(seq) })
  if (!(await station.access.reading(thread, by))) throw new Refused({ code: 'private_thread' })
  const text = station.ledger.entry(seq)?.content?.text
  const found = afterMessage(station, thread, seq)
  return {
    seq,
    recorded: found.assessed && {
      version: found.assessed.data.version as string,
      at: found.assessed.at,
      tooOld: found.assessed.data.old === true,
      findings: (found.assessed.data.kinds as unknown as Recorded[]).map(finding),
    },
    now:
      typeof text === 'string'
        ? station.lexicon.assess(text)
        : { version: station.lexicon.version, findings: [] },
    text: typeof text === 'string' ? maskText(text).text : null,
    alarm: found.alarm,
  }
}

interface Recorded {
  kind: AlarmKind
  strength: Strength
  score: number
  watch: number
  ring: number
  rules: string[]
  places: [number, number][]
}

function finding({ kind, strength, score, watch, ring, rules, places }: Recorded): Finding {
  const thresholds = { watch: watch / 1_000, ring: ring / 1_000 }
  return { kind, strength, score: score / 1_000, thresholds, rules, places, discounted: [] }
}

/** The entries of the thread that speak of this message. */
function afterMessage(station: Station, thread: string, seq: number) {
  let assessed: Entry | null = null
  let alarm: string | null = null
  for (let before = Number.MAX_SAFE_INTEGER; before > seq; ) {
    const lines = station.ledger.bySubject(thread, 200, before)
    for (const { entry } of lines) {
      if (entry.seq <= seq) return { assessed, alarm }
      if (entry.data.message !== seq) continue
      if (entry.type === 'message.assessed') assessed = entry
      if (entry.type.startsWith('alarm.')) alarm = entry.data.alarm as string
    }
    if (lines.length < 200) break
    before = lines.at(-1)!.entry.seq
  }
  return { assessed, alarm }
}
