/** Is the ledger the one that heads kept elsewhere tell of, and is nothing cut off since? */

import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts'
import { codeMatches, parseShortCode } from '../short-code.ts'
import type { Verifier } from '../signed-note.ts'
import type { Head, HeadVerdict, Verdict } from './verdict.ts'

export interface Known {
  origin: string
  /** Null where the ledger's own verifier key cannot be read. */
  verifier: Verifier | null
  /** Number of entries. */
  size: number
  /** Root over the first `size` entries; undefined where damage kept it from being computed. */
  rootAt(size: number): Buffer | undefined
  /** Why it could not be, where that is not damage. */
  unknown?: string
}

/** How the ledger stands to each head, and what follows for completeness. */
export function judgeHeads(
  heads: readonly Head[],
  known: Known,
): Pick<Verdict, 'complete' | 'completeWhy' | 'heads'> {
  const verdicts = heads.map((head) => judgeHead(head, known))
  if (verdicts.length === 0) {
    return {
      complete: 'unknown',
      completeWhy:
        'no head kept elsewhere was given; a ledger cannot show by itself that its end was not cut off',
      heads: verdicts,
    }
  }
  const against = verdicts.find((v) => v.is === 'ahead' || v.is === 'differs' || v.is === 'foreign')
  if (against) return { complete: 'no', completeWhy: against.why, heads: verdicts }
  const open = verdicts.find((v) => v.is !== 'matches')
  if (open) return { complete: 'unknown', completeWhy: open.why, heads: verdicts }
  const newest = Math.max(...verdicts.map((v) => v.size ?? 0))
  return {
    complete: 'yes',
    completeWhy: `every head given matches; nothing was cut off up to entry ${newest}`,
    heads: verdicts,
  }
}

/** The number of entries a head tells of; undefined where it cannot be read. */
export function sizeOf(head: Head): number | undefined {
  if (typeof head !== 'string')
    return Number.isSafeInteger(head.size) && head.size >= 0 ? head.size : undefined
  try {
    return parseCheckpoint(head).size
  } catch {
    return undefined
  }
}

/** How the ledger stands to one head. */
export function judgeHead(head: Head, known: Known): HeadVerdict {
  return typeof head === 'string' ? judgeNote(head, known) : judgeCode(head.size, head.code, known)
}

function judgeNote(note: string, known: Known): HeadVerdict {
  let told: Checkpoint
  try {
    told = parseCheckpoint(note)
  } catch (error) {
    return {
      size: null,
      is: 'unreadable',
      why: `a head given is not a checkpoint: ${(error as Error).message}`,
    }
  }
  const { size } = told
  if (!known.verifier) {
    return { size, is: 'foreign', why: 'the verifier key of this ledger cannot be read' }
  }
  try {
    verifyCheckpoint(note, known.verifier, known.origin)
  } catch (error) {
    const why = `the head of ${size} entries is not one of this ledger: ${(error as Error).message}`
    return { size, is: 'foreign', why }
  }
  return compare(size, known, (root) => told.root.equals(root))
}

function judgeCode(size: number, code: string, known: Known): HeadVerdict {
  if (!Number.isSafeInteger(size) || size < 0 || parseShortCode(code) === null) {
    return { size: null, is: 'unreadable', why: `a code given cannot be read: ${size}:${code}` }
  }
  return compare(size, known, (root) => codeMatches(code, root))
}

function compare(size: number, known: Known, same: (root: Buffer) => boolean): HeadVerdict {
  if (size > known.size) {
    const why = `a head tells of ${size} entries, here are only ${known.size}: the end was cut off, or this is an older copy`
    return { size, is: 'ahead', why }
  }
  const root = known.rootAt(size)
  if (root === undefined) {
    const why = known.unknown ?? 'the ledger is too damaged'
    return { size, is: 'unchecked', why: `not compared with the head of ${size} entries: ${why}` }
  }
  if (!same(root)) {
    return {
      size,
      is: 'differs',
      why: `the first ${size} entries are not those the head tells of: the ledger was rebuilt or replaced`,
    }
  }
  return { size, is: 'matches', why: `matches the head of ${size} entries` }
}
