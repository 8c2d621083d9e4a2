import type { ErasureScope } from '../../contract/retention.ts'
import type { By } from '../route.ts'
import type { Db } from '../view.ts'

/** The erasure under way, as it stands in the database. */
export interface Plan {
  run: string
  scope: ErasureScope
  ground: string
  by: By
  contents: number
  media: number
  bytes: number
  lines: number
  cleaning: boolean
}

interface Row extends Omit<Plan, 'scope' | 'by' | 'cleaning'> {
  scope: string
  at: number
  user: string
  role: string
  device: string
  cleaning: 0 | 1
}

export class Plans {
  readonly #select
  readonly #insert
  readonly #count
  readonly #clean
  readonly #remove

  constructor(db: Db) {
    this.#select = db.prepare<[], Row>('SELECT * FROM erasing')
    this.#insert = db.prepare(
      `INSERT OR REPLACE INTO erasing
         (one, run, scope, ground, at, user, role, device, contents, media, bytes, lines, cleaning)
       VALUES (1, @run, @scope, @ground, @at, @user, @role, @device, 0, 0, 0, 0, 0)`,
    )
    this.#count = db.prepare(
      'UPDATE erasing SET contents = contents + ?, media = media + ?, bytes = bytes + ?, lines = lines + ?',
    )
    this.#clean = db.prepare('UPDATE erasing SET cleaning = 1')
    this.#remove = db.prepare('DELETE FROM erasing')
  }

  present(): Plan | null {
    const row = this.#select.get()
    if (!row) return null
    const { scope, at, user, role, device, cleaning, ...rest } = row
    const by = { user, role, device, now: at }
    return { ...rest, scope: JSON.parse(scope) as ErasureScope, by, cleaning: cleaning === 1 }
  }

  /** In the commit that starts it. */
  begin(run: string, scope: ErasureScope, ground: string, { now, user, role, device }: By): void {
    this.#insert.run({ run, scope: JSON.stringify(scope), ground, at: now, user, role, device })
  }

  /** In the commit that erased so much. */
  count(erased: Pick<Plan, 'contents' | 'media' | 'bytes' | 'lines'>): void {
    this.#count.run(erased.contents, erased.media, erased.bytes, erased.lines)
  }

  startCleaning(): void {
    this.#clean.run()
  }

  end(): void {
    this.#remove.run()
  }
}
