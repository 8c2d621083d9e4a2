import { v7 as uuid } from 'uuid'
import { Refused } from '../../contract/errors.ts'
import type { CommonQuestion, ManyDone } from '../../contract/groups.ts'
import type { Draft } from '../../ledger/entry.ts'
import { entries, refuse } from '../decision.ts'
import type { Reader } from '../privacy/rules.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { onThread } from '../threads/routes.ts'
import type { Officer } from '../threads/rules.ts'
import { hour, iso } from '../time.ts'
import * as common from './common-questions.ts'
import { commonAnswered, commonOpened } from './entries.ts'
import * as rules from './rules.ts'
import { similarTo } from './similar.ts'
import type { CommonRow } from './view.ts'

type Names =
  | 'group.moveToPrivate'
  | 'thread.pullIn'
  | 'common.similar'
  | 'commons.list'
  | 'common.get'
  | 'common.open'
  | 'common.link'
  | 'common.unlink'
  | 'common.answer'

/** How long a common question stays in the list although no thread is linked any more (ms). */
const listedFor = 7 * 24 * hour

const officer = (by: By): Officer => ({ user: by.user, role: by.role as Officer['role'] })

export const groupRoutes: Pick<Routes, Names> = {
  'group.moveToPrivate': {
    allow: working,
    run: (station, input, by) => {
      const newThread = uuid()
      let to = newThread
      return onThread(
        station,
        by,
        input.thread,
        (group) => {
          const speaker = speakerOf(station, group.id, input.message)
          const direct = speaker && directWith(station, by, speaker.id)
          if (direct) to = direct.thread.id
          const delivery = station.channels.deliveryOf(group.account)
          const whose = speaker && { account: group.account, contact: speaker.id }
          const reach = whose && station.reaching.of(whose, by.now)
          const facts = { group, speaker, direct, newThread, delivery, reach }
          const asked = { ...input, greeting: input.greeting ?? null }
          return rules.moveToPrivate(facts, officer(by), asked, by.now)
        },
        { result: () => ({ thread: to, opened: to === newThread }), seen: input.seen },
      )
    },
  },
  'thread.pullIn': {
    allow: working,
    run: (station, { thread, who, reason }, by) => {
      const pulled = 'user' in who ? { user: who.user, works: works(station, who.user) } : who
      return onThread(station, by, thread, (t) => rules.pullIn(t, officer(by), pulled, reason))
    },
  },
  'common.similar': {
    allow: reading,
    run: (station, { thread }, by) => {
      const reader = station.access.reader(by)
      const state = station.views.threads.thread(thread)
      if (state === null) throw new Refused({ code: 'not_found', what: 'thread', id: thread })
      if (!station.access.mayRead(state, reader)) throw new Refused({ code: 'private_thread' })
      // What is private is nobody else's question.
      return state.private === 1 ? [] : similarTo(station, thread, reader)
    },
  },
  'commons.list': {
    allow: reading,
    run: (station, _input, by) => {
      const reader = station.access.reader(by)
      return station.views.groups.commons(by.now - listedFor).map((row) => shown(station, row, reader))
    },
  },
  'common.get': {
    allow: reading,
    run: (station, { common }, by) => {
      const row = station.views.groups.common(common)
      if (row === null) throw new Refused({ code: 'not_found', what: 'common', id: common })
      return shown(station, row, station.access.reader(by))
    },
  },
  'common.open': {
    allow: working,
    run: (station, { title, threads }, by) => {
      const id = uuid()
      return linking(station, by, id, threads, [commonOpened(id, title)], () => ({ common: id }))
    },
  },
  'common.link': {
    allow: working,
    run: (station, input, by) =>
      onCommon(station, input.common, () => linking(station, by, input.common, input.threads, [])),
  },
  'common.unlink': {
    allow: working,
    run: (station, input, by) => onThread(station, by, input.thread, (t) => common.unlink(t, input.common)),
  },
  'common.answer': {
    allow: working,
    run: (station, input, by) => onCommon(station, input.common, () => answering(station, by, input)),
  },
}

function speakerOf(station: Station, group: string, message: number) {
  const said = station.views.threads.message(message)
  if (said?.thread !== group || said.said_by !== 'resident') return null
  return station.views.people.contact(said.contact)
}

function directWith(station: Station, by: By, contact: string) {
  const id = station.views.groups.directWith(contact)
  const thread = id === null ? null : station.views.threads.thread(id)
  return thread && { thread, readable: station.access.mayRead(thread, station.access.reader(by)) }
}

function works(station: Station, user: string): boolean {
  const person = station.views.people.person(user)
  return person?.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor')
}

function onCommon<R>(station: Station, id: string, then: () => Commit<R>): Commit<R> {
  if (station.views.groups.common(id) !== null) return then()
  return { decision: refuse({ code: 'not_found', what: 'common', id }) }
}

/** All of them or none; those that are linked to it already are passed over. */
function linking<R>(
  station: Station,
  by: By,
  id: string,
  threads: readonly string[],
  first: readonly Draft[],
  result?: () => R,
): Commit<R> {
  const drafts = [...first]
  for (const thread of new Set(threads)) {
    const { decision } = onThread(station, by, thread, (t) => common.link(t, id))
    if ('entries' in decision) drafts.push(...decision.entries)
    else if (decision.refused.code !== 'nothing_to_do') return { decision }
  }
  if (drafts.length === 0) return { decision: refuse({ code: 'nothing_to_do' }) }
  return { decision: entries(...drafts), ...(result ? { result } : {}) }
}

/** Each thread is decided for itself in the one commit; those left out say why and go on waiting. */
function answering(
  station: Station,
  by: By,
  input: { common: string; text: string; seen: { thread: string; seen: number }[]; close: boolean },
): Commit<ManyDone> {
  const done: string[] = []
  const left: ManyDone['left'] = []
  const seenOf = new Map(input.seen.map(({ thread, seen }) => [thread, seen]))
  const each = [...seenOf].map(([thread, seen]) => (): Commit<void> => {
    const commit = onThread(
      station,
      by,
      thread,
      (t) => {
        const { text, close } = input
        const delivery = station.channels.deliveryOf(t.account)
        const asked = { text, seen, close, delivery, reach: station.reaching.of(t, by.now) }
        return common.answerOne(t, input.common, officer(by), asked, by.now)
      },
      { seen },
    )
    if ('refused' in commit.decision) left.push({ thread, refusal: commit.decision.refused })
    else done.push(thread)
    return commit
  })
  const counted = (): Commit<void> => ({
    decision:
      done.length === 0
        ? refuse({ code: 'nothing_to_do' })
        : entries(commonAnswered(input.common, done.length)),
  })
  return {
    decision: entries(),
    steps: [...each, counted],
    result: () => ({ done, left }),
    kept: (told) => ({ ...told, left: told.left.map(withoutNews) }),
  }
}

function withoutNews({ thread, refusal }: ManyDone['left'][number]): ManyDone['left'][number] {
  return { thread, refusal: refusal.code === 'thread_moved_on' ? { ...refusal, news: [] } : refusal }
}

function shown(station: Station, row: CommonRow, reader: Reader): CommonQuestion {
  const answered = new Map(station.views.groups.linked(row.id).map((link) => [link.thread, link.answered]))
  return {
    id: row.id,
    title: row.title ?? '—',
    openedAt: iso(row.opened_at),
    openedByName: station.views.people.nameOf(row.opened_by),
    threads: station.inbox
      .rows([...answered.keys()], reader)
      .filter(({ readable }) => readable)
      .map((thread) => ({
        thread: thread.id,
        contactName: thread.contactName,
        waiting: thread.waitingSince !== null,
        lastSeq: station.views.threads.thread(thread.id)?.last_seq ?? 0,
        answered: answered.get(thread.id) === 1,
      })),
    answers: row.answers,
  }
}
