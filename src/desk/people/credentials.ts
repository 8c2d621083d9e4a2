import { hash, verify } from '@node-rs/argon2'
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

/** Passwords and the lock-out after repeated failures. Nothing of this is in the ledger. */
export class Credentials {
  readonly #select
  readonly #set
  readonly #failed
  readonly #passed
  /** Verified against when there is no such person, so that the answer takes as long. */
  #decoy: Promise<string> | null = null
  /** The last check of each user now under way. */
  readonly #checking = new Map<string, Promise<void>>()
  readonly #strangers = new Map<string, { failures: number; until: number }>()

  constructor(db: Db) {
    this.#select = db.prepare<[string], { hash: string; failures: number; refused_until: number }>(
      'SELECT hash, failures, refused_until FROM credential WHERE user = ?',
    )
    this.#set = db.prepare(
      `INSERT INTO credential (user, hash) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET hash = excluded.hash, failures = 0, refused_until = 0`,
    )
    this.#failed = db.prepare(
      'UPDATE credential SET failures = failures + 1, refused_until = ? WHERE user = ?',
    )
    this.#passed = db.prepare('UPDATE credential SET failures = 0, refused_until = 0 WHERE user = ?')
  }

  /** Call inside the commit that records `person.passwordSet`. */
  set(user: string, passwordHash: string): void {
    this.#set.run(user, passwordHash)
  }

  /** ms until another try is answered; 0 when one is answered now. */
  #wait(user: string, now: number): number {
    const until = this.#select.get(user)?.refused_until ?? this.#strangers.get(user)?.until ?? 0
    return Math.max(0, until - now)
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
      this.#passed.run(user)
      return { ok }
    }
    const failures = (this.#select.get(user)?.failures ?? this.#strangers.get(user)?.failures ?? 0) + 1
    const waitMs = delayAfter(failures)
    if (row) this.#failed.run(now + waitMs, user)
    else this.#rememberStranger(user, failures, now + waitMs)
    return { ok, code: 'wrong_password', waitMs }
  }

  #rememberStranger(user: string, failures: number, until: number): void {
    if (this.#strangers.size >= 1_000) this.#strangers.clear()
    this.#strangers.set(user, { failures, until })
  }
}
