import type { HandoffDecision } from '../../contract/handoff.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'
import type { FrozenItem, FrozenQueue, LeftWhy } from './item.ts'

/**
 * What can have happened to a handoff. The subject is the handoff; `data.thread` names the thread an entry is about, so
 * that it is found with that thread and as private as it is. Whatever a person wrote is content.
 */

/** Of an item: the thread's id, `warning:…` or `account:…`, and the thread where it is one. */
export interface About {
  item: string
  thread: string | null
}

/** `notices` is the `seq` of the entry with the notices that were standing. */
export const handoffStarted = (
  handoff: string,
  data: { post: string | null; from: string; frozenSeq: number; notices: number | null },
  reason: string | null,
): Draft => draft('handoff.started', handoff, data, reason === null ? undefined : { reason })

/** One of several where there are many items; the first one has the rest of the queue. */
export const handoffFrozen = (
  handoff: string,
  data: {
    frozenSeq: number
    part: number
    parts: number
    items: readonly FrozenItem[]
    queue: FrozenQueue | null
  },
): Draft => draft('handoff.frozen', handoff, data as unknown as JsonObject)

export function handoffItemDecided(handoff: string, about: About, decision: HandoffDecision): Draft {
  const of = { ...about, do: decision.do }
  switch (decision.do) {
    case 'handOver': {
      const { deadline, nextAction, ifThen } = decision
      return draft('handoff.itemDecided', handoff, { ...of, dueAt: deadline }, { nextAction, ifThen })
    }
    case 'keep':
      return draft('handoff.itemDecided', handoff, of, { reason: decision.reason })
    case 'close': {
      const { disposition, note } = decision
      return draft(
        'handoff.itemDecided',
        handoff,
        { ...of, disposition },
        note === null ? undefined : { note },
      )
    }
  }
}

export const handoffItemUndecided = (handoff: string, about: About): Draft =>
  draft('handoff.itemUndecided', handoff, { ...about })

export const handoffNoticesSet = (handoff: string, notices: readonly string[]): Draft =>
  draft('handoff.noticesSet', handoff, { notices: notices.length }, { notices: [...notices] })

export interface Signing {
  side: 'outgoing' | 'incoming'
  /** The incoming officer. */
  to: string
  /** In whose place a supervisor signed (rule 17). */
  onBehalfOf: string | null
  /** The outgoing officer goes off shift with the second signature. */
  signOff?: boolean
  /** What nobody could read back, accept or hear answered, because the incoming officer was absent. */
  lacks?: { readBack: string[]; acceptance: string[]; replies: string[] }
}

export const handoffSigned = (handoff: string, data: Signing, reason: string | null): Draft =>
  draft('handoff.signed', handoff, data as unknown as JsonObject, reason === null ? undefined : { reason })

export const handoffWithdrawn = (handoff: string): Draft => draft('handoff.withdrawn', handoff)

export const handoffCancelled = (handoff: string, reason: string): Draft =>
  draft('handoff.cancelled', handoff, {}, { reason })

/** The incoming side has it before its eyes for the first time. */
export const handoffOpened = (handoff: string): Draft => draft('handoff.opened', handoff)

export const handoffItemReadBack = (handoff: string, about: About, text: string): Draft =>
  draft('handoff.itemReadBack', handoff, { ...about }, { text })

export const handoffItemAccepted = (handoff: string, about: About): Draft =>
  draft('handoff.itemAccepted', handoff, { ...about })

export const handoffItemQuestioned = (handoff: string, about: About, question: string, text: string): Draft =>
  draft('handoff.itemQuestioned', handoff, { ...about, question }, { text })

export const handoffQuestionReplied = (
  handoff: string,
  about: About,
  question: string,
  text: string,
): Draft => draft('handoff.questionReplied', handoff, { ...about, question }, { text })

/** Nobody signed for the incoming side in time. */
export const handoffOverdue = (handoff: string): Draft => draft('handoff.overdue', handoff)

/** It was to be handed over and stays where it has gone in the meantime. */
export const handoffItemLeft = (handoff: string, about: About, why: LeftWhy): Draft =>
  draft('handoff.itemLeft', handoff, { ...about, why })

/** The last entry of the commit that moves ownership: the size of its checkpoint is this entry's `seq`. */
export const handoffCompleted = (
  handoff: string,
  data: { from: string; to: string; moved: number; left: number },
): Draft => draft('handoff.completed', handoff, data)

/** A record of its own (rule 18), and the last entry of its commit. */
export const handoffCorrected = (record: string, corrects: string, text: string): Draft =>
  draft('handoff.corrected', record, { corrects }, { text })

/** A promise without a thread fell due; that of a thread is the thread's own entry. */
export const handoffPromiseDue = (handoff: string, item: string, promise: string): Draft =>
  draft('handoff.promiseDue', handoff, { item, promise })

export const handoffPromiseDone = (handoff: string, item: string, promise: string, note: string): Draft =>
  draft('handoff.promiseDone', handoff, { item, promise }, { note })

/** Of the thread; `from` is null where nobody held it. */
export const threadHandedOver = (
  thread: string,
  data: { from: string | null; to: string; handoff: string },
): Draft => draft('thread.handedOver', thread, data)

/** What was promised of it by now has not been done: it waits as for an answer. */
export const threadPromiseDue = (thread: string, handoff: string, promise: string): Draft =>
  draft('thread.promiseDue', thread, { handoff, promise })

export const threadPromiseDone = (thread: string, handoff: string, promise: string, note: string): Draft =>
  draft('thread.promiseDone', thread, { handoff, promise }, { note })

/** Whoever answers for the matter, and to whom its return visit comes back. */
export const escalationHandedOver = (
  thread: string,
  data: { escalation: string; from: string; to: string; handoff: string },
): Draft => draft('escalation.handedOver', thread, data)

export const warningHandedOver = (
  warning: string,
  data: { holder: string; from: string; handoff: string },
): Draft => draft('warning.handedOver', warning, data)
