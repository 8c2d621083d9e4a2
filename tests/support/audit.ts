import type { Anomaly, AnomalyKind, RecordFilter, RecordRow } from '../../src/contract/audit.ts'
import { at, type Console } from './console.ts'
import { entriesOf, hour, iso, minute, monday, password, type TestStation, testStation } from './station.ts'

/** What an auditor sees of all that has happened at a test station. */

const always = { from: iso(monday - 400 * 24 * hour), to: iso(monday + 400 * 24 * hour) }

/** Anomalies, newest first, those of one kind only if one is named. */
export async function anomalies(auditor: Console, kind?: AnomalyKind): Promise<Anomaly[]> {
  const asked = { ...always, ...(kind === undefined ? {} : { kinds: [kind] }), offset: 0, limit: 200 }
  return (await auditor.call('anomalies.list', asked)).rows
}

/** Every page of a filter, one after the other. */
export async function allRecords(auditor: Console, filter: RecordFilter, limit = 200): Promise<RecordRow[]> {
  const rows: RecordRow[] = []
  for (;;) {
    const before = rows.at(-1)?.seq
    const page = await auditor.call('audit.records', {
      filter,
      limit,
      ...(before === undefined ? {} : { before }),
    })
    rows.push(...page.rows)
    if (!page.more) return rows
  }
}

/** A handoff of everything one officer holds to another, read and signed as it should be. */
export async function handOver(
  desk: TestStation,
  from: Console,
  to: { console: Console; user: string },
  how: { open?: boolean; reads?: number; signOff?: boolean; deadline?: number | null; keep?: string[] } = {},
): Promise<string> {
  const { open = true, reads = 2 * minute, signOff = false, deadline = desk.now + 24 * hour, keep = [] } = how
  const { handoff } = await from.call('handoff.start', { post: null })
  const { items } = await from.call('handoff.get', { handoff })
  const decision = {
    do: 'handOver' as const,
    nextAction: '回访',
    deadline: deadline === null ? null : iso(deadline),
    ifThen: null,
  }
  const ids = items.map(({ id }) => id).filter((id) => !keep.includes(id))
  if (ids.length > 0) await from.call('handoff.decide', { handoff, items: ids, decision })
  if (keep.length > 0)
    await from.call('handoff.decide', { handoff, items: keep, decision: { do: 'keep', reason: '我来跟' } })
  await from.call('handoff.sign', { handoff, side: 'outgoing', password, to: to.user, signOff })
  if (open) await to.console.call('handoff.get', { handoff })
  desk.now += reads
  for (const { id, severity } of items)
    if (ids.includes(id) && (severity === 'critical' || severity === 'serious'))
      await to.console.call('handoff.readBack', { handoff, item: id, text: '按时回访，接不通就上门' })
  if (ids.length > 0) await to.console.call('handoff.accept', { handoff, items: ids })
  await to.console.call('handoff.sign', { handoff, side: 'incoming', password })
  return handoff
}

/** A station with its auditor and whoever is audited, and the ways they work. */
export async function auditedDesk() {
  const test = await testStation()
  const [zhang, li, daiban, ducha] = [
    await at(test, 'zhang'),
    await at(test, 'li'),
    await at(test, 'daiban'),
    await at(test, 'ducha'),
  ]
  const lastSeq = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq
  return {
    test,
    zhang,
    li,
    daiban,
    ducha,
    lastSeq,
    answer: async (who: Console, thread: string, text = '请带户口簿来') =>
      who.call('thread.answer', { thread, text, seen: await lastSeq(thread) }),
    close: async (who: Console, thread: string, disposition: 'answered' | 'noReplyNeeded' = 'answered') =>
      who.call('thread.close', { thread, disposition, seen: await lastSeq(thread) }),
    /** Time goes by as it does: the desk looks at its clock again and again. */
    goesBy: async (ms: number, step = minute) => {
      for (let gone = 0; gone < ms; gone += step) await test.pass(Math.min(step, ms - gone))
    },
  }
}

/** The newest entry of a type, or the `nth`. */
export const seqOf = (test: TestStation, type: string, nth = -1) => entriesOf(test.station, type).at(nth)!.seq
