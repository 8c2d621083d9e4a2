import type { WarningOutcome, WarningStep, WarningType } from '../../contract/warnings.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened to a scam warning. The subject is always the warning's id. Whom it is about, by which
 * number, and what was noted is content; a contact of the register stands in the data by its id alone.
 */

export interface EnteredContent extends JsonObject {
  name: string
  phone: string | null
  source: string | null
  note: string | null
}

/** What is to be done next, and by when; where the act led nowhere, the step there was and its own deadline. */
export interface Onward {
  next: WarningStep
  dueAt: string
}

export const warningEntered = (
  warning: string,
  data: { type: WarningType; dueAt: string },
  content: EnteredContent,
): Draft => draft('warning.entered', warning, data, content)

export const warningLinked = (warning: string, contact: string | null): Draft =>
  draft('warning.linked', warning, { contact })

/** `from` is who held it before, where it was taken from somebody. */
export const warningClaimed = (warning: string, holder: string, from: string | null): Draft =>
  draft('warning.claimed', warning, from === null ? { holder } : { holder, from })

export const warningCalled = (warning: string, result: string, onward: Onward): Draft =>
  draft('warning.called', warning, { result, ...onward })

/** By the resident's thread the words are content of that `message`; by an officer's phone they stand here. */
export const warningMessaged = (
  warning: string,
  sent: { by: 'thread'; thread: string; message: number } | { by: 'phone'; text: string },
  onward: Onward,
): Draft =>
  sent.by === 'thread'
    ? draft('warning.messaged', warning, { ...sent, ...onward })
    : draft(
        'warning.messaged',
        warning,
        { by: 'phone', thread: null, message: null, ...onward },
        { text: sent.text },
      )

export const warningReplied = (warning: string, result: string, onward: Onward): Draft =>
  draft('warning.replied', warning, { result, ...onward })

export const warningNeighbourAsked = (
  warning: string,
  asked: { contact: string | null; name: string | null },
  result: string,
  onward: Onward,
): Draft =>
  draft(
    'warning.neighbourAsked',
    warning,
    { contact: asked.contact, result, ...onward },
    asked.name === null ? undefined : { name: asked.name },
  )

export const warningVisited = (warning: string, result: string, onward: Onward): Draft =>
  draft('warning.visited', warning, { result, ...onward })

/** By the clock, once for each step. */
export const warningOverdue = (warning: string, step: WarningStep): Draft =>
  draft('warning.overdue', warning, { step })

export const warningClosed = (warning: string, outcome: WarningOutcome, note: string): Draft =>
  draft('warning.closed', warning, { outcome }, { note })

export const warningPhoneUnmasked = (warning: string): Draft => draft('warning.phoneUnmasked', warning)
