import { hash, verify } from '@node-rs/argon2'
import { isDiskFailure } from '../bus.ts'
import type { Db } from '../view.ts'

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 20 ms on a station PC. */
const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The first tries cost nothing but the hash; from then on each failure doubles the wait. */
const freeFailures = 3
const firstDelay = 5_000
const longestDelay = 15 * 60_000

/** How long (ms) after its n-th failure in a row an account answers no further try. */
export function delayAfter(failures: number): number {
  if (failures < freeFailures) return 0
  return Math.min(firstDelay * 2 ** (failures - freeFailures), longestDelay)
}

export function hashPassword(password: string): Promise<string> {
  return hash(password, argon2id)
}

export type PasswordCheck =
  | { ok: true }
  | { ok: false; code: 'wrong_password' | 'too_many_attempts'; waitMs: number }

interface Failures {
  /** In a row. */
  failures: number
  /** No try is answered before; ms since 1970. */
  until: number
}
const none: Failures = { failures: 0, until: 0 }

/** Passwords and the lock-out after repeated failures. Nothing of this is in the ledger. */
export class Credentials {
  readonly #select
  readonly #set
  readonly #count
  /** Verified against when there is no such person, so that the answer takes as long. */
  #decoy: Promise<string> | null = null
  /** The last check of each user now under way. */
  readonly #checking = new Map<string, Promise<void>>()
  readonly #strangers = new Map<string, Failures>()
  /** What the disk did not take (rule 21). */
  readonly #unwritten = new Map<string, Failures>()

  constructor(db: Db) {
    this.#select = db.prepare<[string], { hash: string; failures: number; refused_until: number }>(
      'SELECT hash, failures, refused_until FROM credential WHERE user = ?',
    )
    this.#set = db.prepare(
      `INSERT INTO credential (user, hash) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET hash = excluded.hash, failures = 0, refused_until = 0`,
    )
    this.#count = db.prepare<[Failures & { user: string }]>(
      'UPDATE credential SET failures = @failures, refused_until = @until WHERE user = @user',
    )
  }

  /** Call inside the commit that records `person.passwordSet`. */
  set(user: string, passwordHash: string): void {
    this.#set.run(user, passwordHash)
    this.#unwritten.delete(user)
  }

  /** ms until another try is answered; 0 when one is answered now. */
  #wait(user: string, now: number): number {
    return Math.max(0, this.#failures(user).until - now)
  }

  #failures(user: string): Failures {
    const row = this.#select.get(user)
    const written = row && { failures: row.failures, until: row.refused_until }
    return this.#unwritten.get(user) ?? written ?? this.#strangers.get(user) ?? none
  }

  /**
   * Whether it is this person's password; counts the failure if not. Tries that come together are taken one
   * after the other, or a hundred of them would all be answered before the first is counted.
   */
  async check(user: string, password: string, now: number): Promise<PasswordCheck> {
    const before = this.#checking.get(user)
    const turn = (before ?? Promise.resolve()).then(() => this.#check(user, password, now))
    const done = turn.then(
      () => {},
      () => {},
    )
    this.#checking.set(user, done)
    try {
      return await turn
    } finally {
      if (this.#checking.get(user) === done) this.#checking.delete(user)
    }
  }

  async #check(user: string, password: string, now: number): Promise<PasswordCheck> {
    const wait = this.#wait(user, now)
    if (wait > 0) return { ok: false, code: 'too_many_attempts', waitMs: wait }
    const row = this.#select.get(user)
    this.#decoy ??= hashPassword('nobody has this password')
    const ok = (await verify(row?.hash ?? (await this.#decoy), password)) && row !== undefined
    if (ok) {
      if (this.#failures(user).failures > 0) this.#note(user, none)
      return { ok }
    }
    const failures = this.#failures(user).failures + 1
    const waitMs = delayAfter(failures)
    const counted = { failures, until: now + waitMs }
    if (row) this.#note(user, counted)
    else this.#rememberStranger(user, counted)
    return { ok, code: 'wrong_password', waitMs }
  }

  #note(user: string, counted: Failures): void {
    try {
      this.#count.run({ ...counted, user })
      this.#unwritten.delete(user)
    } catch (error) {
      if (!isDiskFailure(error)) throw error
      this.#unwritten.set(user, counted)
    }
  }

  #rememberStranger(user: string, counted: Failures): void {
    if (this.#strangers.size >= 1_000) this.#strangers.clear()
    this.#strangers.set(user, counted)
  }
}
