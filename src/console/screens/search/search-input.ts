import type { Input } from '../../../contract/index.ts'

export const pageOfHits = 50

export interface SearchFilters {
  words: string
  account: string | null
  author: string | null
  contact: string | null
  /** Name of that contact, to say whose messages are searched. */
  contactName: string
  /** Days in Asia/Shanghai, as the date fields give them; empty for none. */
  from: string
  until: string
}

export const noFilters = (): SearchFilters => ({
  words: '',
  account: null,
  author: null,
  contact: null,
  contactName: '',
  from: '',
  until: '',
})

/** What to ask the core, or null when there is nothing to look for. Whole days, China's time. */
export function searchInput(filters: SearchFilters, offset: number): Input<'search.messages'> | null {
  const words = filters.words.toWellFormed().trim().slice(0, 200)
  if (words === '') return null
  return {
    words,
    offset,
    limit: pageOfHits,
    ...(filters.account ? { account: filters.account } : {}),
    ...(filters.author ? { author: filters.author } : {}),
    ...(filters.contact ? { contact: filters.contact } : {}),
    ...(filters.from ? { from: new Date(`${filters.from}T00:00:00.000+08:00`).toISOString() } : {}),
    ...(filters.until ? { until: new Date(`${filters.until}T23:59:59.999+08:00`).toISOString() } : {}),
  }
}
