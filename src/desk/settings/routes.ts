import type { Decision } from '../decision.ts'
import { entries, refuse } from '../decision.ts'
import { administering, everyone, type Routes } from '../route.ts'
import * as did from './entries.ts'

type Names =
  | 'settings.get'
  | 'settings.change'
  | 'texts.get'
  | 'texts.change'
  | 'quickReplies.list'
  | 'quickReply.save'
  | 'quickReply.remove'
  | 'checklists.list'
  | 'checklist.save'
  | 'checklist.remove'

/** Quick replies, checklists and the desk's own sentences are the supervisors' to keep as well. */
const editing = ['supervisor', 'admin'] as const

function removing(there: boolean, what: string, id: string, then: Decision): { decision: Decision } {
  return { decision: there ? then : refuse({ code: 'not_found', what, id }) }
}

export const settingsRoutes: Pick<Routes, Names> = {
  'settings.get': { allow: everyone, run: (station) => station.views.settings.settings() },
  'settings.change': {
    allow: administering,
    run: (_station, input) => ({ decision: entries(did.settingsChanged(input)) }),
  },
  'texts.get': { allow: everyone, run: (station) => station.views.settings.texts() },
  'texts.change': {
    allow: editing,
    run: (_station, texts) => ({ decision: entries(did.textsChanged(texts)) }),
  },
  'quickReplies.list': { allow: everyone, run: (station) => station.views.settings.quickReplies() },
  'quickReply.save': {
    allow: editing,
    run: (_station, { id, ...reply }) => ({ decision: entries(did.quickReplySaved(id, reply)) }),
  },
  'quickReply.remove': {
    allow: editing,
    run: (station, { id }) => {
      const there = station.views.settings.quickReplies().some((reply) => reply.id === id)
      return removing(there, 'quickReply', id, entries(did.quickReplyRemoved(id)))
    },
  },
  'checklists.list': { allow: everyone, run: (station) => station.views.settings.checklists() },
  'checklist.save': {
    allow: editing,
    run: (_station, { id, ...list }) => ({ decision: entries(did.checklistSaved(id, list)) }),
  },
  'checklist.remove': {
    allow: editing,
    run: (station, { id }) => {
      const there = station.views.settings.checklists().some((list) => list.id === id)
      return removing(there, 'checklist', id, entries(did.checklistRemoved(id)))
    },
  },
}
