/** Goes through the entries, contents and proofs of an export of some entries, side by side. */

import { ChosenHash } from '../exported.ts'
import { type Hash, NO_PREV } from '../hash.ts'
import { RunProof } from '../run-proof.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import { type Content, hashesOf, objects, parseObject, readContents, SeqSet } from './bundle-files.ts'
import { RangeCheck, type RangeReport } from './range-check.ts'
import type { Finding, Part } from './verdict.ts'
import { BadBundle, type Bundle } from './zip.ts'

export interface Opened {
  bundle: Bundle
  meta: LedgerMeta
  /** By size. */
  checkpoints: readonly { size: number; note: string }[]
  withheld: ReadonlySet<number>
  findings: Finding[]
}

export interface Root {
  size: number
  root: Hash
}

export interface Walked {
  last: string | undefined
  lastSeq: number
  /** All but the last. */
  entries: number
  chosen: Hash
}

/** One run of neighbouring entries after another. */
export class Walk {
  readonly #opened: Opened
  readonly #newest: Root
  readonly #range: Part['range']
  readonly #present = new SeqSet()
  readonly #missing: number[] = []
  readonly #erased = new Set<number>()
  readonly #chosen = new ChosenHash()
  #run: OneRun | undefined
  #entries = 0
  #lastSeq = 0
  #lastLeaf: Hash = NO_PREV
  #expected: number

  constructor(opened: Opened, newest: Root, range: Part['range']) {
    this.#opened = opened
    this.#newest = newest
    this.#range = range
    this.#expected = range?.[0] ?? 0
  }

  /** @returns null where entries and proofs do not belong together; what is wrong stands among the findings */
  async run(onProgress?: (done: number) => void): Promise<Walked | null> {
    try {
      return await this.#walk(onProgress)
    } catch (error) {
      if (!(error instanceof BadBundle)) throw error
      // An entry taken out or put in throws all proofs behind it into disorder; its row is known already.
      const { findings } = this.#opened
      findings.push(...(this.#run?.check.report.findings ?? []), { where: 'file', what: error.message })
      return null
    }
  }

  async #walk(onProgress?: (done: number) => void): Promise<Walked> {
    const { bundle, findings } = this.#opened
    const runs = objects(bundle, 'proofs.jsonl')
    const contents = readContents(bundle)
    let content: Content | undefined = (await contents.next()).value
    let last: string | undefined
    for await (const lines of bundle.lines('entries.jsonl')) {
      for (const line of lines) {
        this.#run ??= this.#begin((await runs.next()).value, line)
        const run = this.#run
        const seq = run.check.next
        for (; content && content.seq < seq; content = (await contents.next()).value)
          run.check.orphan(content.seq)
        const own = content?.seq === seq ? content : undefined
        run.check.entry(seq, line, null, own?.salt ?? null, own?.body ?? null)
        run.proof.push(run.check.report.last)
        if (seq === run.from && !run.proof.firstStands(run.first, this.#newest.root)) this.#foreign(seq)
        if (own) this.#present.add(seq)
        this.#count(seq)
        if (seq === run.to) {
          this.#run = undefined
          this.#end(run)
        }
        if (own) content = (await contents.next()).value
      }
      last = lines.at(-1)
      onProgress?.(this.#entries)
    }
    const open = this.#run
    if (open) {
      this.#take(open.check.report)
      findings.push({ seq: open.check.next, where: 'entry', what: 'is missing' })
    } else if (!(await runs.next()).done) throw new BadBundle('proofs.jsonl: a run has no entries')
    for (; content; content = (await contents.next()).value)
      findings.push({
        seq: content.seq,
        where: 'content',
        what: 'is there without an entry that tells of it',
      })
    this.#conclude()
    return {
      last,
      lastSeq: this.#lastSeq,
      entries: Math.max(0, this.#entries - 1),
      chosen: this.#chosen.digest(),
    }
  }

  #begin(said: Record<string, unknown> | undefined, line: string): OneRun {
    if (said === undefined) throw new BadBundle('proofs.jsonl: entries without a proof')
    const { from, to } = said as { from: number; to: number }
    const numbers = Number.isSafeInteger(from) && Number.isSafeInteger(to)
    if (!numbers || from <= this.#lastSeq || to < from || to > this.#newest.size) {
      throw new BadBundle('proofs.jsonl: a run is out of order')
    }
    const own = numberIn(line)
    if (own > this.#lastSeq && own < from) {
      this.#opened.findings.push({ seq: own, where: 'entry', what: 'comes without a proof' })
      throw new BadBundle('proofs.jsonl: entries without a proof')
    }
    const first = hashesOf(said.first, 'proofs.jsonl')
    const last = said.last === undefined ? first : hashesOf(said.last, 'proofs.jsonl')
    // The entry before is not here, so its leaf is what this one says; the audit path ties both to the tree.
    const prev = from === this.#lastSeq + 1 ? this.#lastLeaf : prevOf(line)
    const check = new RangeCheck({ from, prev, station: this.#opened.meta.station, sizes: [] })
    return { from, to, first, last, check, proof: new RunProof(from - 1, to - 1, this.#newest.size) }
  }

  #end({ from, to, check, proof, first, last }: OneRun): void {
    const { findings } = this.#opened
    const { report } = check
    if (proof.lastStands(last, this.#newest.root)) check.lastIsProved()
    this.#take(report)
    // A link that does not fit names the row better than a proof over all of them.
    if (report.findings.some(({ where }) => where === 'entry')) return
    const fault = proof.fault(first, last, this.#newest.root)
    if (fault === 'some') {
      const what = 'the entries from here on are not those of the checkpoint (inclusion)'
      findings.push({ seq: from, where: 'entry', what })
    } else if (fault === 'last') {
      this.#foreign(to)
    }
  }

  #foreign(seq: number): void {
    const what = 'is not the entry of the checkpoint (inclusion)'
    this.#opened.findings.push({ seq, where: 'entry', what })
  }

  #take({ findings, missing, erased, last }: RangeReport): void {
    this.#opened.findings.push(...findings)
    this.#missing.push(...missing)
    for (const seq of erased) this.#erased.add(seq)
    this.#lastLeaf = last
  }

  /** One more entry; the one before it was chosen, the last of all is the export's own. */
  #count(seq: number): void {
    if (this.#entries > 0) this.#chosen.add([this.#lastSeq])
    this.#entries++
    this.#lastSeq = seq
    if (this.#range === null || seq < this.#range[0] || this.#expected > this.#range[1]) return
    if (seq !== this.#expected) this.#lacking(this.#expected)
    else this.#expected++
  }

  #lacking(seq: number): void {
    this.#opened.findings.push({ seq, where: 'entry', what: 'is missing' })
    this.#expected = Number.MAX_SAFE_INTEGER
  }

  #conclude(): void {
    const { findings, withheld } = this.#opened
    if (this.#range !== null && this.#expected <= this.#range[1]) this.#lacking(this.#expected)
    for (const seq of this.#missing) {
      if (this.#erased.has(seq) || withheld.has(seq)) continue
      findings.push({
        seq,
        where: 'content',
        what: 'is missing, and no content.erased entry says why',
      })
    }
    for (const seq of this.#erased)
      if (this.#present.has(seq))
        findings.push({ seq, where: 'content', what: 'is still there although it was erased' })
    for (const seq of withheld)
      if (this.#present.has(seq))
        findings.push({ seq, where: 'content', what: 'is here although it is said to be withheld' })
  }
}

interface OneRun {
  from: number
  to: number
  first: Hash[]
  last: Hash[]
  check: RangeCheck
  proof: RunProof
}

/** The number an entry says it has; 0 where it says none. */
function numberIn(line: string): number {
  try {
    const { seq } = parseObject(line, 'entries.jsonl')
    return Number.isSafeInteger(seq) ? (seq as number) : 0
  } catch {
    return 0
  }
}

function prevOf(line: string): Hash {
  try {
    const { prev } = parseObject(line, 'entries.jsonl')
    return typeof prev === 'string' ? prev : NO_PREV
  } catch {
    return NO_PREV
  }
}
