import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { category } from '../../contract/values.ts'
import type { By } from '../route.ts'
import { checklistSaved, quickReplySaved } from '../settings/entries.ts'
import type { Station } from '../station/station.ts'

const both = z.object({ zh: z.string(), en: z.string() })
const replies = z.array(
  z.object({
    id: z.string(),
    category: z.string().nullish(),
    title: both,
    text: z.string(),
    shortcut: z.string().nullish(),
  }),
)
const checklists = z.object({
  checklists: z.array(
    z.object({
      id: z.string(),
      title: both,
      papers: z.array(both.extend({ note: both.nullish() })),
      note: both.nullish(),
      fee: both.nullish(),
      days: both.nullish(),
    }),
  ),
})

/** The quick replies and checklists a station starts with; it edits them to its own rules afterwards. */
export function addStartingTexts(station: Station, resources: string, by: By): void {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(resources, name), 'utf8'))
  const drafts = [
    ...replies.parse(read('quick-replies.json')).map((reply) =>
      quickReplySaved(reply.id, {
        title: reply.title.zh,
        text: reply.text.replaceAll('{station}', station.ledger.meta.station),
        category: category.safeParse(reply.category).data ?? null,
        shortcut: reply.shortcut ?? null,
      }),
    ),
    ...checklists.parse(read('checklists.json')).checklists.map((list) =>
      checklistSaved(list.id, {
        title: list.title.zh,
        papers: list.papers.map((paper) => (paper.note ? `${paper.zh}（${paper.note.zh}）` : paper.zh)),
        note: [list.fee?.zh, list.days?.zh, list.note?.zh].filter(Boolean).join('；') || null,
      }),
    ),
  ]
  station.bus.runNow(by, () => ({ decision: { entries: drafts } }))
}
