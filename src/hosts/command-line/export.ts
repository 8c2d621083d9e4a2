import { resolve } from 'node:path'
import { Refused } from '../../contract/errors.ts'
import { type ExportScope, exportScope } from '../../contract/proof.ts'
import { exportLedger, type Wanted } from '../../desk/proof/exporting.ts'
import { dataDir } from '../data-dir.ts'
import { fail } from './fail.ts'
import { progressBar } from './progress.ts'
import { withStation } from './station.ts'

interface Options {
  data?: string
  scope: string
  language: string
}

/** Exporting is an entry too; it stands in the bundle it speaks of. */
export async function exportStation(file: string, options: Options): Promise<void> {
  const wanted: Wanted = {
    scope: scopeOf(options.scope),
    language: languageOf(options.language),
    file: resolve(file),
    // Its name may be anybody's choice, and stays out of the ledger.
    name: null,
  }
  await withStation(dataDir(options.data), async (station) => {
    if (!station.checkpoints.signer)
      fail('the signing key of this station is not on this machine; an export needs a signed head')
    const bar = progressBar('records', station.ledger.head().size)
    const by = { user: 'cli', role: 'system', device: 'cli', now: Date.now() }
    const progress = (done: number, all: number) => bar.update(done, all)
    try {
      const doing = { progress, signal: new AbortController().signal }
      const made = await exportLedger(station, wanted, by, doing)
      bar.stop()
      const left = made.withheld > 0 ? `; ${made.withheld} texts of private threads left out` : ''
      const count = wanted.scope.kind === 'whole' ? made.size : made.entries
      console.log(`${made.file}: ${count} entries${left}; ${made.size} ${made.code}`)
    } catch (error) {
      bar.stop()
      if (!(error instanceof Refused)) throw error
      fail(`nothing exported: ${JSON.stringify(error.refusal)}`)
    }
  })
}

function scopeOf(text: string): ExportScope {
  const [kind = '', ...rest] = text.split(':')
  const of = rest.join(':')
  const [from, to] = of.split('/').map(instantOf)
  const asked = {
    whole: { kind },
    thread: { kind, thread: of },
    handoff: { kind, handoff: of },
    shift: { kind, shift: Number(of) },
    period: { kind, from, to },
  }[kind]
  const parsed = exportScope.safeParse(asked)
  return parsed.success ? parsed.data : fail(`--scope ${text}: not understood (see desk export --help)`)
}

/** As the ledger writes it, from any time of ISO 8601. */
function instantOf(text: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : new Date(ms).toISOString()
}

function languageOf(text: string): 'zh' | 'en' {
  if (text === 'zh' || text === 'en') return text
  return fail(`--language ${text}: expected zh or en`)
}
