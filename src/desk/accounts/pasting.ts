import { createHash } from 'node:crypto'
import { parsePaste } from '../../channels/by-hand/paste.ts'
import type { InboundMessage, InboundOwn, InGroup } from '../../channels/channel.ts'
import type { PastePreview } from '../../contract/accounts.ts'
import { Refused } from '../../contract/errors.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { Station } from '../station/station.ts'
import type { AccountState } from './rules.ts'

/** A chat copied from a phone, tied to the contacts and messages the desk already knows. */

export interface PasteInput {
  text: string
  contactName?: string | undefined
  /** All of it was said in this residents' group. */
  group?: string | undefined
}

export type PastedLine = PastePreview['messages'][number] & {
  contactName: string
  event: InboundMessage | InboundOwn
}

export interface ReadPaste {
  lines: PastedLine[]
  aside: PastePreview['aside']
  /** The talks it is of, also where none of its lines could be read. */
  conversations: string[]
}

export function readPaste(station: Station, account: AccountState, input: PasteInput): ReadPaste {
  if (input.group !== undefined && input.contactName !== undefined) {
    const message = 'a chat is with one contact or of one group'
    throw new Refused({ code: 'invalid', issues: [{ path: 'group', message }] })
  }
  const group = input.group === undefined ? null : groupCalled(station, account.id, input.group)
  const { messages, aside } = parsePaste(input.text, {
    now: new Date(station.now()),
    ownNames: account.ownNames,
  })
  const others = [...new Set(messages.filter((message) => !message.fromDesk).map((message) => message.name))]
  // Own words in a group are said to all of it.
  const only = input.group ?? input.contactName ?? (others.length === 1 ? others[0] : undefined)
  const lines: PastedLine[] = []
  const left: PastePreview['aside'] = [...aside]
  for (const message of messages) {
    const contactName = message.fromDesk ? only : (input.contactName ?? message.name)
    if (contactName === undefined) {
      left.push({ line: message.line, text: message.text, reason: 'own-words-to-nobody' })
      continue
    }
    const toGroup = message.fromDesk && group !== null
    const known = toGroup ? group : knownContact(station, account.id, contactName)
    const external = known?.external ?? contactName
    const conversation = group?.external ?? external
    const messageId = idWithin(conversation, message.externalId)
    const said = {
      contact: { external, name: contactName },
      conversation,
      group: group === null ? undefined : { external: group.external, name: group.name },
      external: messageId,
      kind: message.kind as MessageKind,
      text: message.text,
      sentAt: Date.parse(message.sentAt),
    }
    lines.push({
      name: message.name,
      contact: known?.id ?? null,
      contactName,
      sentAt: message.sentAt,
      timeIsExact: message.timeIsExact,
      kind: message.kind,
      text: message.text,
      fromDesk: message.fromDesk,
      duplicate: station.views.threads.messageByExternal(account.id, messageId) !== null,
      line: message.line,
      event: message.fromDesk
        ? { event: 'own', ...said }
        : { event: 'message', ...said, title: null, image: null },
    })
  }
  const named =
    group?.external ??
    (only === undefined ? undefined : (knownContact(station, account.id, only)?.external ?? only))
  const talks = lines.map(({ event }) => event.conversation)
  return {
    lines,
    aside: left,
    conversations: [...new Set(named === undefined ? talks : [...talks, named])],
  }
}

/** A paste knows who speaks, not to whom: "好的" to two residents in one minute are two messages. */
function idWithin(contact: string, pastedId: string): string {
  return `paste-${createHash('sha256')
    .update(JSON.stringify([contact, pastedId]))
    .digest('hex')
    .slice(0, 32)}`
}

/** By the name it was first pasted under, or by the label the desk has given it since. */
function knownContact(
  station: Station,
  account: string,
  name: string,
): { id: string; external: string } | null {
  const id = station.views.people.contactByExternal(account, name)
  if (id !== null) return { id, external: name }
  const labelled = station.views.people.contactByName(account, name)
  return labelled?.external.startsWith(groupPrefix) ? null : labelled
}

/** What a group is known by, lest it be taken for a resident of the same name. */
const groupPrefix = 'group:'

function groupCalled(station: Station, account: string, name: string): InGroup & { id: string | null } {
  const external = groupPrefix + name
  const id = station.views.people.contactByExternal(account, external)
  if (id !== null) return { id, external, name }
  const labelled = station.views.people.contactByName(account, name)
  return labelled?.external.startsWith(groupPrefix) ? { ...labelled, name } : { id: null, external, name }
}
