import { v7 as uuid } from 'uuid'
import { ApiRefused } from '../../channels/wecom/api-error.ts'
import { broadcasts as facts } from '../../channels/wecom/facts.ts'
import type { Attachment, Audience } from '../../contract/broadcasts.ts'
import type { Role } from '../../contract/call.ts'
import { type Refusal, Refused } from '../../contract/errors.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { channelRefused, notConnected } from '../friends/refusing.ts'
import { hiddenFrom } from '../privacy/known.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { choices } from './audience.ts'
import { broadcastReminded, type Written } from './entries.ts'
import { type Asking, type Gathered, gatherInPeace, gatherNow, isStill } from './gathering.ts'
import { kept, piece } from './pictures.ts'
import * as seen from './reading.ts'
import * as rules from './rules.ts'
import type { BroadcastRecord } from './view.ts'

type Names =
  | 'broadcasts.list'
  | 'broadcasts.preview'
  | 'broadcasts.choices'
  | 'broadcast.get'
  | 'broadcast.image'
  | 'broadcast.draft'
  | 'broadcast.change'
  | 'broadcast.approve'
  | 'broadcast.decline'
  | 'broadcast.cancel'
  | 'broadcast.remind'
  | 'broadcast.refresh'
  | 'broadcast.results'

const sizes = { perTask: facts.customers, perEntry: 500 }
const supervising = ['supervisor'] as const

export const broadcastRoutes: Pick<Routes, Names> = {
  'broadcasts.list': {
    allow: reading,
    run: (station, { of, offset, limit }, by) => seen.list(station, of, offset, limit, by),
  },
  'broadcast.get': { allow: reading, run: (station, { broadcast }, by) => seen.get(station, broadcast, by) },
  'broadcasts.preview': {
    allow: working,
    run: (station, { offset, limit, ...asked }, by) => seen.preview(station, asked, offset, limit, by),
  },
  'broadcasts.choices': {
    allow: working,
    run: (station, { accounts }, by) =>
      choices(station.db, accounts, hiddenFrom(station, station.access.reader(by))),
  },
  'broadcast.image': {
    allow: reading,
    run: (station, { broadcast, ...asked }) => piece(station, seen.found(station, broadcast).written, asked),
  },
  'broadcast.results': {
    allow: reading,
    run: (station, { offset, limit, ...asked }, by) => seen.results(station, asked, offset, limit, by),
  },
  'broadcast.draft': {
    allow: working,
    run: (station, input, by) => {
      const broadcast = uuid()
      return writing(
        station,
        by,
        input,
        null,
        (written) => rules.draft(broadcast, written),
        () => ({
          broadcast,
        }),
      )
    },
  },
  'broadcast.change': {
    allow: working,
    run: (station, { broadcast, version, ...input }, by) => {
      const record = station.views.broadcasts.one(broadcast)
      if (record === null) return { decision: refuse(noSuch(broadcast)) }
      return writing(station, by, input, record.written, (written) => rules.change(record, version, written))
    },
  },
  'broadcast.approve': {
    allow: supervising,
    before: async (station, { broadcast }, by): Promise<Gathered | null> => {
      const asking = askingOf(station.views.broadcasts.one(broadcast))
      return asking && gatherInPeace(station, asking, by)
    },
    run: (station, { broadcast, version, reachable }, by, gathered: Gathered | null) =>
      onBroadcast(station, broadcast, (record) => {
        const asking = askingOf(record)
        if (asking === null) return refuse({ code: 'wrong_state', what: 'broadcast', state: 'erased' })
        const isNow = gathered !== null && isStill(station, gathered, asking, by)
        const reach = isNow ? gathered : gatherNow(station, asking, by)
        return rules.approve(record, person(by), { version, reachable, reach, taskId: () => uuid(), sizes })
      }),
  },
  'broadcast.decline': {
    allow: supervising,
    run: (station, { broadcast, version, reason }, by) =>
      onBroadcast(station, broadcast, (record) => rules.decline(record, person(by), version, reason)),
  },
  'broadcast.cancel': {
    allow: working,
    run: (station, { broadcast, reason }, by) => ({
      ...onBroadcast(station, broadcast, (record) => rules.cancel(record, person(by), reason)),
      write: () => station.broadcasting.work.soon(broadcast),
    }),
  },
  'broadcast.remind': {
    allow: working,
    before: (station, { broadcast }) => remind(station, broadcast),
    run: (_station, { broadcast }, _by, tasks: string[]) => ({
      decision: entries(broadcastReminded(broadcast, tasks)),
      result: () => ({ reminded: tasks.length }),
    }),
  },
  'broadcast.refresh': {
    allow: working,
    run: (station, { broadcast }) => {
      seen.found(station, broadcast)
      return { decision: entries(), write: () => station.broadcasting.work.soon(broadcast) }
    },
  },
}

const person = ({ user, role }: By) => ({ user, role: role as Role })

/** Null where its words were erased. */
function askingOf(record: BroadcastRecord | null): Asking | null {
  const audience = record?.written?.audience as unknown as Audience | undefined
  return audience === undefined ? null : { audience, preferred: record!.drafted_by }
}

const noSuch = (id: string): Refusal => ({ code: 'not_found', what: 'broadcast', id })

function onBroadcast(
  { views }: Station,
  id: string,
  decide: (record: BroadcastRecord) => Decision,
): Commit<void> {
  const record = views.broadcasts.one(id)
  return { decision: record === null ? refuse(noSuch(id)) : decide(record) }
}

interface Input {
  purpose: string
  text: string | null
  attachments: Attachment[]
  audience: Audience
}

/** Pictures become part of it in the same commit. */
function writing<R = void>(
  station: Station,
  { user }: By,
  { purpose, text, attachments, audience }: Input,
  before: Written | null,
  decide: (written: Written) => Decision,
  result?: () => R,
): Commit<R> {
  const taken = kept(station, user, attachments, before)
  if ('refused' in taken) return { decision: refuse(taken.refused) }
  const { uploads } = taken
  return {
    decision: decide({ purpose, text, attachments: taken.attachments, audience }),
    write: () => {
      for (const { upload } of uploads) station.media.uploads.forget(upload)
    },
    result: () => {
      setImmediate(() => {
        for (const upload of uploads) void station.media.dropped(upload)
      })
      return result?.() as R
    },
  }
}

/** @returns tasks whose members WeCom reminds. @throws Refused where it reminds none */
async function remind(station: Station, id: string): Promise<string[]> {
  const { state } = seen.found(station, id)
  const open = station.views.broadcasts.tasks(id).filter((task) => task.state === 'created')
  if (state !== 'sending' && state !== 'approved')
    throw new Refused({ code: 'wrong_state', what: 'broadcast', state })
  if (open.length === 0) throw new Refused({ code: 'nothing_to_do' })
  const reminded: string[] = []
  let refused: Refusal | null = null
  for (const task of open) {
    const api = station.friends.of(task.connection)
    if (api === null) refused ??= notConnected.refusal
    else
      try {
        await api.remind(task.msgid!)
        reminded.push(task.id)
      } catch (error) {
        refused ??= channelRefused(error)
        // What is refused of one may be allowed of the next; what cannot be reached is not tried thirty times.
        if (!(error instanceof ApiRefused)) break
      }
  }
  if (reminded.length === 0 && refused !== null) throw new Refused(refused)
  return reminded
}
