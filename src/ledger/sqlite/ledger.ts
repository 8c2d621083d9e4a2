/** The ledger of one station in its SQLite file: append, read, prove, sign, erase. */

import { canonicalJson, checkStamp, InvalidEntry, writeEntry } from '../canonical.ts'
import { makeCheckpoint, verifyCheckpoint } from '../checkpoint.ts'
import type { Appended, Entry, JsonObject, Stamped } from '../entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../erasure.ts'
import { contentCommitment, type Hash, leafAndBytes } from '../hash.ts'
import { consistencyProof, inclusionProof } from '../proofs.ts'
import { ed25519Verifier, type Signer } from '../signed-note.ts'
import type { Db } from './open.ts'
import { type Edge, recover } from './recover.ts'
import { nextSalt } from './salts.ts'
import { BLOCK } from './schema.ts'
import { type LedgerMeta, prepare, type Statements } from './statements.ts'
import type { StoredTree } from './stored-tree.ts'

export { LedgerDamaged } from './recover.ts'
export type { LedgerMeta } from './statements.ts'

export interface Head {
  /** Number of entries; the `seq` of the last. */
  size: number
  /** Merkle root over all leaves, 32 bytes. */
  root: Buffer
  /** Leaf hash of the last entry (32 zero bytes for an empty ledger): `prev` of the next. */
  leaf: Buffer
}

/** A checkpoint as stored: the signed note, when it was made and for what. */
export interface StoredCheckpoint {
  size: number
  at: string
  reason: string
  note: string
}

export class Ledger {
  readonly db: Db
  readonly meta: LedgerMeta
  readonly #sql: Statements
  /** Bound and copied at each insert; one buffer for all. */
  readonly #leafColumn = Buffer.alloc(32)
  readonly #tree: StoredTree
  /** As of the last commit. */
  #edge: Edge
  /** As the open transaction has it; undefined where nothing was appended in it. */
  #pending: Edge | undefined
  /** Contents named by a `content.erased` entry of the open transaction. */
  #erasable = new Set<number>()

  private constructor(db: Db, sql: Statements, meta: LedgerMeta, tree: StoredTree, edge: Edge) {
    this.db = db
    this.#sql = sql
    this.meta = meta
    this.#tree = tree
    this.#edge = edge
  }

  /**
   * Starts a ledger in a database that has the ledger's tables and nothing in them.
   * @param meta.origin first line of every checkpoint @param meta.verifier verifier key of the signer
   */
  static create(db: Db, meta: LedgerMeta): Ledger {
    ed25519Verifier(meta.verifier)
    if (!meta.station.isWellFormed() || meta.station === '') throw new InvalidEntry('station', 'has no name')
    const sql = prepare(db)
    sql.insertMeta.run(meta.station, meta.origin, meta.verifier)
    return Ledger.open(db)
  }

  /**
   * Opens the ledger of a database and checks its right edge: the last block of entries, the stored tree,
   * the newest checkpoint. The whole is checked by `verifyDatabase`.
   * @throws LedgerDamaged naming the first bad thing found
   */
  static open(db: Db): Ledger {
    const sql = prepare(db)
    const { meta, tree, edge } = recover(sql)
    return new Ledger(db, sql, meta, tree, edge)
  }

  /**
   * Appends entries in the caller's open transaction; the caller then commits the database and calls
   * `commit()`, or rolls it back and calls `rollback()`. May be called several times in one transaction.
   * @throws InvalidEntry where a draft has no canonical form; the caller must then roll back
   */
  append(drafts: readonly Stamped[]): Appended[] {
    this.#needTransaction('append')
    this.#pending ??= { ...this.#edge }
    const edge = this.#pending
    const { station } = this.meta
    const appended: Appended[] = []
    for (const draft of drafts) {
      const seq = edge.size + 1
      const prev = edge.leaf
      checkStamp(draft)
      const { at, actor, type, v, subject } = draft
      const { data, body, salt } = this.#seal(draft)
      const entry: Entry = { seq, station, at, actor, type, v, subject, data, prev }
      const { leaf, bytes } = leafAndBytes(writeEntry(entry))
      this.#leafColumn.write(leaf, 0, 32, 'hex')
      this.#sql.insertEntry.run(seq, bytes, this.#leafColumn)
      if (salt) this.#sql.insertContent.run(seq, salt, body)
      if (type === CONTENT_ERASED) for (const named of erasedSeqs(data)) this.#erasable.add(named)
      edge.size = seq
      edge.leaf = leaf
      appended.push({ entry, content: draft.content ?? null })
    }
    return appended
  }

  /** Adopts what was appended: call right after the database has committed. */
  commit(): void {
    if (this.db.inTransaction) throw new Error('ledger.commit() before the database has committed')
    if (this.#pending) this.#edge = this.#pending
    this.#pending = undefined
    this.#erasable.clear()
  }

  /** Forgets what was appended: call right after the database has rolled back. */
  rollback(): void {
    this.#pending = undefined
    this.#erasable.clear()
  }

  /** The head as the caller sees it: with the entries of an open transaction. */
  head(): Head {
    const { size, leaf } = this.#pending ?? this.#edge
    const root = this.#tree.root(size, this.#edge.size)
    return { size, root: Buffer.from(root, 'hex'), leaf: Buffer.from(leaf, 'hex') }
  }

  /** One entry with its content (null where it has none or it was erased); null where there is no such entry. */
  entry(seq: number): Appended | null {
    const row = this.#sql.entryRange.get(seq, seq)
    return row ? toAppended(row) : null
  }

  /** Up to `limit` entries from `fromSeq` on, in order. */
  read(fromSeq: number, limit: number): Appended[] {
    return this.#sql.entryRange.all(fromSeq, fromSeq + limit - 1).map(toAppended)
  }

  /** All entries from `fromSeq` on, a batch in memory at a time; the connection stays free between batches. */
  *iterate(fromSeq = 1, batch = 500): Generator<Appended, void, undefined> {
    for (let next = fromSeq; ; ) {
      const rows = this.read(next, batch)
      yield* rows
      if (rows.length < batch) return
      next += batch
    }
  }

  /** The newest `limit` entries about a subject before `beforeSeq`, newest first. */
  bySubject(subject: string, limit: number, beforeSeq = Number.MAX_SAFE_INTEGER): Appended[] {
    if (!this.db.readonly && !this.db.inTransaction && this.#indexLag() > SETTLE_BATCH) {
      while (this.settle() > 0);
    }
    const found = this.#sql.subjectTail.all({ subject, beforeSeq, limit })
    const missing = limit - found.length
    if (missing > 0) found.push(...this.#sql.subjectIndexed.all({ subject, beforeSeq, limit: missing }))
    return found.map((row) => this.entry(row.seq)!)
  }

  /**
   * Takes the next entries into what is derived from them, the stored tree and the subject index; for idle
   * moments, outside a transaction. Without it everything works, and roots and timelines get slower.
   * @returns how many entries are still to be taken; 0 when all is settled
   */
  settle(limit = SETTLE_BATCH): number {
    if (this.db.inTransaction) throw new Error('ledger.settle() inside a transaction')
    const { size } = this.#edge
    this.db.transaction(() => {
      this.#tree.grow(Math.min(size, this.#tree.size + limit))
      this.#tree.store()
      const { upto } = this.#sql.indexedUpto.get()!
      const next = Math.min(size, upto + limit)
      this.#sql.indexSubjects.run(upto, next)
      this.#sql.setIndexedUpto.run(next)
    })()
    return Math.max(size - this.#tree.size, this.#indexLag())
  }

  /**
   * Signs the present head, stores the note and returns it. Inside a transaction the head includes what was
   * appended in it, so the note must not leave the machine before the commit.
   * @throws Error where the newest stored checkpoint is not a prefix of the present ledger: a log must never
   * sign a head inconsistent with one it signed before (c2sp.org/tlog-checkpoint)
   */
  checkpoint(signer: Signer, reason: string, at: string): string {
    if (signer.verifier !== this.meta.verifier) throw new Error('the signer is not the one of this ledger')
    const { size, root } = this.head()
    const newest = this.#sql.newestCheckpoint.get()
    if (newest) this.#needConsistent(newest, size)
    const note = makeCheckpoint({ origin: this.meta.origin, size, root }, signer)
    this.#sql.insertCheckpoint.run({ size, at, reason, note })
    return note
  }

  /** Every stored checkpoint, oldest first. */
  checkpoints(): StoredCheckpoint[] {
    return this.#sql.checkpoints.all()
  }

  /** Proof that entry `seq` (from 1) is in the first `size` entries. @throws RangeError where it is not */
  inclusion(seq: number, size = this.head().size): Hash[] {
    this.#needSize(size)
    return inclusionProof(seq - 1, size, this.#tree.subtree)
  }

  /** Proof that the first `from` entries are a prefix of the first `to`. @throws RangeError */
  consistency(from: number, to = this.head().size): Hash[] {
    this.#needSize(to)
    return consistencyProof(from, to, this.#tree.subtree)
  }

  /** Root over the first `size` entries, 32 bytes. @throws RangeError where the ledger is shorter */
  rootAt(size: number): Buffer {
    this.#needSize(size)
    return Buffer.from(this.#tree.rootAt(size), 'hex')
  }

  /**
   * Deletes text and salt of these entries (PIPL art. 47), in the transaction that has appended the
   * `content.erased` entry naming them. Afterwards the caller commits and truncates the WAL.
   * @returns how many contents were there to delete
   * @throws Error where no `content.erased` entry of this transaction names one of them
   */
  erase(seqs: readonly number[]): number {
    this.#needTransaction('erase')
    let erased = 0
    for (const seq of seqs) {
      if (!this.#erasable.has(seq)) throw new Error(`no ${CONTENT_ERASED} entry here names entry ${seq}`)
      this.#sql.insertErasure.run(seq)
      erased += this.#sql.deleteContent.run(seq).changes
    }
    return erased
  }

  /** Moves a draft's content out of the entry: salt and body to store, the commitment into the data. */
  #seal(draft: Stamped): { data: JsonObject; body: string; salt: Buffer | undefined } {
    if (Object.hasOwn(draft.data, 'content')) {
      throw new InvalidEntry('data.content', 'is where the ledger puts the commitment')
    }
    if (draft.content === undefined) return { data: draft.data, body: '', salt: undefined }
    const body = canonicalJson(draft.content, 'content')
    const salt = nextSalt()
    return { data: { ...draft.data, content: contentCommitment(salt, body) }, body, salt }
  }

  #indexLag(): number {
    return this.#edge.size - this.#sql.indexedUpto.get()!.upto
  }

  #needConsistent(newest: StoredCheckpoint, size: number): void {
    const told = verifyCheckpoint(newest.note, ed25519Verifier(this.meta.verifier), this.meta.origin)
    if (told.size > size || !told.root.equals(this.rootAt(told.size))) {
      throw new Error(`not signed: the ledger does not extend its checkpoint of ${told.size} entries`)
    }
  }

  #needSize(size: number): void {
    const present = (this.#pending ?? this.#edge).size
    if (size > present) throw new RangeError(`the ledger has ${present} entries, not ${size}`)
  }

  #needTransaction(act: string): void {
    if (!this.db.inTransaction) throw new Error(`ledger.${act}() needs an open transaction`)
  }
}

/** Entries settled in one go: some ten milliseconds. */
const SETTLE_BATCH = 16 * BLOCK

function toAppended(row: { canonical: string; body: string | null }): Appended {
  return {
    entry: JSON.parse(row.canonical) as Entry,
    content: row.body === null ? null : (JSON.parse(row.body) as JsonObject),
  }
}
