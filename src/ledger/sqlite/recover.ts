/** Finding the right edge of a stored ledger again, and refusing one whose edge is not sound. */

import { parseCheckpoint } from '../checkpoint.ts'
import { type Hash, leafHash, NO_PREV } from '../hash.ts'
import { Frontier } from '../tree.ts'
import { BLOCK, STORED_LEVEL } from './schema.ts'
import type { LedgerMeta, Statements } from './statements.ts'

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

/**
 * Reads head and frontier: whole blocks from the stored tree, the last up to 256 entries from themselves.
 * Costs the same for any length of ledger.
 * @throws LedgerDamaged naming the first bad thing
 */
export function loadHead(sql: Statements): { meta: LedgerMeta; frontier: Frontier; leaf: Hash } {
  const meta = sql.meta.get()
  if (!meta) throw new LedgerDamaged('the database has no ledger')
  const { size } = sql.size.get()!
  const blocks = Math.floor(size / BLOCK)
  const stored = sql.countNodes.get(STORED_LEVEL)!.count
  if (stored !== blocks) {
    throw new LedgerDamaged(`${size} entries make ${blocks} blocks, but the tree has ${stored}`)
  }
  const frontier = Frontier.from(blocks * BLOCK, (level, index) => {
    const row = sql.node.get(level, index)
    if (!row) throw new LedgerDamaged(`tree node ${level}/${index} is missing`)
    return row.hash
  })
  // The last whole block is read as well: it ties the tail to the stored tree.
  const from = Math.max(0, blocks - 1) * BLOCK + 1
  const leaf = replay(sql, meta, from, size, (seq, leaf) => {
    if (seq > blocks * BLOCK) frontier.append(leaf)
  })
  checkNewestCheckpoint(sql, frontier)
  return { meta, frontier, leaf }
}

function replay(
  sql: Statements,
  meta: LedgerMeta,
  from: number,
  size: number,
  onLeaf: (seq: number, leaf: Hash) => void,
): Hash {
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
    onLeaf(row.seq, leaf)
    prev = leaf
    expected++
  }
  if (expected !== size + 1) throw new LedgerDamaged('is missing', expected)
  const index = (from - 1) / BLOCK
  if (block.size === BLOCK && sql.node.get(STORED_LEVEL, index)?.hash !== block.root()) {
    throw new LedgerDamaged(`tree node ${STORED_LEVEL}/${index} is not that of its entries`)
  }
  return prev
}

/** A checkpoint larger than the ledger means its tail was cut. */
function checkNewestCheckpoint(sql: Statements, frontier: Frontier): void {
  const newest = sql.newestCheckpoint.get()
  if (!newest) return
  const { size, root } = parseCheckpoint(newest.note)
  if (size > frontier.size) {
    throw new LedgerDamaged(`a checkpoint tells of ${size} entries, the ledger has ${frontier.size}`)
  }
  if (size === frontier.size && root.toString('hex') !== frontier.root()) {
    throw new LedgerDamaged(`the root at ${size} entries is not that of the checkpoint`)
  }
}
