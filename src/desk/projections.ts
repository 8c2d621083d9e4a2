import { createHash } from 'node:crypto'
import type { Entry } from '../ledger/entry.ts'
import { AccountsView, accountTables } from './accounts/view.ts'
import { AlarmsView, alarmTables } from './alarms/view.ts'
import { Records, recordTables } from './audit/records.ts'
import { FindingsView, findingTables } from './audit/view.ts'
import { BroadcastsView, broadcastTables } from './broadcasts/view.ts'
import { ConnectionsView, connectionTables } from './connections/view.ts'
import { EscalationsView, escalationTables } from './escalations/view.ts'
import { FriendsView, friendTables } from './friends/view.ts'
import { GroupsView, groupTables } from './groups/view.ts'
import { PromisesView } from './handoff/promises-view.ts'
import { HandoffsView, handoffTables } from './handoff/view.ts'
import { historyTables, PastView } from './history/view.ts'
import { MediaView, mediaTables } from './media/view.ts'
import { ResentView, resentTables } from './outbox/view.ts'
import { PeopleView, peopleTables } from './people/view.ts'
import { PrivacyView, privacyTables } from './privacy/view.ts'
import { ContradictionsView, contradictionTables } from './proof/view.ts'
import { RetentionView, retentionTables } from './retention/view.ts'
import { SearchIndex, searchTables } from './search/view.ts'
import { ServiceView, serviceTables } from './service/view.ts'
import { SettingsView, settingsTables } from './settings/view.ts'
import { Tally, tallyTables } from './shifts/tally.ts'
import { ShiftsView, shiftTables } from './shifts/view.ts'
import { threadTables } from './threads/tables.ts'
import { ThreadsView } from './threads/view.ts'
import type { Content, Db, View } from './view.ts'
import { WarningsView, warningTables } from './warnings/view.ts'
import { WelcomeView, welcomeTables } from './welcome/view.ts'

const tables = [
  peopleTables,
  accountTables,
  settingsTables,
  threadTables,
  mediaTables,
  searchTables,
  alarmTables,
  escalationTables,
  privacyTables,
  warningTables,
  groupTables,
  recordTables,
  shiftTables,
  handoffTables,
  tallyTables,
  retentionTables,
  historyTables,
  findingTables,
  contradictionTables,
  connectionTables,
  serviceTables,
  resentTables,
  friendTables,
  broadcastTables,
  welcomeTables,
]

/** Everything on screen, as tables made from the ledger. */
export class Projections {
  readonly people: PeopleView
  readonly accounts: AccountsView
  readonly settings: SettingsView
  readonly threads: ThreadsView
  readonly media: MediaView
  readonly search: SearchIndex
  readonly alarms: AlarmsView
  readonly escalations: EscalationsView
  readonly privacy: PrivacyView
  readonly warnings: WarningsView
  readonly groups: GroupsView
  readonly records: Records
  readonly shifts: ShiftsView
  readonly handoffs: HandoffsView
  readonly promises: PromisesView
  readonly tally: Tally
  readonly retention: RetentionView
  readonly past: PastView
  readonly findings: FindingsView
  readonly contradictions: ContradictionsView
  readonly connections: ConnectionsView
  readonly friends: FriendsView
  readonly broadcasts: BroadcastsView
  readonly service: ServiceView
  readonly resent: ResentView
  readonly welcome: WelcomeView
  /**
   * What follows the ledger in batches, in this order: each takes its next one, about `limit` entries, and answers whether
   * there is more. Call inside a transaction.
   */
  readonly lagging: readonly ((limit: number) => boolean)[]
  readonly #views: readonly View[]
  readonly #applies = new Map<string, ((entry: Entry, content: Content) => void)[]>()

  constructor(db: Db) {
    this.people = new PeopleView(db)
    this.accounts = new AccountsView(db)
    this.settings = new SettingsView(db)
    this.threads = new ThreadsView(db)
    this.media = new MediaView(db)
    this.search = new SearchIndex(db)
    this.alarms = new AlarmsView(db)
    this.escalations = new EscalationsView(db)
    this.privacy = new PrivacyView(db)
    this.warnings = new WarningsView(db)
    this.groups = new GroupsView(db)
    this.records = new Records(db)
    this.shifts = new ShiftsView(db)
    this.handoffs = new HandoffsView(db)
    this.promises = new PromisesView(db)
    this.tally = new Tally(db)
    this.retention = new RetentionView(db)
    this.past = new PastView(db)
    this.findings = new FindingsView(db)
    this.contradictions = new ContradictionsView(db)
    this.connections = new ConnectionsView(db)
    this.friends = new FriendsView(db)
    this.broadcasts = new BroadcastsView(db)
    this.service = new ServiceView(db)
    this.resent = new ResentView(db)
    this.welcome = new WelcomeView(db)
    this.#views = [
      this.people,
      this.accounts,
      this.settings,
      this.threads,
      // By the rows of messages.
      this.media,
      this.search,
      this.alarms,
      this.escalations,
      this.privacy,
      this.warnings,
      this.groups,
      this.records,
      this.shifts,
      this.retention,
      // A handoff that is done makes promises of its items, so these come second.
      this.handoffs,
      this.promises,
      this.findings,
      this.contradictions,
      this.connections,
      this.friends,
      this.broadcasts,
      // By the rows of threads and contacts.
      this.service,
      this.resent,
      this.welcome,
    ]
    this.lagging = [
      (limit) => this.search.catchUp(limit),
      // The dearest by far: a third of what the others take in the same time.
      (limit) => this.records.catchUp(Math.ceil(limit / 3)),
      (limit) => this.tally.catchUp(limit),
      () => {
        this.past.catchUp()
        return this.broadcasts.parts.fillNext()
      },
    ]
    for (const view of this.#views) {
      for (const [type, apply] of Object.entries(view.applies)) {
        const present = this.#applies.get(type)
        if (present) present.push(apply)
        else this.#applies.set(type, [apply])
      }
    }
  }

  apply(entry: Entry, content: Content): void {
    const applies = this.#applies.get(entry.type)
    if (applies) for (const apply of applies) apply(entry, content)
  }

  /** All that follows the ledger in batches takes its next one; true when there is more. Call inside a transaction. */
  catchUp(limit: number): boolean {
    return this.lagging.map((next) => next(limit)).some(Boolean)
  }

  flush(): void {
    for (const view of this.#views) view.flush?.()
  }

  adopt(): void {
    for (const view of this.#views) view.adopt?.()
  }

  discard(): void {
    for (const view of this.#views) view.discard?.()
  }
}

/** To be raised when the same entries come to make other rows in the same tables. */
const evolution = 1

/** Changes whenever a table of a view does, or what stands in it; then the projections are rebuilt from the ledger. */
export function projectionVersion(): string {
  const hash = createHash('sha256').update(`${evolution}\n`)
  for (const { create } of tables) hash.update(create)
  return hash.digest('hex')
}

export function createProjectionTables(db: Db): void {
  for (const { create } of tables) db.exec(create)
  db.prepare('INSERT OR REPLACE INTO projection_version (one, version) VALUES (1, ?)').run(
    projectionVersion(),
  )
}

export function dropProjectionTables(db: Db): void {
  for (const { names } of tables)
    for (const name of [...names].reverse()) db.exec(`DROP TABLE IF EXISTS ${name}`)
}

const lagging: ReadonlySet<string> = new Set([
  ...recordTables.names,
  ...tallyTables.names,
  ...historyTables.names,
])

/** One SHA-256 over every row of every projection but those that lag: equal digests, equal screens. */
export function projectionDigest(db: Db): string {
  const hash = createHash('sha256')
  for (const { names } of tables) {
    for (const name of names) {
      if (name.startsWith('search_') || lagging.has(name)) continue
      const columns = db
        .prepare(`SELECT * FROM ${name} LIMIT 0`)
        .columns()
        .map((column) => column.name)
      hash.update(`${name}\n`)
      for (const row of db
        .prepare(`SELECT * FROM ${name} ORDER BY ${columns.join(', ')}`)
        .raw()
        .iterate()) {
        hash.update(`${JSON.stringify(row)}\n`)
      }
    }
  }
  return hash.digest('hex')
}
