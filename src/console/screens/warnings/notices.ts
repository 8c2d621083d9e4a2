import type { ContactHit, PastedWarning, WarningType } from '../../../contract/warnings.ts'

const longestNote = 4_000
const phoneForm = /^[0-9+\- ]{5,20}$/

/** One warning as it is being entered. */
export interface Notice {
  key: number
  name: string
  phone: string
  type: WarningType
  note: string
  matches: ContactHit[]
  contact: ContactHit | null
  /** Why the core did not take it. */
  problem: string
}

let lastKey = 0
export function blankNotice(): Notice {
  lastKey += 1
  return {
    key: lastKey,
    name: '',
    phone: '',
    type: 'other',
    note: '',
    matches: [],
    contact: null,
    problem: '',
  }
}

/** The same number is the same person; the same name may be another's, so that is left to the officer. */
export function noticeOf(read: PastedWarning): Notice {
  const sure = read.matches.filter(({ why }) => why === 'phone')
  return {
    ...blankNotice(),
    name: read.name ?? '',
    phone: read.phone ?? '',
    type: read.type,
    note: read.rest.trim(),
    matches: read.matches,
    contact: sure.length === 1 ? sure[0]! : null,
  }
}

export const isBlank = (notice: Notice): boolean =>
  notice.name.trim() === '' && notice.phone.trim() === '' && notice.note.trim() === ''

export const phoneIsGood = ({ phone }: Notice): boolean => phone.trim() === '' || phoneForm.test(phone.trim())
export const noteIsOver = ({ note }: Notice): number => Math.max(0, note.trim().length - longestNote)
export const isReady = (notice: Notice): boolean =>
  notice.name.trim() !== '' && phoneIsGood(notice) && noteIsOver(notice) === 0
