import type { Finding } from '../../../../contract/audit.ts'
import type { Input } from '../../../../contract/index.ts'

/** A finding as it is being written. Pure. */

export type FindingSeed = Omit<Input<'finding.save'>, 'id' | 'note'>

/** A finding about a private thread keeps its words from another auditor: it must not be written over with the lock. */
export const isSealed = ({ title }: Pick<Finding, 'title'>) => title === '🔒'

const union = <T>(one: readonly T[], other: readonly T[]) => [...new Set([...one, ...other])]
const inOrder = (seqs: readonly number[]) => seqs.toSorted((a, b) => a - b)

/** What the contract takes, and no more than that. */
const most = { title: 200, seqs: 500, threads: 100, handoffs: 100 }

export const shortened = (title: string) => [...title].slice(0, most.title).join('').trim()

/** What is added to a finding that is there: its own words stay, what it rests on grows. */
export function joinedTo(finding: Finding, seed: FindingSeed): Input<'finding.save'> {
  return {
    id: finding.id,
    title: finding.title,
    note: finding.note,
    severity: finding.severity,
    seqs: inOrder(union(finding.seqs, seed.seqs)).slice(0, most.seqs),
    threads: union(finding.threads, seed.threads).slice(0, most.threads),
    handoffs: union(finding.handoffs, seed.handoffs).slice(0, most.handoffs),
    anomaly: finding.anomaly ?? seed.anomaly,
  }
}

/** Numbers as somebody types them: `12, 15-18 20`. Null where it is none of that, or far too many. */
export function seqsTyped(typed: string): number[] | null {
  const seqs: number[] = []
  for (const piece of typed.split(/[\s,，、;；]+/).filter(Boolean)) {
    const found = /^(\d{1,15})(?:[-–~](\d{1,15}))?$/.exec(piece)
    if (!found) return null
    const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])]
    if (first < 1 || last < first || last - first >= most.seqs) return null
    for (let seq = first; seq <= last; seq++) seqs.push(seq)
  }
  const all = inOrder(union(seqs, []))
  return all.length > most.seqs ? null : all
}
