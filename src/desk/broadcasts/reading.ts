import type { Step } from '../../contract/alarms.ts'
import type {
  AttachmentShown,
  Audience,
  AudiencePreview,
  BroadcastCounts,
  BroadcastDetail,
  BroadcastRow,
  BroadcastTask,
  RecipientRow,
  RecipientState,
} from '../../contract/broadcasts.ts'
import type { Page } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import { memberOf } from '../friends/reading.ts'
import { maskText } from '../people/masking.ts'
import { hiddenFrom } from '../privacy/known.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { addressed } from './addressing.ts'
import { gather } from './gathering.ts'
import * as rules from './rules.ts'
import type { BroadcastRecord, HiddenCount, TaskRow, Which } from './view.ts'

/** Broadcasts as a reader sees them: residents this reader may not know of are in no row and no number (rule 11). */

const previewChars = 60
/** More than any broadcast has. */
const mostSteps = 2_000

export function list(
  station: Station,
  of: Which,
  offset: number,
  limit: number,
  by: By,
): Page<BroadcastRow> & { toApprove: number; open: number } {
  const { broadcasts } = station.views
  const { rows, total } = broadcasts.page(of, limit, offset)
  const hidden = hiddenFrom(station, station.access.reader(by))
  const less = Map.groupBy(
    broadcasts.hiddenCounts(
      rows.map(({ id }) => id),
      hidden,
    ),
    ({ broadcast }) => broadcast,
  )
  const shown = rows.map((row) => shownRow(station, row, broadcasts.tasks(row.id), less.get(row.id) ?? []))
  return { rows: shown, total, ...broadcasts.counts() }
}

/** @throws Refused */
export function found({ views }: Station, id: string): BroadcastRecord {
  const record = views.broadcasts.one(id)
  if (record === null) throw new Refused({ code: 'not_found', what: 'broadcast', id })
  return record
}

export function get(station: Station, id: string, by: By): BroadcastDetail {
  const record = found(station, id)
  const { broadcasts, people } = station.views
  const reader = station.access.reader(by)
  const tasks = broadcasts.tasks(id)
  const less = broadcasts.hiddenCounts([id], hiddenFrom(station, reader))
  const work = station.broadcasting.work.ofBroadcast(id)
  const { written } = record
  return {
    broadcast: shownRow(station, record, tasks, less),
    version: record.version,
    // As it will be sent: it is a notice to the public, and whoever approves it sees every number in it.
    text: written?.text ?? null,
    attachments: (written?.attachments ?? []) as AttachmentShown[],
    audience: (written?.audience as unknown as Audience | undefined) ?? null,
    writers: record.writers.map((user) => ({ user, name: people.nameOf(user) })),
    declinedReason: record.declined === null ? null : reasonIn(station, record.declined),
    tasks: tasks.flatMap((task) => shownTask(station, task, less, work.get(task.id) ?? null)),
    steps: steps(station, id, tasks, less),
    may: mayDo(record, tasks, reader),
  }
}

function shownRow(
  { views: { people } }: Station,
  record: BroadcastRecord,
  tasks: readonly TaskRow[],
  less: readonly HiddenCount[],
): BroadcastRow {
  const { written, approved_by } = record
  const text = written?.text ?? null
  return {
    id: record.id,
    purpose: written?.purpose ?? null,
    preview: text === null ? null : [...text].slice(0, previewChars).join(''),
    attachments: record.attachments,
    state: record.state,
    draftedBy: record.drafted_by,
    draftedByName: people.nameOf(record.drafted_by),
    draftedAt: iso(record.drafted_at),
    approvedByName: approved_by === null ? null : people.nameOf(approved_by),
    approvedAt: isoOrNull(record.approved_at),
    endedAt: isoOrNull(record.ended_at),
    counts: record.approved_at === null ? null : countsOf(tasks, less),
  }
}

function countsOf(tasks: readonly TaskRow[], less: readonly HiddenCount[]): BroadcastCounts {
  const mine = tasks.map((task) => without(task, less)).filter(({ residents }) => residents > 0)
  const sum = (count: (task: TaskRow) => number) => mine.reduce((all, task) => all + count(task), 0)
  const [residents, sent, notFriend, quota, unsent] = [
    sum((task) => task.residents),
    sum((task) => task.sent),
    sum((task) => task.not_friend),
    sum((task) => task.quota),
    sum((task) => task.unsent),
  ]
  return {
    members: mine.length,
    confirmed: mine.filter(({ confirmed_at }) => confirmed_at !== null).length,
    residents,
    waiting: residents - sent - notFriend - quota - unsent,
    ...{ sent, notFriend, quota, unsent },
  }
}

/** A task as if the residents that are hidden were not in it. */
function without(task: TaskRow, less: readonly HiddenCount[]): TaskRow {
  const hidden = (state?: RecipientState) =>
    less
      .filter((each) => each.task === task.id && (state === undefined || each.state === state))
      .reduce((sum, { n }) => sum + n, 0)
  return {
    ...task,
    residents: task.residents - hidden(),
    sent: task.sent - hidden('sent'),
    not_friend: task.not_friend - hidden('notFriend'),
    quota: task.quota - hidden('quota'),
    unsent: task.unsent - hidden('unsent'),
  }
}

function shownTask(
  station: Station,
  task: TaskRow,
  less: readonly HiddenCount[],
  work: { due: number; code: number | null } | null,
): BroadcastTask[] {
  const { residents, sent } = without(task, less)
  if (residents === 0 && task.residents > 0) return []
  const over = rules.isTaskOver(task.state)
  return [
    {
      task: task.id,
      connection: task.connection,
      userid: task.userid,
      ...memberOf(station, task.connection, task.userid),
      state: task.state,
      code: over ? task.code : (work?.code ?? null),
      residents,
      sent,
      createdAt: isoOrNull(task.created_at),
      confirmedAt: isoOrNull(task.confirmed_at),
      remindedAt: isoOrNull(task.reminded_at),
      nextAt: over || work === null ? null : iso(Math.max(work.due, station.now())),
    },
  ]
}

/** Numbers, and places of residents in a task, are not told here: they count those a reader may not know of as well. */
const toldOfSteps = ['task', 'code', 'msgid', 'version', 'confirmedAt'] as const
const noSteps: ReadonlySet<string> = new Set(['broadcast.addressed', 'broadcast.progressed'])

function steps(
  { ledger, views }: Station,
  id: string,
  tasks: readonly TaskRow[],
  less: readonly HiddenCount[],
): Step[] {
  const hiddenTasks = new Set(
    tasks.filter((task) => task.residents > 0 && without(task, less).residents === 0).map((task) => task.id),
  )
  return ledger
    .bySubject(id, mostSteps)
    .filter(({ entry }) => !noSteps.has(entry.type) && !hiddenTasks.has(String(entry.data.task)))
    .map(({ entry, content }) => ({
      seq: entry.seq,
      type: entry.type,
      at: entry.at,
      actorName: views.people.nameOf(entry.actor.user),
      data: Object.fromEntries(
        toldOfSteps.flatMap((field) => (entry.data[field] === undefined ? [] : [[field, entry.data[field]]])),
      ),
      text: typeof content?.reason === 'string' ? maskText(content.reason).text : null,
      names: {},
    }))
}

function reasonIn({ ledger }: Station, seq: number): string | null {
  const reason = ledger.entry(seq)?.content?.reason
  return typeof reason === 'string' ? maskText(reason).text : null
}

function mayDo(record: BroadcastRecord, tasks: readonly TaskRow[], by: Reader): BroadcastDetail['may'] {
  const works = by.role === 'officer' || by.role === 'supervisor'
  const isDraft = record.state === 'drafted'
  return {
    change: works && (isDraft || record.state === 'declined'),
    approve: isDraft && by.role === 'supervisor' && !record.writers.includes(by.user),
    decline: isDraft && by.role === 'supervisor',
    cancel: rules.mayCancel(record, by),
    remind: works && record.state === 'sending' && tasks.some(({ state }) => state === 'created'),
  }
}

export async function preview(
  station: Station,
  asked: { audience: Audience; broadcast?: string | undefined; of: 'reachable' | 'unreachable' },
  offset: number,
  limit: number,
  by: By,
): Promise<AudiencePreview> {
  const { people, accounts } = station.views
  const drafter = asked.broadcast === undefined ? by.user : found(station, asked.broadcast).drafted_by
  const reach = await gather(station, { audience: asked.audience, preferred: drafter }, by)
  const chosen = reach.rows.filter(({ why }) => (why === null) === (asked.of === 'reachable'))
  return {
    residents: reach.rows.length,
    reachable: reach.reachable,
    unreachable: reach.unreachable,
    members: reach.members.map((member) => ({
      ...member,
      userName: memberOf(station, member.connection, member.userid).userName,
    })),
    quota: { of: reach.of, most: reach.most, least: reach.least },
    rows: chosen.slice(offset, offset + limit).map(({ contact, account, connection, userid, had, why }) => ({
      contact,
      account,
      accountName: accounts.account(account)?.name ?? account,
      contactName: people.labelOf(contact),
      why,
      userid,
      userName:
        userid === null || connection === null ? null : memberOf(station, connection, userid).userName,
      had,
    })),
    total: chosen.length,
  }
}

export async function results(
  station: Station,
  asked: { broadcast: string; state?: RecipientState | undefined; task?: string | undefined },
  offset: number,
  limit: number,
  by: By,
): Promise<Page<RecipientRow>> {
  const { people, accounts, broadcasts, warnings } = station.views
  found(station, asked.broadcast)
  await addressed(station)
  const reader = station.access.reader(by)
  const of = {
    broadcast: asked.broadcast,
    state: asked.state ?? null,
    task: asked.task ?? null,
    hidden: hiddenFrom(station, reader),
  }
  const { rows, total } = broadcasts.recipients(of, limit, offset)
  return {
    total,
    rows: rows.map(({ contact, userid, connection, state, sent_at }) => {
      const account = people.contact(contact)?.account ?? ''
      const thread = warnings.newestThread(contact)
      return {
        contact,
        account,
        accountName: accounts.account(account)?.name ?? account,
        contactName: people.labelOf(contact),
        userid,
        userName: memberOf(station, connection, userid).userName,
        state,
        sentAt: isoOrNull(sent_at),
        thread: thread !== null && station.access.mayReadThread(thread, reader) ? thread : null,
      }
    }),
  }
}
