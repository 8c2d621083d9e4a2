import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { Ledger } from '../../ledger/sqlite/ledger.ts'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { createLedgerTables } from '../../ledger/sqlite/schema.ts'
import { realWecom, type Wecom } from '../connections/wecom.ts'
import { draft } from '../decision.ts'
import { migrate } from '../migrations/index.ts'
import { createProjectionTables, Projections, projectionVersion } from '../projections.ts'
import { rebuild } from '../rebuild.ts'
import { iso } from '../time.ts'
import { databaseFile } from './database-file.ts'
import type { Secrets } from './secrets.ts'
import { newSigner, signerOf } from './signing-key.ts'
import { Station } from './station.ts'

export interface OpeningOptions {
  dir: string
  secrets: Secrets
  /** Folder with what came with the desk. */
  resources: string
  clock: () => number
  log: (line: string) => void
  /** The way to WeCom; the real one unless a test has its own. */
  wecom?: Wecom
}

const systemActor = { user: 'core', role: 'system', device: 'core' }

/**
 * Makes a new, empty station in `dir`. Its first entry says who it is and by which key its heads are signed.
 * The file gets its name only when it is whole: a crash before that leaves no half station.
 */
export async function createStation(
  options: OpeningOptions,
  { name, demo, at }: { name: string; demo: boolean; at?: number },
): Promise<Station> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const origin = `duty-desk/${randomBytes(6).toString('hex')}`
  const signer = await newSigner(options.secrets, origin)
  const unfinished = `${databaseFile(options.dir)}.new`
  for (const end of ['', '-wal', '-shm']) rmSync(unfinished + end, { force: true })
  const db = openDatabase(unfinished)
  db.transaction(() => {
    createLedgerTables(db)
    Ledger.create(db, { station: name, origin, verifier: signer.verifier })
  }).immediate()
  migrate(db)
  db.transaction(() => {
    createProjectionTables(db)
    const ledger = Ledger.open(db)
    const opened = draft('station.opened', 'station', { origin, verifier: signer.verifier, demo })
    ledger.append([{ ...opened, at: iso(at ?? options.clock()), actor: systemActor }])
  }).immediate()
  db.close()
  renameSync(unfinished, databaseFile(options.dir))
  return openStation(options)
}

/** Opens the station in `dir`; rebuilds its projections when this version of the desk has others. */
export async function openStation(options: OpeningOptions): Promise<Station> {
  const file = databaseFile(options.dir)
  const db = openDatabase(file)
  try {
    migrate(db)
    const present = db.prepare('SELECT version FROM projection_version').pluck().get()
    const ledger = Ledger.open(db)
    if (present !== projectionVersion()) {
      options.log('projections of another version: rebuilding them from the ledger')
      rebuild(db, ledger)
    }
    const signer = await signerOf(options.secrets, ledger.meta.origin)
    if (signer === null) options.log('the signing key is not on this machine: no checkpoints will be made')
    return new Station(db, ledger, new Projections(db), signer, {
      ...options,
      wecom: options.wecom ?? realWecom,
      file,
    })
  } catch (error) {
    db.close()
    throw error
  }
}

/** Whether the station is the invented one. */
export function isDemo(station: Station): boolean {
  return station.ledger.entry(1)?.entry.data.demo === true
}
