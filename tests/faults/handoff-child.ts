import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import Database from 'better-sqlite3'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import { resources } from '../../src/hosts/resources.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { idOf, type Order } from './handoff-order.ts'
import { steps } from './handoff-steps.ts'

/**
 * A core that goes through handoffs and is killed at one moment of one step, to the line: what is between SQLite's COMMIT
 * and the answer to the officer takes microseconds, and no kill from outside would ever fall there. After each step it says
 * the head of its ledger and the answer, as another PC would have got them.
 */

const order = JSON.parse(process.argv[2] ?? '') as Order
const { dir, step: last, moment, things, password, begun } = order

// Otherwise written when a process ends in peace, which none of these does.
flushCompileCache()

let armed: { entry: string; since: number } | null = null
const die = () => process.kill(process.pid, 'SIGKILL')

const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql)
  if (sql !== 'COMMIT') return statement
  const commit = statement.run.bind(statement) as () => Database.RunResult
  const written = prepare
    .call(this, `SELECT 1 FROM entry WHERE seq > ? AND canonical ->> '$.type' = ?`)
    .pluck()
  statement.run = () => {
    const here = armed !== null && written.get(armed.since, armed.entry) === 1
    if (here && moment === 'before the commit') die()
    const done = commit()
    if (here && moment === 'committed, not answered') die()
    return done
  }
  return statement
} as typeof prepare

let now = begun
const station = await openStation({
  dir,
  secrets: fileSecrets(`${dir}/secrets`),
  resources,
  clock: () => now,
  log: (line) => process.stderr.write(`${line}\n`),
})

for (const [number, step] of steps.slice(0, last + 1).entries()) {
  now = begun + step.at
  if (number === last) armed = { entry: step.entry ?? '', since: station.ledger.head().size }
  const answer = await step.act({ station, things, password, begun, id: idOf(number, now) })
  const { size, root } = station.ledger.head()
  writeSync(1, `${JSON.stringify({ size, code: shortCode(root), answer: answer ?? null })}\n`)
}
die()
