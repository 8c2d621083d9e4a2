import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseFile } from '../../src/desk/station/database-file.ts'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { resources } from '../../src/hosts/resources.ts'
import type { Entry } from '../../src/ledger/entry.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { seeded } from '../support/random.ts'
import { hour, monday, root, screensFollowLedger, tempDir } from '../support/station.ts'

const rounds = 10

/** Starts the core, and kills it once it has said so many acts and a little time has passed. */
function killedAfter(
  dir: string,
  round: number,
  now: number,
  acts: number,
  extraMs: number,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'node'), [
      join(import.meta.dirname, 'alarms-child.ts'),
      dir,
      String(round),
      String(now),
    ])
    let said = ''
    let complaints = ''
    let killing = false
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (said.split('\n').length - 1 < acts || killing) return
      killing = true
      setTimeout(() => child.kill('SIGKILL'), extraMs)
    })
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL' && complaints === '') resolve(said.split('\n').slice(0, -1))
      else reject(new Error(`not killed in the middle (${signal}): ${complaints}`))
    })
  })
}

async function opened(dir: string, clock: () => number): Promise<Station> {
  const secrets = fileSecrets(join(dir, 'secrets'))
  const station = await openStation({ dir, secrets, resources, clock, log: () => {} })
  station.timers.stop()
  return station
}

const entriesOf = (station: Station) => [...station.ledger.iterate()].map(({ entry }) => entry)

/** What is wrong with the life of one alarm, as its entries tell it. */
function alarmFault(entries: readonly Entry[]): string | null {
  const types = entries.map(({ type }) => type)
  if (types.filter((type) => type === 'alarm.raised').length !== 1) return `raised: ${types}`
  const acknowledged = types.indexOf('alarm.acknowledged')
  if (types.indexOf('alarm.acknowledged', acknowledged + 1) > 0) return `acknowledged twice: ${types}`
  const calls = entries.filter(({ type }) => type === 'alarm.called')
  if (calls.some(({ data }, n) => data.call !== n + 1)) return `calls: ${calls.map(({ data }) => data.call)}`
  if (acknowledged >= 0 && types.lastIndexOf('alarm.called') > acknowledged) return `called after: ${types}`
  const rings = entries.filter(({ data }) => data.rings === true)
  return rings.length > 0 ? 'rang again for one cause' : null
}

function escalationFault(entries: readonly Entry[]): string | null {
  const lapses = entries.filter(({ type }) => type === 'escalation.lapsed')
  const raised = entries.filter(({ type }) => type === 'thread.escalated')
  return raised.length === 1 && lapses.length <= 1 ? null : `${entries.map(({ type }) => type)}`
}

function byMatter(entries: readonly Entry[], field: 'alarm' | 'escalation'): Map<string, Entry[]> {
  const matters = new Map<string, Entry[]>()
  for (const entry of entries) {
    const id = entry.data[field]
    if (typeof id === 'string') matters.set(id, [...(matters.get(id) ?? []), entry])
  }
  return matters
}

test(`alarms and escalations survive kill -9, ${rounds} times over: nothing is lost, rings twice or lapses twice`, async () => {
  const dir = tempDir()
  const random = seeded(7)
  const said: string[] = []
  let now = monday
  for (let round = 1; round <= rounds; round += 1) {
    said.push(...(await killedAfter(dir, round, now, 10 + random.below(60), random.below(60))))
    const station = await opened(dir, () => now)
    const entries = entriesOf(station)
    now = Math.max(...entries.map(({ at }) => Date.parse(at))) + 1
    const alarms = byMatter(entries, 'alarm')
    const escalations = byMatter(entries, 'escalation')
    const faults = [
      ...[...alarms.values()].map(alarmFault),
      ...[...escalations.values()].map(escalationFault),
      ...said.map((line) => {
        const [what, id, thread] = line.split(' ')
        const types = (field: Map<string, Entry[]>) => field.get(id!)?.map(({ type }) => type) ?? []
        if (what === 'acknowledged' && !types(alarms).includes('alarm.acknowledged')) return line
        if (what === 'escalated' && !types(escalations).includes('thread.escalated')) return line
        if (what === 'cried' && !entries.some((e) => e.subject === thread && e.type === 'alarm.raised'))
          return line
        return null
      }),
    ]
    expect(faults.filter((fault) => fault !== null)).toEqual([])
    expect(screensFollowLedger(station)).toBe(true)
    await station.close()
    expect((await verifyDatabase(databaseFile(dir), {})).unaltered).toEqual({ ok: true })
  }
  await resumes(dir, now)
}, 180_000)

/** After the last kill an hour passes: what was left ringing is called, what was offered lapses, each exactly once. */
async function resumes(dir: string, from: number): Promise<void> {
  let now = from
  const station = await opened(dir, () => now)
  const ringing = station.views.alarms.open().filter(({ state }) => state === 'ringing')
  expect(ringing.length).toBeGreaterThan(20)
  now += hour
  await station.timers.tick()
  await station.timers.tick()
  const entries = entriesOf(station)
  const since = entries.filter(({ at }) => Date.parse(at) >= now)
  const called = since.filter(({ type }) => type === 'alarm.called').map(({ data }) => data.alarm)
  expect(called.toSorted()).toEqual(ringing.map(({ id }) => id).toSorted())
  for (const matter of byMatter(entries, 'escalation').values())
    expect(matter.map(({ type }) => type)).toEqual(['thread.escalated', 'escalation.lapsed'])
  await station.close()
}
