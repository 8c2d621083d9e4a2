import type { ContactsApi, SendState, SentTo } from '../../channels/wecom/contacts/contacts.ts'
import { assumed } from '../../channels/wecom/facts.ts'
import type { Draft } from '../../ledger/entry.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { broadcastConfirmed, broadcastLapsed } from './entries.ts'
import { whenDispatched } from './making.ts'
import * as rules from './rules.ts'
import type { TaskRow } from './view.ts'

/** Asks WeCom what became of a task: whether its member has confirmed it, and what each resident got. */

/** Results in one entry. */
const perEntry = 1_000
const patience = { confirmation: assumed.broadcastConfirmedWithin, results: assumed.broadcastResultsWithin }

/** @returns what is new; `dispatched` is false while WeCom still hands the task out (41063) */
export async function follow(
  station: Station,
  task: TaskRow,
  api: ContactsApi,
): Promise<{ drafts: Draft[]; dispatched: boolean }> {
  const now = station.now()
  const lapsing = rules.isLapsed(task, now, patience) ? [broadcastLapsed(task.broadcast, task.id)] : []
  const confirmed = await confirmation(task, api)
  if (confirmed === null) return { drafts: lapsing, dispatched: false }
  if (!confirmed.is) return { drafts: lapsing, dispatched: true }
  const at = confirmed.at ?? now
  const first = task.confirmed_at === null ? [broadcastConfirmed(task.broadcast, task.id, iso(at))] : []
  const results = await newResults(station, task, api, at)
  if (results === null) return { drafts: [...first, ...lapsing], dispatched: false }
  return {
    drafts: [...first, ...rules.progress(task, results, perEntry), ...(first.length > 0 ? [] : lapsing)],
    dispatched: true,
  }
}

async function confirmation(
  task: TaskRow,
  api: ContactsApi,
): Promise<{ is: boolean; at: number | null } | null> {
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<ContactsApi['tasks']>> | null = await whenDispatched(() =>
      api.tasks(task.msgid!, cursor),
    )
    if (page === null) return null
    const mine = page.rows.find(({ userid }) => userid === task.userid)
    if (mine) return { is: mine.confirmed, at: mine.sentAt }
    cursor = page.next
  } while (cursor !== null)
  return { is: false, at: null }
}

const isTold = (row: SentTo): row is SentTo & { state: Exclude<SendState, 'unsent'> } =>
  row.state !== 'unsent'

/** Of those of whom nothing was known, or something else. */
async function newResults(
  { views }: Station,
  task: TaskRow,
  api: ContactsApi,
  confirmedAt: number,
): Promise<rules.Result[] | null> {
  const found: rules.Result[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<ContactsApi['results']>> | null = await whenDispatched(() =>
      api.results(task.msgid!, task.userid, cursor),
    )
    if (page === null) return null
    const told = new Map(page.rows.filter(isTold).map((row) => [row.external, row]))
    for (const { n, external, state } of views.broadcasts.places(task.id, [...told.keys()])) {
      const row = told.get(external)!
      if (row.state !== state) found.push({ n, state: row.state, at: row.sentAt ?? confirmedAt })
    }
    cursor = page.next
  } while (cursor !== null)
  return found
}
