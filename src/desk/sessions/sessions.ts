import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { Session } from '../../contract/session.ts'
import { type Decision, draft, entries } from '../decision.ts'
import { signingOn } from '../shifts/signing.ts'
import type { Station } from '../station/station.ts'

/** A session ends by itself when nobody touched it for this long (ms), however the console was left. */
const longest = 16 * 60 * 60_000

interface Row {
  token_hash: string
  user: string
  opened_at: number
  last_active: number
  locked: number
}

export interface Opened {
  token: string
  session: Session
}

/**
 * Who sits where. A console shows its token with each connection; only its hash is stored, so a restart of the
 * core logs nobody out and a copied database lets nobody in.
 */
export class Sessions {
  readonly #station: Station
  readonly #select
  readonly #insert
  readonly #touch
  readonly #lock
  readonly #unlock
  readonly #remove
  readonly #idle
  readonly #ofUser
  readonly #listeners = new Set<() => void>()

  constructor(station: Station) {
    this.#station = station
    const { db } = station
    this.#select = db.prepare<[string], Row>('SELECT * FROM session WHERE token_hash = ?')
    this.#insert = db.prepare(
      'INSERT INTO session (token_hash, user, opened_at, last_active, locked) VALUES (?, ?, ?, ?, 0)',
    )
    this.#touch = db.prepare('UPDATE session SET last_active = ? WHERE token_hash = ?')
    this.#lock = db.prepare('UPDATE session SET locked = 1 WHERE token_hash = ?')
    this.#unlock = db.prepare('UPDATE session SET locked = 0, last_active = ? WHERE token_hash = ?')
    this.#remove = db.prepare('DELETE FROM session WHERE token_hash = ?')
    this.#idle = db.prepare<[number], Row>('SELECT * FROM session WHERE locked = 0 AND last_active < ?')
    this.#ofUser = db.prepare('DELETE FROM session WHERE user = ?')
  }

  /** Told when any session was opened, locked, unlocked or ended. */
  listen(fn: () => void): () => void {
    this.#listeners.add(fn)
    return () => this.#listeners.delete(fn)
  }

  of(token: string | null): Session | null {
    const row = token === null ? undefined : this.#select.get(tokenHash(token))
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
      await this.#record(
        user,
        person?.role ?? 'anyone',
        device,
        entries(draft('session.refused', user, { why: 'disabled' })),
      )
      throw new Refused({ code: 'account_disabled' })
    }
    const token = randomBytes(32).toString('base64url')
    const now = this.#station.now()
    const works = person.role === 'officer' || person.role === 'supervisor'
    // Decided within the commit: two windows of one officer may log in at once.
    const opening = () => {
      const signing = alsoSignOn && works ? signingOn(this.#station, user, undefined, now) : entries()
      const drafts = 'entries' in signing ? signing.entries : []
      return entries(draft('session.opened', user), ...drafts)
    }
    await this.#record(user, person.role, device, opening, () =>
      this.#insert.run(tokenHash(token), user, now, now),
    )
    const session = this.of(token)
    if (!session) throw new Refused({ code: 'not_logged_in' })
    return { token, session }
  }

  async close(token: string, device: string): Promise<void> {
    const session = this.of(token)
    if (!session) return
    await this.#record(
      session.user,
      session.role,
      device,
      entries(draft('session.closed', session.user)),
      () => this.#remove.run(tokenHash(token)),
    )
  }

  async lock(token: string, device: string, why: 'officer' | 'idle'): Promise<void> {
    const session = this.of(token)
    if (!session || session.locked) return
    await this.#record(
      session.user,
      session.role,
      device,
      entries(draft('session.locked', session.user, { why })),
      () => this.#lock.run(tokenHash(token)),
    )
  }

  async unlock(token: string, password: string, device: string): Promise<Session> {
    const session = this.of(token)
    if (!session) throw new Refused({ code: 'not_logged_in' })
    await this.checkPassword(session.user, password, device)
    await this.#record(
      session.user,
      session.role,
      device,
      entries(draft('session.unlocked', session.user)),
      () => this.#unlock.run(this.#station.now(), tokenHash(token)),
    )
    return { ...session, locked: false }
  }

  active(token: string): void {
    this.#touch.run(this.#station.now(), tokenHash(token))
  }

  /** Rule 20: locks every session that was left alone too long. */
  async lockIdle(): Promise<void> {
    const limit = this.#station.now() - this.#station.views.settings.settings().lockMinutes * 60_000
    for (const row of this.#idle.all(limit)) {
      const role = this.#station.views.people.person(row.user)?.role ?? 'anyone'
      await this.#record(
        row.user,
        role,
        'core',
        entries(draft('session.locked', row.user, { why: 'idle' })),
        () => this.#lock.run(row.token_hash),
      )
    }
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
    await this.#record(known ? user : 'unknown', known?.role ?? 'anyone', device, entries(refused))
    throw new Refused({ code, retryAfterMs: waitMs })
  }

  async #record(
    user: string,
    role: Role | 'anyone',
    device: string,
    decided: Decision | (() => Decision),
    write?: () => void,
  ) {
    const by = { user, role, device, now: this.#station.now() }
    await this.#station.bus.run(by, null, () => {
      const decision = typeof decided === 'function' ? decided() : decided
      return write ? { decision, write } : { decision }
    })
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
