/**
 * What an officer copies from WeChat by hand (an account without an interface) becomes messages.
 * Pure: nothing is stored here, `now` comes in, and nothing pasted is lost: what belongs to no message is
 * set aside with its line and the reason, for the officer to look at before anything reaches the ledger.
 */

import { hash } from 'node:crypto'
import { findHeaders, type Header } from './paste-headers.ts'
import { notice, type PastedKind, placeholderKind } from './paste-kinds.ts'
import { type Line, linesOf, separatorDay, tidyName } from './paste-lines.ts'
import { dayOf, startOfDay } from './paste-time.ts'

export type { PastedKind } from './paste-kinds.ts'

export interface PastedMessage {
  name: string
  /** UTC, ISO 8601 with milliseconds. */
  sentAt: string
  /** Year, day and clock stand in the paste. False where something was worked out ("14:05", "昨天", no year, no time). */
  timeIsExact: boolean
  kind: PastedKind
  text: string
  /** The name is one of the desk's own. */
  fromDesk: boolean
  /** The same message pasted again, in any overlapping selection, has the same id. */
  externalId: string
  /** From 1: where its header stands. */
  line: number
}

/** Why a line is in no message; the console has a sentence for each. */
export type AsideReason =
  | 'no-header' // nothing in the paste looks like the beginning of a message
  | 'before-first-header' // the selection began in the middle of a message
  | 'export-title' // "微信聊天记录如下："
  | 'date-line' // understood: it gave the messages below their day
  | 'header-without-text'
  | 'after-notice' // text below "… 撤回了一条消息" with no header of its own

export interface Aside {
  line: number
  text: string
  reason: AsideReason
}

export interface Paste {
  messages: PastedMessage[]
  aside: Aside[]
}

export function parsePaste(text: string, { now, ownNames }: { now: Date; ownNames: string[] }): Paste {
  const lines = linesOf(text)
  const own = new Set(ownNames.map(tidyName))
  const headers = findHeaders(lines, now.getTime(), own)
  const known = new Set([...own, ...headers.map((header) => header.name)])

  const messages: Draft[] = []
  const aside: Aside[] = []
  const setAside = (index: number, reason: AsideReason) =>
    aside.push({ line: index + 1, text: lines[index]!.kept.trim(), reason })

  let nextHeader = 0
  let header: Header | null = null
  let body: string[] = []
  let afterNotice = false
  /** What a line without a time of its own is dated by. */
  const latest: { at: number | null } = { at: null }

  const finish = () => {
    if (!header) return
    const text = body
      .join('\n')
      .replace(/^(?:[^\S\n]*\n)+/, '')
      .trimEnd()
    if (text.trim() === '') {
      for (let i = header.first; i <= header.last; i++) setAside(i, 'header-without-text')
    } else {
      const timed = header.at !== null
      const at = header.at ?? undatedTime(header, latest.at, now.getTime())
      latest.at = at
      messages.push({
        name: header.name,
        at,
        timed,
        exact: header.exact,
        kind: kindOf(text),
        text,
        line: header.first + 1,
      })
    }
    header = null
    body = []
  }

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const upcoming = headers[nextHeader]
    if (upcoming?.first === i) {
      finish()
      header = upcoming
      afterNotice = false
      nextHeader++
      i = upcoming.last
      continue
    }
    if (line.blank) {
      if (header) body.push(line.kept)
      continue
    }
    if (separatorDay(line, now.getTime()) && opensDay(lines, i, upcoming)) {
      finish()
      setAside(i, 'date-line')
      continue
    }
    const told = standaloneNotice(lines, i, known, header ? body : null)
    if (told) {
      finish()
      const at = latest.at ?? upcoming?.at ?? now.getTime()
      const name = told.name ?? ownNames[0] ?? '你'
      const text = line.kept.trim()
      messages.push({
        name: tidyName(name),
        at,
        timed: true,
        exact: false,
        kind: 'system',
        text,
        line: i + 1,
        ...(told.name === null && { fromDesk: true }),
      })
      afterNotice = true
      continue
    }
    if (header) body.push(line.kept)
    else if (afterNotice) setAside(i, 'after-notice')
    else if (/聊天记录(?:如下)?\s*[:：]?\s*$/.test(line.text)) setAside(i, 'export-title')
    else setAside(i, headers.length === 0 ? 'no-header' : 'before-first-header')
  }
  finish()
  aside.sort((a, b) => a.line - b.line)
  return { messages: identify(messages, own), aside }
}

interface Draft {
  name: string
  at: number
  timed: boolean
  exact: boolean
  kind: PastedKind
  text: string
  line: number
  fromDesk?: boolean
}

/** In the "name:" form only the day is known, if that: after the message before it, within the day. */
function undatedTime(header: Header, previous: number | null, now: number): number {
  const day = header.under ? startOfDay(header.under.number) : null
  if (day === null) return previous ?? now
  return previous !== null && previous > day ? previous : day
}

/** A line of dashes and a date inside somebody's text stays there: a real one is followed by a header. */
function opensDay(lines: Line[], index: number, upcoming: Header | undefined): boolean {
  if (!upcoming) return false
  for (let i = index + 1; i < upcoming.first; i++) if (!lines[i]!.blank) return false
  return true
}

/**
 * A grey line of WeChat's own between messages. The words may also be somebody's text, so one inside a text
 * must name, in quotes, somebody who speaks in this paste, and one set apart by a blank line must at least
 * quote or know its name or be our own. The first line below a header is that message's text.
 * `body` is the text so far of the message above, null if none is open.
 */
function standaloneNotice(lines: Line[], index: number, known: ReadonlySet<string>, body: string[] | null) {
  const told = notice(lines[index]!.text)
  if (!told || body?.every((line) => line.trim() === '')) return null
  const isKnown = told.name !== null && known.has(tidyName(told.name))
  if (body && !lines[index - 1]!.blank) return isKnown && told.quoted ? told : null
  return isKnown || told.quoted || told.name === null ? told : null
}

function kindOf(text: string): PastedKind {
  if (!text.includes('\n') && notice(text)) return 'system'
  return placeholderKind(text.trimStart()) ?? 'text'
}

/**
 * The id is over what both pastes of one message share: who, which minute, what kind, which words, and the
 * how-manieth of the same within the paste. A message without any time counts by its day.
 */
function identify(drafts: Draft[], own: ReadonlySet<string>): PastedMessage[] {
  const seen = new Map<string, number>()
  return drafts.map((draft) => {
    const sentAt = new Date(draft.at).toISOString()
    const when = draft.timed ? sentAt.slice(0, 16) : `day ${dayOf(draft.at)}`
    const words = tidyName(draft.text)
    const tuple = JSON.stringify([draft.name, when, draft.kind, words])
    const occurrence = (seen.get(tuple) ?? 0) + 1
    seen.set(tuple, occurrence)
    return {
      name: draft.name,
      sentAt,
      timeIsExact: draft.exact,
      kind: draft.kind,
      text: draft.text,
      fromDesk: draft.fromDesk ?? own.has(draft.name),
      externalId: `paste-${hash('sha256', `${tuple}\n${occurrence}`).slice(0, 32)}`,
      line: draft.line,
    }
  })
}
