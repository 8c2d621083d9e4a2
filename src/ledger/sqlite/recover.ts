/** Finding the right edge of a stored ledger again, and refusing one whose edge is not sound. */

import { parseCheckpoint } from '../checkpoint.ts'
import { type Hash, leafHash, NO_PREV } from '../hash.ts'
import { Frontier } from '../tree.ts'
import { BLOCK, STORED_LEVEL } from './schema.ts'
import type { LedgerMeta, Statements } from './statements.ts'
import { StoredTree, storedBlocks } from './stored-tree.ts'

/** The stored ledger contradicts itself. The desk keeps reading and stops acting. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged'
  /** Number of the entry, where it is one entry. */
  readonly seq: number | undefined

  constructor(what: string, seq?: number) {
    super(seq === undefined ? what : `entry ${seq}: ${what}`)
    this.seq = seq
  }
}

export interface Edge {
  size: number
  /** Leaf hash of the last entry. */
  leaf: Hash
}

/**
 * Reads the edge of the ledger and checks it: the last whole block and what follows it, entry by entry, the
 * stored tree, the newest checkpoint. Costs the same for any length of ledger whose tree is stored.
 * @throws LedgerDamaged naming the first bad thing
 */
export function recover(sql: Statements): { meta: LedgerMeta; tree: StoredTree; edge: Edge } {
  const meta = sql.meta.get()
  if (!meta) throw new LedgerDamaged('the database has no ledger')
  const { size } = sql.size.get()!
  const blocks = Math.floor(size / BLOCK)
  const stored = storedBlocks(sql)
  if (stored > blocks) {
    throw new LedgerDamaged(`${size} entries make ${blocks} whole blocks, but the tree has ${stored}`)
  }
  const leaf = replay(sql, meta, Math.max(0, blocks - 1) * BLOCK + 1, size)
  const tree = new StoredTree(sql)
  checkNewestCheckpoint(sql, tree, size)
  return { meta, tree, edge: { size, leaf } }
}

function replay(sql: Statements, meta: LedgerMeta, from: number, size: number): Hash {
  let prev = from === 1 ? NO_PREV : sql.leaves.get(from - 1, from - 1)?.leaf
  if (prev === undefined) throw new LedgerDamaged('is missing', from - 1)
  const block = new Frontier()
  let expected = from
  for (const row of sql.rawRange.iterate(from, size)) {
    if (row.seq !== expected) throw new LedgerDamaged('is missing', expected)
    const leaf = leafHash(row.canonical)
    if (leaf !== row.leaf) throw new LedgerDamaged('its text is not what was hashed', row.seq)
    const said = JSON.parse(row.canonical) as { seq: number; prev: string; station: string }
    if (said.seq !== row.seq) throw new LedgerDamaged(`says it is entry ${said.seq}`, row.seq)
    if (said.prev !== prev) throw new LedgerDamaged('does not follow the entry before it', row.seq)
    if (said.station !== meta.station) throw new LedgerDamaged('is of another station', row.seq)
    if (block.size < BLOCK) block.append(leaf)
    prev = leaf
    expected++
  }
  if (expected !== size + 1) throw new LedgerDamaged('is missing', expected)
  checkBlock(sql, block, (from - 1) / BLOCK)
  return prev
}

/** Ties the entries just read to the stored tree, where it has come so far. */
function checkBlock(sql: Statements, block: Frontier, index: number): void {
  if (block.size < BLOCK) return
  const stored = sql.node.get(STORED_LEVEL, index)
  if (stored && stored.hash !== block.root()) {
    throw new LedgerDamaged(`tree node ${STORED_LEVEL}/${index} is not that of its entries`)
  }
}

/** A checkpoint larger than the ledger means its tail was cut. */
function checkNewestCheckpoint(sql: Statements, tree: StoredTree, size: number): void {
  const newest = sql.newestCheckpoint.get()
  if (!newest) return
  const told = parseCheckpoint(newest.note)
  if (told.size > size) {
    throw new LedgerDamaged(`a checkpoint tells of ${told.size} entries, the ledger has ${size}`)
  }
  if (told.root.toString('hex') !== tree.rootAt(told.size)) {
    throw new LedgerDamaged(`the root of the first ${told.size} entries is not that of their checkpoint`)
  }
}
