import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseFile } from '../../src/desk/station/database-file.ts'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { resources } from '../../src/hosts/resources.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { seeded } from '../support/random.ts'
import { root, screensFollowLedger, tempDir } from '../support/station.ts'

const rounds = 20

interface Act {
  act: string
  id: string
  thread: string
  seq: number
}

/** Starts a core at full speed and kills it after so many acknowledged acts. Answers what it had said by then. */
function killedAfter(dir: string, round: number, acknowledged: number, extraMs: number): Promise<Act[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'node'), [
      join(import.meta.dirname, 'core-child.ts'),
      dir,
      String(round),
    ])
    let said = ''
    let complaints = ''
    let counted = 0
    let killing = false
    child.stdout.on('data', (chunk) => {
      said += chunk
      counted += String(chunk).split('\n').length - 1
      if (counted < acknowledged || killing) return
      killing = true
      setTimeout(() => child.kill('SIGKILL'), extraMs)
    })
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL' || complaints !== '')
        reject(new Error(`not killed in the middle (${signal}): ${complaints}`))
      // A line cut off by the kill was not said.
      else resolve(said.split('\n').slice(0, -1).map(actOf))
    })
  })
}

function actOf(line: string): Act {
  const [act = '', id = '', thread = '', seq] = line.split(' ')
  return { act, id, thread, seq: Number(seq) }
}

/** Everything the ledger says, in a form that can be asked. */
function ledgerOf(station: Station) {
  const byThread = new Map<string, string[]>()
  const externals = new Map<string, number>()
  const answers = new Map<string, number[]>()
  for (const { entry, content } of station.ledger.iterate()) {
    byThread.set(entry.subject, [...(byThread.get(entry.subject) ?? []), entry.type])
    if (entry.type === 'message.received')
      externals.set(content!.external as string, (externals.get(content!.external as string) ?? 0) + 1)
    if (entry.type === 'message.sent')
      answers.set(content!.text as string, [...(answers.get(content!.text as string) ?? []), entry.seq])
  }
  return {
    byThread,
    externals,
    answers,
    count: (thread: string, type: string) =>
      (byThread.get(thread) ?? []).filter((each) => each === type).length,
  }
}
type Told = ReturnType<typeof ledgerOf>

/** What is wrong with an act that was acknowledged; null if it is there, exactly once and whole. */
function fault({ act, id, thread, seq }: Act, told: Told, station: Station): string | null {
  if (act === 'inbound') {
    const there = ['a', 'b'].map((which) => told.externals.get(`${id}-${which}`) ?? 0)
    return there.every((count) => count === 1) ? null : `inbound ${id}: ${there}`
  }
  const known = station.db
    .prepare('SELECT count(*) FROM command WHERE id = ?')
    .pluck()
    .get(Buffer.from(id.replaceAll('-', ''), 'hex'))
  if (known !== 1) return `${act} ${id}: the command is not remembered`
  const counts = {
    claimed: told.count(thread, 'thread.claimed'),
    sent: told.count(thread, 'message.sent'),
    closed: told.count(thread, 'thread.closed'),
  }
  const expected = { claimed: 1, sent: act === 'answer' ? 1 : 0, closed: act === 'close' ? 1 : 0 }
  if (JSON.stringify(counts) !== JSON.stringify(expected)) return `${act} ${id}: ${JSON.stringify(counts)}`
  if (act === 'answer' && String(told.answers.get(`带上户口簿 ${id}`)) !== String(seq))
    return `answer ${id} is not entry ${seq}`
  return null
}

/** Acts nobody was told of may be there or not, but never half. */
function halfDone(told: Told): string[] {
  const halves: string[] = []
  for (const [external, count] of told.externals) {
    const other = external.endsWith('a') ? `${external.slice(0, -1)}b` : `${external.slice(0, -1)}a`
    if (count !== 1 || told.externals.get(other) !== 1) halves.push(`batch of ${external}`)
  }
  for (const [thread, types] of told.byThread) {
    const act = types.filter((type) => /^(thread\.(claimed|closed)|message\.sent)$/.test(type)).join()
    if (!['', 'thread.claimed', 'thread.claimed,message.sent', 'thread.claimed,thread.closed'].includes(act))
      halves.push(`${thread}: ${act}`)
    if (types.includes('thread.opened') !== types.includes('message.received'))
      halves.push(`${thread}: opened without a word`)
  }
  return halves
}

test(`a core killed in the middle of its work, ${rounds} times over: every acknowledged act is there once, nothing half`, async () => {
  const dir = tempDir()
  const random = seeded(9)
  const acknowledged: Act[] = []
  for (let round = 1; round <= rounds; round += 1) {
    acknowledged.push(...(await killedAfter(dir, round, 40 + random.below(500), random.below(25))))
    const options = {
      dir,
      secrets: fileSecrets(join(dir, 'secrets')),
      resources,
      clock: Date.now,
      log: () => {},
    }
    const station = await openStation(options)
    const told = ledgerOf(station)
    expect(acknowledged.map((act) => fault(act, told, station)).filter((wrong) => wrong !== null)).toEqual([])
    expect(halfDone(told)).toEqual([])
    expect(screensFollowLedger(station)).toBe(true)
    await station.close()
    expect((await verifyDatabase(databaseFile(dir), {})).unaltered).toEqual({ ok: true })
  }
  expect(acknowledged.length).toBeGreaterThan(rounds * 40)
}, 120_000)
