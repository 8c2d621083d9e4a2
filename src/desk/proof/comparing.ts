import type { HeadResult } from '../../contract/proof.ts'
import { parseCheckpoint } from '../../ledger/checkpoint.ts'
import { parseShortCode, shortCode } from '../../ledger/short-code.ts'
import { ed25519Verifier } from '../../ledger/signed-note.ts'
import { judgeHead, sizeOf } from '../../ledger/verify/heads.ts'
import type { Head, HeadVerdict } from '../../ledger/verify/verdict.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { witnessContradicted } from './entries.ts'
import { type Standing, standing } from './rules.ts'

/** A signed note as it is kept or scanned, or a printed code with its size in front: `1284 ABCD-…`. */
export function headOf(text: string): Head {
  // What ends the one part cannot begin the next: a long text of blanks would otherwise be tried in every way.
  const [, size, code] = /^(\d{1,15})[\s:]+([^\s:].*)$/.exec(text.normalize('NFKC').trim()) ?? []
  if (size !== undefined && code !== undefined) return { size: Number(size), code }
  // A scanner may end lines in its own way, and lose the last one.
  return `${text.replaceAll('\r\n', '\n').trim()}\n`
}

/** One head against the ledger as it is, without reading it all. A signed one that does not fit is an entry. */
export async function compare(station: Station, text: string, by: By): Promise<HeadResult> {
  const { ledger } = station
  const { origin, verifier } = ledger.meta
  const { size } = ledger.head()
  const head = headOf(text)
  const verdict = judgeHead(head, {
    origin,
    verifier: ed25519Verifier(verifier),
    size,
    rootAt: (at) => ledger.rootAt(at),
  })
  const contradicts = verdict.is === 'differs' || verdict.is === 'ahead'
  if (contradicts && typeof head === 'string' && !station.readOnly) {
    const { root } = parseCheckpoint(head)
    const told = { by: 'checkpoint' as const, size: verdict.size!, root: root.toString('hex') }
    await station.bus.run({ ...by, now: station.now() }, null, () => ({
      decision: entries(witnessContradicted({ ...told, is: verdict.is as 'differs' | 'ahead' })),
    }))
  }
  return headResult(station, head, verdict)
}

export function headResult(station: Station, head: Head, verdict: HeadVerdict): HeadResult {
  const { size, is, why } = verdict
  return { size: size ?? sizeOf(head) ?? null, code: codeOf(head), is, why, at: reachedAt(station, size) }
}

/** How a root that somebody holds stands to that of as many entries here. */
export function standingOf({ ledger }: Station, { size, root }: { size: number; root: string }): Standing {
  const actual = size > ledger.head().size ? null : ledger.rootAt(size).toString('hex')
  return standing(root, actual)
}

function codeOf(head: Head): string | null {
  if (typeof head !== 'string') return parseShortCode(head.code)
  try {
    return shortCode(parseCheckpoint(head).root)
  } catch {
    return null
  }
}

function reachedAt({ ledger }: Station, size: number | null): string | null {
  return size === null || size < 1 ? null : (ledger.entry(size)?.entry.at ?? null)
}
