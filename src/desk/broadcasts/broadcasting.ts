import { ApiRefused, Unreachable } from '../../channels/wecom/api-error.ts'
import type { ContactsApi } from '../../channels/wecom/contacts/contacts.ts'
import { meaningOf } from '../../channels/wecom/contacts/refusals.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import type { Draft } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import { learnCapability } from '../friends/pulling.ts'
import { MediaUnreadable } from '../media/store.ts'
import type { Station } from '../station/station.ts'
import { minute } from '../time.ts'
import { addressed } from './addressing.ts'
import * as did from './entries.ts'
import { follow } from './following.ts'
import { listedBy, look, make } from './making.ts'
import { pictureIn } from './pictures.ts'
import * as rules from './rules.ts'
import type { TaskRow } from './view.ts'
import { TaskWork, type Work } from './work.ts'

/** ms before what WeCom refused for now, or what could not be reached, is tried again. */
const backOff: readonly number[] = [minute / 2, minute, 2 * minute, 5 * minute, 15 * minute, 60 * minute]
/** While it is not connected, tasks wait; looked at again after so many ms. */
const notConnectedPause = minute
/** First look at what a member has confirmed, after the task was made. */
const firstLook = minute
const tasksAtOnce = 50
const actor = { user: 'broadcasts', role: 'system', device: 'core' }

/**
 * Sees every approved broadcast through: makes its tasks in WeCom, asks what members confirmed and residents got, takes
 * back what was cancelled. What is still to do stands in tables, so that it goes on after a restart; what may have been
 * made is looked for before it is made, so that nobody gets it twice.
 */
export class Broadcasting {
  readonly work: TaskWork
  readonly #station: Station
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(station: Station) {
    this.#station = station
    this.work = new TaskWork(station.db)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Does what is due now, and what has become due until it is done. */
  tick(): Promise<void> {
    this.#again = true
    this.#running ??= this.#rounds().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #rounds(): Promise<void> {
    while (this.#again && !this.#stopped && !this.#station.readOnly) {
      this.#again = false
      try {
        if (!(await addressed(this.#station))) return
        const due = this.work.due(this.#station.now(), tasksAtOnce)
        for (const id of due) await this.#turn(id)
        await this.#settle()
        if (due.length === tasksAtOnce) this.#again = true
      } catch (error) {
        if (this.#stopped) return
        this.#station.log(`broadcasts: ${String(error)}`)
      }
    }
  }

  async #turn(id: string): Promise<void> {
    const task = this.#station.views.broadcasts.task(id)
    if (task === null || rules.isTaskOver(task.state) || this.#stopped) return
    const work = this.work.of(id)
    const api = this.#station.friends.of(task.connection)
    try {
      if (task.state === 'cancelling' && task.msgid === null && work.made_at === null)
        await this.#record(did.broadcastWithdrawn(task.broadcast, id, null))
      else if (api === null) this.#later(work, notConnectedPause)
      else if (task.state === 'planned') await this.#make(task, api)
      else if (task.state === 'cancelling') await this.#takeBack(task, api)
      else await this.#follow(task, api)
    } catch (error) {
      if (this.#stopped) return
      await this.#failed(task, error, work.made_at)
    }
    const after = this.#station.views.broadcasts.task(id)
    if (after !== null && rules.isTaskOver(after.state)) this.work.forget(id)
  }

  async #make(task: TaskRow, api: ContactsApi): Promise<void> {
    const { broadcasts } = this.#station.views
    const { broadcast, id } = task
    const { written } = broadcasts.one(broadcast)!
    const to = broadcasts.waiting(id).filter(({ external }) => external !== null)
    if (written === null || to.length === 0) {
      await this.#record(did.broadcastTaskFailed(broadcast, id, this.work.of(id).code))
      return
    }
    if (!(await this.#isNotMadeYet(task, api))) return
    const mediaIdOf = (image: Parameters<typeof pictureIn>[2]) => pictureIn(this.#station, api, image)
    // Known from here on, whatever happens: WeCom may have made it.
    const aboutTo = () => this.work.keep({ ...this.work.of(id), made_at: this.#station.now() })
    const { msgid, refused, code } = await make(api, task, written, to, mediaIdOf, aboutTo)
    if (this.#stopped) return
    await learnCapability(this.#station, task.connection, 'broadcasts', { able: true, code: null })
    const places = broadcasts.places(id, refused).map(({ n }) => n)
    if (msgid !== null) {
      await this.#record(did.broadcastCreated(broadcast, { task: id, msgid, refused: places }))
      this.work.keep({ ...this.work.of(id), due: this.#station.now() + firstLook, tries: 0, code: null })
    } else if (places.length === 0 || places.length === to.length) {
      await this.#record(did.broadcastTaskFailed(broadcast, id, code))
    } else {
      await this.#record(did.broadcastNarrowed(broadcast, { task: id, refused: places, code }))
      this.work.keep({ ...this.work.of(id), due: 0, code, made_at: null })
      this.#again = true
    }
  }

  /** Also after a restart from a backup, which may know nothing of what was made since. */
  async #isNotMadeYet(task: TaskRow, api: ContactsApi): Promise<boolean> {
    const { views } = this.#station
    const now = this.#station.now()
    const work = this.work.of(task.id)
    if (work.made_at !== null && now < listedBy(work.made_at)) {
      this.work.keep({ ...work, due: listedBy(work.made_at) })
      return false
    }
    const { written, approved_at } = views.broadcasts.one(task.broadcast)!
    const externals = new Set(views.broadcasts.waiting(task.id).flatMap(({ external }) => external ?? []))
    const since = approved_at ?? now
    const found = await look(api, task, { text: written?.text ?? null, externals, since, now }, (msgid) =>
      views.broadcasts.isKnown(msgid),
    )
    if (this.#stopped || found.is === 'notMade') return !this.#stopped
    if (found.is === 'unsure') this.work.keep({ ...work, due: now + minute / 2 })
    else {
      this.#station.log('broadcasts: a task whose answer was lost was found again')
      const { msgid } = found
      await this.#record(did.broadcastCreated(task.broadcast, { task: task.id, msgid, refused: [] }))
      this.work.keep({ ...work, due: now + firstLook, tries: 0, code: null })
    }
    return false
  }

  async #takeBack(task: TaskRow, api: ContactsApi): Promise<void> {
    const { broadcast, id } = task
    if (task.msgid === null) {
      // It may have been made while it was cancelled: found, its number is on record, and it is taken back next.
      if (await this.#isNotMadeYet(task, api)) await this.#record(did.broadcastWithdrawn(broadcast, id, null))
      else this.work.soon(broadcast)
      return
    }
    // What the member has confirmed meanwhile cannot be called back, and is followed to its end.
    const { drafts } = await follow(this.#station, task, api)
    // A commit for each, so that nobody waits for thousands of results.
    for (const each of drafts) await this.#record(each)
    if (this.#station.views.broadcasts.task(id)?.state !== 'cancelling') return
    try {
      await api.cancel(task.msgid)
    } catch (error) {
      if (!(error instanceof ApiRefused) || error.errcode !== errorCodes.broadcastCancelled) throw error
    }
    if (!this.#stopped) await this.#record(did.broadcastWithdrawn(broadcast, id, null))
  }

  async #follow(task: TaskRow, api: ContactsApi): Promise<void> {
    const { drafts, dispatched } = await follow(this.#station, task, api)
    if (this.#stopped) return
    // A commit for each, so that nobody waits for thousands of results.
    for (const each of drafts) await this.#record(each)
    const now = this.#station.now()
    const after = this.#station.views.broadcasts.task(task.id)!
    const due = now + (dispatched ? rules.askAgainAfter(after, now) : minute / 2)
    this.work.keep({ ...this.work.of(task.id), due, tries: 0, code: null })
  }

  /** `madeBefore`: WeCom may have made it in an earlier turn, which a failure to look for it says nothing of. */
  async #failed(task: TaskRow, error: unknown, madeBefore: number | null): Promise<void> {
    const { broadcast, id, connection } = task
    const now = this.#station.now()
    this.#station.log(`broadcasts: ${error instanceof Error ? error.message : String(error)}`)
    const code = error instanceof ApiRefused ? error.errcode : null
    const meaning = error instanceof ApiRefused ? meaningOf(error).is : 'later'
    if (meaning === 'unable') {
      const able = { able: false, code }
      await learnCapability(this.#station, connection, 'broadcasts', able)
    }
    const isPlanned = task.state === 'planned'
    const work = this.work.of(id)
    const mayBeMade = task.msgid === null && madeBefore !== null && work.made_at === madeBefore
    if (error instanceof MediaUnreadable || (isPlanned && !mayBeMade && meaning !== 'later'))
      await this.#record(did.broadcastTaskFailed(broadcast, id, code))
    else if (!isPlanned && !mayBeMade && code !== null && goneForGood.has(code))
      await this.#record(did.broadcastWithdrawn(broadcast, id, code))
    else {
      const due = now + backOff[Math.min(work.tries, backOff.length - 1)]!
      const made_at = !mayBeMade && wasSurelyNotDone(error) ? null : work.made_at
      this.work.keep({ ...work, due, tries: work.tries + 1, code, made_at })
    }
  }

  #later(work: Work, ms: number): void {
    this.work.keep({ ...work, due: this.#station.now() + ms })
  }

  async #settle(): Promise<void> {
    const { bus, views } = this.#station
    for (const id of views.broadcasts.unsettled())
      await bus.run({ ...actor, now: this.#station.now() }, null, () => ({
        decision: rules.settle(views.broadcasts.one(id)!, views.broadcasts.tasks(id)),
      }))
  }

  async #record(...drafts: Draft[]): Promise<void> {
    await this.#station.bus.run({ ...actor, now: this.#station.now() }, null, () => ({
      decision: entries(...drafts),
    }))
  }
}

/** Cancelled by somebody in WeCom, or known there no more: nothing more comes of it. */
const goneForGood: ReadonlySet<number> = new Set([
  errorCodes.broadcastIdInvalid,
  errorCodes.broadcastIdMissing,
  errorCodes.broadcastCancelled,
])

/** What WeCom refused it has not done, unless it was too busy to say. */
function wasSurelyNotDone(error: unknown): boolean {
  return error instanceof ApiRefused
    ? error.errcode !== errorCodes.systemBusy
    : error instanceof Unreachable && !error.sent
}
