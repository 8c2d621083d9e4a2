import { parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts'
import { shortCode, parseShortCode } from '../short-code.ts'
import { BadNote, ed25519Verifier } from '../signed-note.ts'

/** A head remembered outside of the ledger: a signed note, or the code printed on paper with its size. */
export type Head = string | { size: number; code: string }

/** The first thing that is wrong. */
export interface Finding {
  /** Number of the entry, where it is one entry. */
  seq?: number
  where: 'entry' | 'content' | 'tree' | 'checkpoint' | 'database' | 'bundle'
  what: string
}

/** Two answers, because a chain can show that nothing in it was altered but never that its end was not cut off. */
export interface Verdict {
  unaltered: { ok: boolean; firstBad?: Finding }
  /** Against heads held elsewhere; `unknown` where none was given. */
  complete: 'yes' | 'no' | 'unknown'
  completeWhy: string
  size: number
  /** Hex. */
  root: string
  code: string
  entriesPerSecond: number
}

export interface Told {
  origin: string
  verifier: string
  size: number
  /** Root over the first `size` entries, hex. */
  rootAt: (size: number) => string
}

/** Whether everything that the given heads speak of is still there. */
export function completeness(ledger: Told, heads: readonly Head[]): { complete: Verdict['complete']; completeWhy: string } {
  if (heads.length === 0) return { complete: 'unknown', completeWhy: 'no head held elsewhere was given' }
  const unreadable: string[] = []
  let largest = 0
  for (const [at, head] of heads.entries()) {
    const judged = judge(ledger, head)
    if ('unreadable' in judged) unreadable.push(`head ${at + 1}: ${judged.unreadable}`)
    else if ('wrong' in judged) return { complete: 'no', completeWhy: judged.wrong }
    else largest = Math.max(largest, judged.size)
  }
  if (unreadable.length > 0) return { complete: 'unknown', completeWhy: unreadable.join('; ') }
  return { complete: 'yes', completeWhy: `all ${heads.length} heads given agree, up to entry ${largest}` }
}

function judge(ledger: Told, head: Head): { size: number } | { wrong: string } | { unreadable: string } {
  if (typeof head !== 'string') return judgeCode(ledger, head)
  let size: number
  let root: Buffer
  try {
    const told = parseCheckpoint(head)
    if (told.origin !== ledger.origin) {
      return { wrong: `the checkpoint is of ${told.origin}, this ledger is ${ledger.origin}: another ledger stands here` }
    }
    ;({ size, root } = verifyCheckpoint(head, ed25519Verifier(ledger.verifier), ledger.origin))
  } catch (error) {
    if (!(error instanceof BadNote)) throw error
    try {
      parseCheckpoint(head)
    } catch {
      return { unreadable: `not a checkpoint (${error.message})` }
    }
    return { wrong: `the checkpoint is not signed by the key of this ledger (${error.message})` }
  }
  if (size > ledger.size) return { wrong: cut(size, ledger.size) }
  if (ledger.rootAt(size) !== root.toString('hex')) return { wrong: rewritten(size) }
  return { size }
}

function judgeCode(ledger: Told, { size, code }: { size: number; code: string }): ReturnType<typeof judge> {
  const clean = parseShortCode(code)
  if (clean === null || !Number.isSafeInteger(size) || size < 0) return { unreadable: `${size}:${code} is not a printed code` }
  if (size > ledger.size) return { wrong: cut(size, ledger.size) }
  if (shortCode(Buffer.from(ledger.rootAt(size), 'hex')) !== clean) return { wrong: rewritten(size) }
  return { size }
}

function cut(told: number, present: number): string {
  return `a head tells of ${told} entries, only ${present} are here: entries ${present + 1} to ${told} are missing`
}

function rewritten(size: number): string {
  return `the first ${size} entries are not those of the head: the ledger was rewritten or replaced`
}
