import { join } from 'node:path'
import type { CommandName, Input, Output, QueryName } from '../../contract/index.ts'
import type { Appended } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import { Channels } from '../accounts/channels.ts'
import { loadLexicon } from '../alarms/assessment/load.ts'
import { StationLexicon } from '../alarms/lexicon.ts'
import { SplitWords } from '../alarms/split-words.ts'
import { Aside } from '../aside.ts'
import { Auditing } from '../audit/auditing.ts'
import { Backups } from '../backup/backups.ts'
import { Broadcasting } from '../broadcasts/broadcasting.ts'
import { CommandBus, isDiskFailure } from '../bus.ts'
import { Linking } from '../connections/linking.ts'
import type { Wecom } from '../connections/wecom.ts'
import { Feed } from '../feed.ts'
import { Friends } from '../friends/friends.ts'
import { History } from '../history/history.ts'
import { fetcherOver } from '../media/by-connection.ts'
import { StationMedia } from '../media/station-media.ts'
import { Outbox } from '../outbox/outbox.ts'
import { Credentials } from '../people/credentials.ts'
import { Access } from '../privacy/access.ts'
import type { Projections } from '../projections.ts'
import { clearUnfinished } from '../proof/folder.ts'
import { Erasing } from '../retention/erasing.ts'
import type { By, CommandRoute, Commit, QueryRoute } from '../route.ts'
import { routes } from '../routes.ts'
import { Search } from '../search/find.ts'
import { Indexing } from '../search/indexing.ts'
import { Errands } from '../service/errands.ts'
import { Reaching } from '../service/reaching.ts'
import { PresenceBoard } from '../sessions/presence.ts'
import { Sessions } from '../sessions/sessions.ts'
import { BrokenOffers } from '../threads/broken-offers.ts'
import { Drafts } from '../threads/drafts.ts'
import { EarlyRecalls } from '../threads/early-recalls.ts'
import { ErasedMessages } from '../threads/erased-messages.ts'
import { EventsSeen } from '../threads/events-seen.ts'
import { Inbox } from '../threads/inbox.ts'
import { Timeline } from '../threads/timeline.ts'
import { Timers } from '../timers.ts'
import type { Db } from '../view.ts'
import { Welcoming } from '../welcome/welcoming.ts'
import { Works } from '../works.ts'
import { Checkpoints } from './checkpoints.ts'
import type { Secrets } from './secrets.ts'
import type { Signer } from './signing-key.ts'

export interface StationOptions {
  /** The folder of the station: database, backups. */
  dir: string
  file: string
  /** What came with the desk: its lexicon. */
  resources: string
  /** Signing keys and the secrets of connections. */
  secrets: Secrets
  /** The way to WeCom. */
  wecom: Wecom
  clock: () => number
  log: (line: string) => void
}

/** A station at work: one ledger, everything projected from it, and what acts on it. */
export class Station {
  readonly db: Db
  readonly ledger: Ledger
  readonly views: Projections
  readonly bus: CommandBus
  readonly access: Access
  readonly lexicon: StationLexicon
  readonly splitWords = new SplitWords()
  readonly inbox: Inbox
  readonly timeline: Timeline
  readonly search: Search
  readonly indexing: Indexing
  readonly drafts: Drafts
  readonly aside: Aside
  readonly earlyRecalls: EarlyRecalls
  readonly brokenOffers = new BrokenOffers()
  readonly eventsSeen: EventsSeen
  readonly erasedMessages: ErasedMessages
  readonly credentials: Credentials
  readonly sessions: Sessions
  readonly presence = new PresenceBoard()
  readonly channels: Channels
  readonly linking: Linking
  readonly media: StationMedia
  readonly reaching: Reaching
  readonly errands: Errands
  readonly outbox: Outbox
  readonly welcoming: Welcoming
  readonly friends: Friends
  readonly broadcasting: Broadcasting
  readonly timers: Timers
  readonly feed: Feed
  readonly backups: Backups
  readonly checkpoints: Checkpoints
  readonly works: Works
  readonly erasing: Erasing
  readonly history: History
  readonly auditing: Auditing
  readonly options: StationOptions
  /** Rule 21: set while the ledger cannot be written. */
  readOnly: { since: number; reason: string } | null = null
  #probe: NodeJS.Timeout | null = null
  readonly #onReadOnly = new Set<() => void>()

  constructor(db: Db, ledger: Ledger, views: Projections, signer: Signer | null, options: StationOptions) {
    this.db = db
    this.ledger = ledger
    this.views = views
    this.options = options
    this.bus = new CommandBus(db, ledger, views, {
      committed: (appended) => this.#committed(appended),
      undone: () => this.splitWords.discard(),
      broken: (error) => this.#broken(error),
    })
    this.access = new Access(this)
    this.lexicon = new StationLexicon(
      views.alarms,
      () => loadLexicon(join(options.resources, 'lexicon')),
      (line) => this.log(line),
    )
    this.inbox = new Inbox(db, views.threads.counts, this.access, (thread) =>
      this.reaching.isElsewhere(thread, this.now()),
    )
    this.timeline = new Timeline(db, ledger)
    this.search = new Search(db, views.search)
    this.indexing = new Indexing(db, ledger, views, (line) => this.log(line))
    this.drafts = new Drafts(db)
    this.aside = new Aside(db, () => this.now())
    this.earlyRecalls = new EarlyRecalls(db)
    this.eventsSeen = new EventsSeen(db, () => this.now())
    this.erasedMessages = new ErasedMessages(db)
    this.credentials = new Credentials(db)
    this.sessions = new Sessions(this)
    this.channels = new Channels(views.accounts)
    this.linking = new Linking(this, options.wecom)
    this.media = new StationMedia(this)
    this.reaching = new Reaching(this)
    this.errands = new Errands(this, (account) => this.linking.lines.of(account))
    this.outbox = new Outbox(this, (account) => this.channels.of(account))
    this.welcoming = new Welcoming(this, (account) => this.linking.lines.of(account))
    this.friends = new Friends(this)
    this.broadcasting = new Broadcasting(this)
    this.timers = new Timers(this)
    this.feed = new Feed(
      db,
      (id) => views.threads.thread(id),
      (user) => views.people.nameOf(user),
    )
    this.checkpoints = new Checkpoints(this, signer)
    this.backups = new Backups(this)
    this.history = new History(this)
    this.auditing = new Auditing(this)
    this.works = new Works(
      () => this.now(),
      (line) => this.log(line),
    )
    this.erasing = new Erasing(this)
  }

  now(): number {
    return this.options.clock()
  }

  log(line: string): void {
    this.options.log(line)
  }

  start(): void {
    clearUnfinished(this.options.dir)
    this.channels.start()
    this.linking.start()
    this.media.fetchBy(fetcherOver((account) => this.linking.lines.of(account)))
    this.media.start()
    this.outbox.poke()
    this.errands.poke()
    this.timers.start()
    this.checkpoints.start()
    this.indexing.grown(1)
    this.erasing.resume()
    this.history.start()
    // Compiled before the first message comes, and what is wrong with it is known at once.
    setImmediate(() => this.db.open && this.lexicon.trouble())
  }

  async close(): Promise<void> {
    await this.erasing.stop()
    await this.media.stop()
    this.timers.stop()
    this.friends.stop()
    this.broadcasting.stop()
    await this.linking.stop()
    this.channels.stop()
    this.outbox.stop()
    this.welcoming.stop()
    this.errands.stop()
    this.checkpoints.stop()
    this.indexing.stop()
    this.works.stop()
    if (this.#probe) clearInterval(this.#probe)
    // A command accepted a moment ago is still to be committed and answered.
    await new Promise((resolve) => setImmediate(resolve))
    await this.history.stop()
    await this.auditing.beside.stop()
    this.db.close()
    this.erasing.closed()
  }

  /** Runs a command that is allowed and valid. Rejects with `Refused`. */
  async execute<N extends CommandName & keyof typeof routes>(
    name: N,
    input: Input<N>,
    by: By,
    id: Buffer | null,
  ): Promise<Output<N>> {
    const route = routes[name] as unknown as CommandRoute<Input<N>, Output<N>, unknown>
    const prepared = route.before ? await route.before(this, input, by) : undefined
    return this.bus.run<Output<N>>(
      by,
      route.secret ? null : id,
      () => route.run(this, input, by, prepared) as Commit<Output<N>>,
    )
  }

  async query<N extends QueryName & keyof typeof routes>(
    name: N,
    input: Input<N>,
    by: By,
  ): Promise<Output<N>> {
    const route = routes[name] as unknown as QueryRoute<Input<N>, Output<N>>
    return route.run(this, input, by)
  }

  onReadOnly(fn: () => void): () => void {
    this.#onReadOnly.add(fn)
    return () => this.#onReadOnly.delete(fn)
  }

  #committed(appended: readonly Appended[]): void {
    this.splitWords.adopt()
    this.feed.publish(appended)
    this.linking.committed(appended)
    this.checkpoints.grown()
    this.indexing.grown(appended.length)
    this.history.grown(appended.length)
    this.media.committed(appended)
    this.outbox.committed(appended)
    this.welcoming.committed(appended)
    this.errands.committed(appended)
  }

  #broken(error: unknown): void {
    this.log(`core: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    if (!isDiskFailure(error)) return
    this.#setReadOnly({ since: this.now(), reason: error.code })
    this.#probe ??= setInterval(() => this.#tryToWrite(), 2_000)
    this.#probe.unref()
  }

  #tryToWrite(): void {
    try {
      this.db
        .transaction(() => {
          this.db.prepare('UPDATE projection_version SET version = version').run()
        })
        .immediate()
    } catch {
      return
    }
    if (this.#probe) clearInterval(this.#probe)
    this.#probe = null
    this.#setReadOnly(null)
    this.outbox.poke()
    this.errands.poke()
    this.media.fetching.poke()
  }

  #setReadOnly(state: { since: number; reason: string } | null): void {
    if (this.readOnly !== null && state !== null) return
    this.readOnly = state
    for (const listener of this.#onReadOnly) listener()
  }
}
