import type { Anomaly, AnomalyKind, RecordFilter, RecordRow } from '../../src/contract/audit.ts'
import type { Console } from './console.ts'
import { hour, iso, minute, monday, password, type TestStation } from './station.ts'

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
  how: { open?: boolean; reads?: number; signOff?: boolean; deadline?: number | null } = {},
): Promise<string> {
  const { open = true, reads = 2 * minute, signOff = false, deadline = desk.now + 24 * hour } = how
  const { handoff } = await from.call('handoff.start', { post: null })
  const { items } = await from.call('handoff.get', { handoff })
  const decision = {
    do: 'handOver' as const,
    nextAction: '回访',
    deadline: deadline === null ? null : iso(deadline),
    ifThen: null,
  }
  const ids = items.map(({ id }) => id)
  if (ids.length > 0) await from.call('handoff.decide', { handoff, items: ids, decision })
  await from.call('handoff.sign', { handoff, side: 'outgoing', password, to: to.user, signOff })
  if (open) await to.console.call('handoff.get', { handoff })
  desk.now += reads
  for (const { id, severity } of items)
    if (severity === 'critical' || severity === 'serious')
      await to.console.call('handoff.readBack', { handoff, item: id, text: '按时回访，接不通就上门' })
  if (ids.length > 0) await to.console.call('handoff.accept', { handoff, items: ids })
  await to.console.call('handoff.sign', { handoff, side: 'incoming', password })
  return handoff
}
