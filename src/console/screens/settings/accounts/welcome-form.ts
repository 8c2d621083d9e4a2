import type { Account } from '../../../../contract/accounts.ts'
import { type Welcome, type WelcomeWhen, welcomeBytes } from '../../../../contract/welcome.ts'

/** The words for residents who open a conversation, as an admin writes them. */
export interface WelcomeForm {
  enabled: boolean
  onShift: string
  offShift: string
}

export const whens = ['onShift', 'offShift'] as const satisfies readonly WelcomeWhen[]

/** What is saved; where nothing ever was, a suggestion that is off until an admin saves it. */
export function formOf(saved: Welcome, suggested: Record<WelcomeWhen, string>): WelcomeForm {
  if (saved.savedAt === null) return { enabled: false, ...suggested }
  return { enabled: saved.enabled, onShift: saved.onShift ?? '', offShift: saved.offShift ?? '' }
}

export function isChanged(form: WelcomeForm, saved: Welcome): boolean {
  return (
    saved.savedAt === null ||
    form.enabled !== saved.enabled ||
    whens.some((when) => form[when].trim() !== (saved[when] ?? ''))
  )
}

const utf8 = new TextEncoder()
/** Of what would be shown; UTF-8, as the channel counts. */
export const bytesOf = (text: string): number => utf8.encode(text.trim()).length
export const bytesOver = (text: string): number => Math.max(0, bytesOf(text) - welcomeBytes)

/** The channel takes them for so long (s) after the resident has come in. */
const waits = 20
/** How late (s) news of this account may be where that is mostly too late for the words; null where it is not. */
export function oftenLate({ arrival }: Pick<Account, 'arrival'>): number | null {
  return arrival?.by === 'asking' && arrival.lateBy >= waits ? arrival.lateBy : null
}

/** The first thing that keeps it from being saved; null where nothing does. */
export function wrongIn(form: WelcomeForm): 'tooLong' | 'nothing' | null {
  if (whens.some((when) => bytesOver(form[when]) > 0)) return 'tooLong'
  const silent = whens.every((when) => form[when].trim() === '')
  return form.enabled && silent ? 'nothing' : null
}
