import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { Session } from '../../contract/session.ts'
import { type Decision, draft, entries } from '../decision.ts'
import { signingOn } from '../shifts/signing.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { type Act, type Change, type SessionRow, Unwritten } from './unwritten.ts'

/** A session ends by itself when nobody touched it for this long (ms), however the console was left. */
const longest = 16 * 60 * 60_000

export interface Opened {
  token: string
  session: Session
}

/**
 * Who sits where. A console shows its token with each connection; only its hash is stored, so a restart of the
 * core logs nobody out and a copied database lets nobody in. While the ledger cannot be written sessions open, lock and end
 * all the same, and are put on record once it can be (rule 21).
 */
export class Sessions {
  readonly #station: Station
  readonly #select
  readonly #insert
  readonly #update
  readonly #touch
  readonly #remove
  readonly #idle
  readonly #ofUser
  readonly #unwritten = new Unwritten()
  readonly #listeners = new Set<() => void>()

  constructor(station: Station) {
    this.#station = station
    const { db } = station
    this.#select = db.prepare<[string], SessionRow>('SELECT * FROM session WHERE token_hash = ?')
    this.#insert = db.prepare<[SessionRow]>(
      `INSERT INTO session (token_hash, user, opened_at, last_active, locked)
       VALUES (@token_hash, @user, @opened_at, @last_active, @locked)`,
    )
    this.#update = db.prepare<[SessionRow]>(
      'UPDATE session SET last_active = @last_active, locked = @locked WHERE token_hash = @token_hash',
    )
    this.#touch = db.prepare('UPDATE session SET last_active = ? WHERE token_hash = ?')
    this.#remove = db.prepare('DELETE FROM session WHERE token_hash = ?')
    this.#idle = db.prepare<[number], SessionRow>(
      'SELECT * FROM session WHERE locked = 0 AND last_active < ?',
    )
    this.#ofUser = db.prepare('DELETE FROM session WHERE user = ?')
    station.onReadOnly(() => {
      if (station.readOnly === null) this.#putOnRecord()
    })
  }

  /** Told when any session was opened, locked, unlocked or ended. */
  listen(fn: () => void): () => void {
    this.#listeners.add(fn)
    return () => this.#listeners.delete(fn)
  }

  of(token: string | null): Session | null {
    const row = token === null ? null : this.#row(tokenHash(token))
    if (!row || this.#station.now() - row.last_active > longest) return null
    const person = this.#station.views.people.person(row.user)
    if (!person || person.enabled === 0) return null
    return {
      user: row.user,
      name: person.name,
      role: person.role,
      locked: row.locked === 1,
      onShift: this.#station.views.people.isOnShift(row.user),
    }
  }

  /** Checks the password and opens a session; a failure is an entry and makes the next try wait. */
  async open(user: string, password: string, alsoSignOn: boolean, device: string): Promise<Opened> {
    await this.checkPassword(user, password, device)
    const person = this.#station.views.people.person(user)
    if (person?.enabled !== 1) {
      await this.#record(user, person?.role ?? 'anyone', device, () =>
        entries(draft('session.refused', user, { why: 'disabled' })),
      )
      throw new Refused({ code: 'account_disabled' })
    }
    const token = randomBytes(32).toString('base64url')
    const hash = tokenHash(token)
    const now = this.#station.now()
    const works = person.role === 'officer' || person.role === 'supervisor'
    // Decided within the commit: two windows of one officer may log in at once.
    const opening = () => {
      const isThere = this.#unwritten.of(hash)?.row !== null
      const signing =
        alsoSignOn && works && isThere
          ? signingOn(this.#station, user, undefined, this.#station.now())
          : entries()
      const drafts = 'entries' in signing ? signing.entries : []
      return entries(draft('session.opened', user), ...drafts)
    }
    const row = { token_hash: hash, user, opened_at: now, last_active: now, locked: 0 }
    await this.#record(user, person.role, device, opening, { hash, row, isNew: true })
    const session = this.of(token)
    if (!session) throw new Refused({ code: 'not_logged_in' })
    return { token, session }
  }

  async close(token: string, device: string): Promise<void> {
    const session = this.of(token)
    if (!session) return
    const { user, role } = session
    await this.#record(user, role, device, () => entries(draft('session.closed', user)), {
      hash: tokenHash(token),
      row: null,
    })
  }

  async lock(token: string, device: string, why: 'officer' | 'idle'): Promise<void> {
    const session = this.of(token)
    if (!session || session.locked) return
    await this.#lock(this.#row(tokenHash(token))!, device, why)
  }

  async unlock(token: string, password: string, device: string): Promise<Session> {
    const session = this.of(token)
    if (!session) throw new Refused({ code: 'not_logged_in' })
    const { user, role } = session
    await this.checkPassword(user, password, device)
    const row = this.#row(tokenHash(token))
    if (!row) throw new Refused({ code: 'not_logged_in' })
    await this.#record(user, role, device, () => entries(draft('session.unlocked', user)), {
      hash: row.token_hash,
      row: { ...row, locked: 0, last_active: this.#station.now() },
    })
    return { ...session, locked: false }
  }

  active(token: string): void {
    const now = this.#station.now()
    const hash = tokenHash(token)
    const row = this.#row(hash)
    if (this.#station.readOnly === null) this.#touch.run(now, hash)
    else if (row) this.#unwritten.keep({ hash, row: { ...row, last_active: now } })
  }

  /** Rule 20: locks every session that was left alone too long. */
  async lockIdle(): Promise<void> {
    const limit = this.#station.now() - this.#station.views.settings.settings().lockMinutes * 60_000
    const stored = this.#idle.all(limit).filter(({ token_hash }) => !this.#unwritten.of(token_hash))
    const unwritten = this.#unwritten
      .changes()
      .flatMap(({ row }) => (row?.locked === 0 && row.last_active < limit ? [row] : []))
    for (const row of [...stored, ...unwritten]) await this.#lock(row, 'core', 'idle')
  }

  /** Inside the commit that disabled a person or gave a new password: whoever used the old one is out at once. */
  end(user: string): void {
    this.#ofUser.run(user)
    setImmediate(() => this.#tell())
  }

  /** Throws `Refused` where it is not this person's; a failure is an entry, and makes the next try wait. */
  async checkPassword(user: string, password: string, device: string): Promise<void> {
    const { credentials } = this.#station
    const checked = await credentials.check(user, password, this.#station.now())
    if (checked.ok) return
    const { code, waitMs } = checked
    if (code === 'too_many_attempts') throw new Refused({ code, retryAfterMs: waitMs })
    const known = this.#station.views.people.person(user)
    const refused = draft('session.refused', known ? user : 'unknown', { why: 'password' })
    await this.#record(known ? user : 'unknown', known?.role ?? 'anyone', device, () => entries(refused))
    throw new Refused({ code, retryAfterMs: waitMs })
  }

  /** Null: there is none. */
  #row(hash: string): SessionRow | null {
    const unwritten = this.#unwritten.of(hash)
    return unwritten ? unwritten.row : (this.#select.get(hash) ?? null)
  }

  async #lock(row: SessionRow, device: string, why: 'officer' | 'idle'): Promise<void> {
    const role = this.#station.views.people.person(row.user)?.role ?? 'anyone'
    const locking = () => entries(draft('session.locked', row.user, { why }))
    await this.#record(row.user, role, device, locking, {
      hash: row.token_hash,
      row: { ...row, locked: 1 },
    })
  }

  async #record(
    user: string,
    role: Role | 'anyone',
    device: string,
    decide: () => Decision,
    change?: Change,
  ) {
    const act = { by: { user, role, device, now: this.#station.now() }, decide }
    if (!(await this.#isWritten(act, change))) {
      if (change) this.#unwritten.keep(change)
      const kept = this.#unwritten.add(act)
      this.#station.log(
        `sessions: what ${user} did waits ${kept ? 'for the ledger' : 'no more: too much waits'}`,
      )
    }
    this.#tell()
  }

  /** False where nothing can be written (rule 21). */
  async #isWritten({ by, decide }: Act, change?: Change): Promise<boolean> {
    if (this.#station.readOnly !== null) return false
    const write = () => change && this.#store([change])
    try {
      await this.#station.bus.run(by, null, () => ({ decision: decide(), write }))
      return true
    } catch (error) {
      if (this.#station.readOnly === null || error instanceof Refused) throw error
      return false
    }
  }

  #store(changes: readonly Change[]): void {
    for (const { hash, row, isNew } of changes)
      if (row === null) this.#remove.run(hash)
      else if (isNew) this.#insert.run(row)
      else this.#update.run(row)
  }

  /** The ledger can be written again: what was done meanwhile, each with the time it was done. */
  #putOnRecord(): void {
    const { bus } = this.#station
    const now = this.#station.now()
    const changes = this.#unwritten.changes()
    for (const act of this.#unwritten.take()) {
      const late = () => ({ decision: happenedAt(act.by.now, act.decide()) })
      bus.run({ ...act.by, now }, null, late).catch(() => this.#unwritten.add(act))
    }
    if (changes.length === 0) return
    const core = { user: 'core', role: 'system' as const, device: 'core', now }
    bus
      .run(core, null, () => ({ decision: entries(), write: () => this.#store(changes) }))
      .then(
        () => this.#unwritten.stored(changes),
        () => {},
      )
      .finally(() => this.#tell())
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function happenedAt(at: number, decision: Decision): Decision {
  if ('refused' in decision) return decision
  const told = decision.entries.map((one) =>
    one.type.startsWith('session.') ? { ...one, data: { ...one.data, happenedAt: iso(at) } } : one,
  )
  return entries(...told)
}
