import type { Checklist, QuickReply } from '../../../contract/station.ts'

export interface QuickChoice {
  id: string
  group: 'replies' | 'papers'
  title: string
  detail: string
  shortcut: string | null
  /** What goes into the composer. */
  text: string
}

/** A checklist as the resident gets it. */
export function papersText(list: Checklist, intro: string): string {
  const lines = list.papers.map((paper, i) => `${i + 1}. ${paper}`)
  return [intro, ...lines, ...(list.note ? [list.note] : [])].join('\n')
}

const has = (text: string | null, words: string) => text?.toLowerCase().includes(words) ?? false

/** Quick replies first by shortcut, then by title, then by what they say; checklists after them. */
export function quickChoices(
  replies: readonly QuickReply[],
  checklists: readonly Checklist[],
  words: string,
  intro: (title: string) => string,
): QuickChoice[] {
  const sought = words.trim().toLowerCase()
  const place = (reply: QuickReply) => {
    if (sought === '') return 2
    if (reply.shortcut?.toLowerCase().startsWith(sought)) return 0
    if (has(reply.title, sought)) return 1
    return has(reply.text, sought) ? 2 : -1
  }
  const found = replies
    .map((reply) => ({ reply, at: place(reply) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(
      ({ reply }): QuickChoice => ({
        id: `reply-${reply.id}`,
        group: 'replies',
        title: reply.title,
        detail: reply.text,
        shortcut: reply.shortcut,
        text: reply.text,
      }),
    )
  const papers = checklists
    .filter(
      (list) => sought === '' || has(list.title, sought) || list.papers.some((paper) => has(paper, sought)),
    )
    .map(
      (list): QuickChoice => ({
        id: `papers-${list.id}`,
        group: 'papers',
        title: list.title,
        detail: list.papers.join('、'),
        shortcut: null,
        text: papersText(list, intro(list.title)),
      }),
    )
  return [...found, ...papers]
}
