import type { StationSettings, StationTexts } from '../../contract/station.ts'
import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** Settings and the station's own texts. None of it is about a resident, so it stands in the entry itself. */

export const settingsChanged = (settings: StationSettings): Draft =>
  draft('settings.changed', 'settings', {
    waitMinutes: { ...settings.waitMinutes },
    lockMinutes: settings.lockMinutes,
    warningMinutes: { ...settings.warningMinutes },
  })

export const textsChanged = (texts: StationTexts): Draft => draft('texts.changed', 'texts', { ...texts })

export const quickReplySaved = (
  id: string,
  reply: { title: string; text: string; category: string | null; shortcut: string | null },
): Draft => draft('quickReply.saved', id, { ...reply })
export const quickReplyRemoved = (id: string): Draft => draft('quickReply.removed', id)

export const checklistSaved = (
  id: string,
  list: { title: string; papers: string[]; note: string | null },
): Draft => draft('checklist.saved', id, { ...list })
export const checklistRemoved = (id: string): Draft => draft('checklist.removed', id)
