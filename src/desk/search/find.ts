import type { Statement } from 'better-sqlite3'
import type { SearchHit, SearchResult } from '../../contract/search.ts'
import { maskText } from '../people/masking.ts'
import { iso, isoOrNull } from '../time.ts'
import type { Db } from '../view.ts'
import type { SearchIndex } from './view.ts'
import { fold, ftsQuery, places, wordsOf } from './words.ts'

export interface SearchQuestion {
  words: string
  account?: string | undefined
  contact?: string | undefined
  author?: string | undefined
  /** ms since 1970, of when it was sent. */
  from?: number | undefined
  until?: number | undefined
  offset: number
  limit: number
}

interface HitRow {
  seq: number
  thread: string
  account: string
  contact_name: string | null
  village_group: string | null
  said_by: 'resident' | 'desk' | 'note'
  author: string
  author_name: string | null
  sent_at: number
  recalled_at: number | null
  text: string
}

/** So many texts may wait unindexed before a search indexes them first instead of reading them one by one. */
export const tailLimit = 2_000

const around = 40

/** Searches all messages and notes there are. Reads only. */
export class Search {
  readonly #db: Db
  readonly #index: SearchIndex
  readonly #statements = new Map<string, Statement<unknown[]>>()

  constructor(db: Db, index: SearchIndex) {
    this.#db = db
    this.#index = index
  }

  /** `mayRead` says whether this reader may read a thread: words of others are neither found nor counted (rule 11). */
  find(question: SearchQuestion, mayRead: (thread: string) => boolean): SearchResult {
    const words = wordsOf(question.words)
    const { texts, since } = this.#index.watermark()
    const tail = this.#index.unindexed().filter((row) => row.private === 0 || mayRead(row.thread))
    const fresh = tail
      .filter((row) => row.text !== null && containsAll(fold(row.text), words))
      .map((row) => row.seq)
      .filter((seq) => this.#passes(seq, question))
      .reverse()
    const parameters = { ...question, match: ftsQuery(words) }
    const guarded = this.#private(question, parameters, mayRead)
    const indexed = this.#count(question, parameters)
    return {
      hits: this.#hits(this.#page(question, parameters, fresh, guarded), words),
      total: fresh.length + guarded.length + indexed,
      searched: texts - this.#withheld(mayRead) + tail.length,
      since: isoOrNull(oldest(since, tail)),
    }
  }

  /** Matches in private threads that this reader may read, newest first. */
  #private(question: SearchQuestion, parameters: object, mayRead: (thread: string) => boolean): number[] {
    const rows = this.#prepare(
      `SELECT m.seq, m.thread FROM search_private s JOIN message m ON m.seq = s.rowid
       WHERE s.words MATCH @match AND ${conditions(question)} ORDER BY s.rowid DESC`,
    ).all(parameters) as { seq: number; thread: string }[]
    return rows.filter(({ thread }) => mayRead(thread)).map(({ seq }) => seq)
  }

  /** How many texts this reader's search did not look at. */
  #withheld(mayRead: (thread: string) => boolean): number {
    return this.#index
      .privateTexts()
      .reduce((sum, { thread, texts }) => (mayRead(thread) ? sum : sum + texts), 0)
  }

  /** Newest first: what is not indexed yet, then the public matches with the private ones among them. */
  #page(
    question: SearchQuestion,
    parameters: object,
    fresh: readonly number[],
    guarded: readonly number[],
  ): number[] {
    const { offset, limit } = question
    const seqs = fresh.slice(offset, offset + limit)
    const wanted = limit - seqs.length
    if (wanted === 0) return seqs
    const past = Math.max(0, offset - fresh.length)
    if (guarded.length === 0)
      return [...seqs, ...this.#indexed(question, { ...parameters, offset: past, limit: wanted })]
    const upTo = this.#indexed(question, { ...parameters, offset: 0, limit: past + wanted })
    const both = [...upTo, ...guarded].sort((a, b) => b - a)
    return [...seqs, ...both.slice(past, past + wanted)]
  }

  #count(question: SearchQuestion, parameters: object): number {
    const sql = isFiltered(question)
      ? `SELECT count(*) FROM search_index s JOIN message m ON m.seq = s.rowid
         WHERE s.words MATCH @match AND ${conditions(question)}`
      : 'SELECT count(*) FROM search_index WHERE words MATCH @match'
    return this.#prepare(sql).pluck().get(parameters) as number
  }

  #indexed(question: SearchQuestion, parameters: object): number[] {
    const sql = isFiltered(question)
      ? `SELECT s.rowid FROM search_index s JOIN message m ON m.seq = s.rowid
         WHERE s.words MATCH @match AND ${conditions(question)} ORDER BY s.rowid DESC LIMIT @limit OFFSET @offset`
      : 'SELECT rowid FROM search_index WHERE words MATCH @match ORDER BY rowid DESC LIMIT @limit OFFSET @offset'
    return this.#prepare(sql).pluck().all(parameters) as number[]
  }

  #passes(seq: number, question: SearchQuestion): boolean {
    if (!isFiltered(question)) return true
    const sql = `SELECT 1 FROM message m WHERE m.seq = @seq AND ${conditions(question)}`
    return this.#prepare(sql).get({ ...question, seq }) !== undefined
  }

  #hits(seqs: readonly number[], words: readonly string[]): SearchHit[] {
    const select = this.#prepare(
      `SELECT m.seq, m.thread, m.account, c.name AS contact_name, c.village_group, m.said_by, m.author, p.name AS author_name,
              m.sent_at, m.recalled_at, b.body ->> '$.text' AS text
       FROM message m JOIN contact c ON c.id = m.contact JOIN content b ON b.seq = m.seq
       LEFT JOIN person p ON p.user = m.author WHERE m.seq = ?`,
    )
    return seqs
      .map((seq) => select.get(seq) as HitRow | undefined)
      .filter((row) => row !== undefined)
      .map((row) => hit(row, words))
  }

  #prepare(sql: string): Statement<unknown[]> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare<unknown[]>(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function oldest(indexed: number | null, tail: readonly { sent_at: number }[]): number | null {
  if (tail.length === 0) return indexed
  return tail.reduce((least, row) => Math.min(least, row.sent_at), indexed ?? Number.MAX_SAFE_INTEGER)
}

function isFiltered(q: SearchQuestion): boolean {
  return (q.account ?? q.contact ?? q.author ?? q.from ?? q.until) !== undefined
}

function conditions(q: SearchQuestion): string {
  const parts = ['TRUE']
  if (q.account !== undefined) parts.push('m.account = @account')
  if (q.contact !== undefined) parts.push('m.contact = @contact')
  if (q.author !== undefined) parts.push(`m.author = @author AND m.said_by <> 'resident'`)
  if (q.from !== undefined) parts.push('m.sent_at >= @from')
  if (q.until !== undefined) parts.push('m.sent_at < @until')
  return parts.join(' AND ')
}

function containsAll(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}

/** The same place, or one before it where it would cut an emoji in two. */
function betweenCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

function hit(row: HitRow, words: readonly string[]): SearchHit {
  const found = places(fold(row.text), words)
  const masked = maskText(row.text).text
  const start = betweenCharacters(masked, Math.max(0, (found[0]?.[0] ?? 0) - around))
  const end = betweenCharacters(masked, Math.min(masked.length, start + 4 * around))
  const lead = start > 0 ? '…' : ''
  return {
    seq: row.seq,
    thread: row.thread,
    account: row.account,
    contactName: [row.village_group, row.contact_name ?? '—'].filter(Boolean).join(' '),
    from: row.said_by,
    authorName: row.said_by === 'resident' ? (row.contact_name ?? '—') : (row.author_name ?? row.author),
    at: iso(row.sent_at),
    excerpt: lead + masked.slice(start, end) + (end < masked.length ? '…' : ''),
    marks: found
      .filter(([at, length]) => at >= start && at + length <= end)
      .map(([at, length]) => [at - start + lead.length, length]),
    recalled: row.recalled_at !== null,
  }
}
