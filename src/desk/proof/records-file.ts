import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry, JsonObject } from '../../ledger/entry.ts'
import { batches, type Run } from '../../ledger/export/lines.ts'
import { leadsToThread } from '../audit/withholding.ts'
import { wordsOf } from '../audit/words.ts'
import { isWithheld, type PrivateIds } from '../privacy/withheld.ts'
import type { Db } from '../view.ts'
import { byteOrderMark, csvRow } from './csv.ts'
import type { Page } from './pages.ts'

/** One line for each entry, for other tools: who did what when, and the words, masked (rule 20), where they may go out. */

/** Entries told in one go: some milliseconds, so that the desk goes on in between. */
const atOnce = 250

export interface RecordLine {
  entry: Entry
  thread: string | null
  /** The content is here, left out as private, erased, or there never was one. */
  content: 'present' | 'withheld' | 'erased' | 'none'
}

interface Row {
  canonical: string
  body: string | null
  thread: string | null
  account: string | null
}

interface RecordOut {
  seq: number
  time: string
  shanghai: string
  person: string
  user: string
  role: string
  type: string
  thread: string | null
  account: string | null
  text: string | null
  withheld?: true
  erased?: true
}

const columns = [
  'seq',
  'time',
  'shanghai',
  'person',
  'user',
  'role',
  'type',
  'thread',
  'account',
  'text',
] as const

/** A file that is hashed as it is written. */
class HashedFile {
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')

  constructor(file: FileHandle) {
    this.#file = file
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    this.#hash.update(bytes)
    await this.#file.write(bytes)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}

/** Writes both files into a folder. `each` is given the lines of some entries at a time, and may end it by throwing. */
export async function writeRecords(
  db: Db,
  ids: PrivateIds,
  runs: readonly Run[],
  folder: string,
  each: (lines: RecordLine[]) => Promise<void>,
): Promise<Page[]> {
  const telling = new Telling(db, ids)
  const files = new Map<string, HashedFile>()
  try {
    for (const name of ['records.jsonl', 'records.csv'])
      files.set(name, new HashedFile(await open(join(folder, name), 'wx', 0o600)))
    const [lines, table] = [...files.values()] as [HashedFile, HashedFile]
    await table.write(byteOrderMark + csvRow(columns))
    for (const { from, to } of batches(runs, atOnce)) {
      const told = telling.tell(from, to)
      await lines.write(told.map(({ record }) => `${JSON.stringify(record)}\n`).join(''))
      await table.write(told.map(({ record }) => csvRow(columns.map((name) => record[name]))).join(''))
      await each(told.map(({ line }) => line))
    }
  } finally {
    for (const file of files.values()) await file.close()
  }
  return [...files].map(([name, file]) => ({ name, path: join(folder, name), hash: file.digest() }))
}

class Telling {
  readonly #select
  readonly #ids: PrivateIds
  readonly #names: Map<string, string>
  readonly #accounts: Map<string, string>

  constructor(db: Db, ids: PrivateIds) {
    this.#ids = ids
    this.#select = db.prepare<[number, number], Row>(
      `SELECT e.canonical, c.body, r.thread, r.account
       FROM entry e JOIN record r ON r.seq = e.seq LEFT JOIN content c ON c.seq = e.seq
       WHERE e.seq BETWEEN ? AND ? ORDER BY e.seq`,
    )
    const named = (sql: string) => new Map(db.prepare<[], [string, string]>(sql).raw().all())
    this.#names = named('SELECT user, name FROM person')
    this.#accounts = named('SELECT id, name FROM account')
  }

  tell(from: number, to: number) {
    return this.#select.all(from, to).map((row) => this.#tell(row))
  }

  #tell({ canonical, body, thread, account }: Row) {
    const entry = JSON.parse(canonical) as Entry
    const { seq, at, actor, type, data } = entry
    const withheld = data.content !== undefined && isWithheld(entry, this.#ids)
    const content = contentOf(body, data, withheld)
    const hidden = thread !== null && leadsToThread(type) && this.#ids.matters.has(thread)
    const record: RecordOut = {
      seq,
      time: at,
      shanghai: new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 23).replace('T', ' '),
      person: this.#names.get(actor.user) ?? actor.user,
      user: actor.user,
      role: actor.role,
      type,
      thread: hidden ? null : thread,
      account: account === null || hidden ? null : (this.#accounts.get(account) ?? account),
      text: content === 'present' ? wordsOf(JSON.parse(body!) as JsonObject) : null,
      ...(content === 'withheld' ? { withheld: true } : {}),
      ...(content === 'erased' ? { erased: true } : {}),
    }
    return { record, line: { entry, thread, content } satisfies RecordLine }
  }
}

function contentOf(body: string | null, data: JsonObject, withheld: boolean): RecordLine['content'] {
  if (data.content === undefined) return 'none'
  // One that is withheld does not tell whether it was erased.
  if (withheld) return 'withheld'
  return body === null ? 'erased' : 'present'
}
