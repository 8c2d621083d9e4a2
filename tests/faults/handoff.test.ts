import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/contract/errors.ts'
import type { CommandName, Input, Output } from '../../src/contract/index.ts'
import { projectionDigest } from '../../src/desk/projections.ts'
import { rebuild } from '../../src/desk/rebuild.ts'
import type { routes } from '../../src/desk/routes.ts'
import { databaseFile } from '../../src/desk/station/database-file.ts'
import { openStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { resources } from '../../src/hosts/resources.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { Ledger } from '../../src/ledger/sqlite/ledger.ts'
import { openDatabase } from '../../src/ledger/sqlite/open.ts'
import { verifyDatabase } from '../../src/ledger/verify/verify.ts'
import { hour, password, root, screensFollowLedger, tempDir, testStation } from '../support/station.ts'
import { begunAs, by, type Things } from './handoff-acts.ts'
import { idOf, type Moment, moments, type Order } from './handoff-order.ts'
import { steps } from './handoff-steps.ts'
import {
  alike,
  checkpointsOf,
  namesSince,
  owners,
  ownersByLedger,
  shown,
  sizesOf,
  told,
} from './handoff-told.ts'

/** What an officer's console, or another PC, was told after a step. */
interface Heard {
  size: number
  code: string
  answer: unknown
}
/** How it went where nothing was killed. */
interface Undisturbed {
  /** Lines of the ledger since the beginning, and what an auditor is shown, after the step. */
  lines: number
  shown: string
  owners: Record<string, string>
  answer: string
}

const clearing: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const clearUp of clearing.toReversed()) await clearUp()
})
const later = (clearUp: () => void | Promise<void>) => void clearing.push(clearUp)

/** What Node made of the child's modules, for all of them. */
let compiled: string
let evening: { dir: string; things: Things; begun: number; size: number; code: string }
let lines: string[]
const went: Undisturbed[] = []

/** Zhang's sheet, with one of everything that can have an owner; Li has a thread of her own. */
async function zhangsEvening(dir: string) {
  const desk = await testStation({ dir, later })
  const { station } = desk
  const act = <N extends CommandName & keyof typeof routes>(
    user: Parameters<typeof by>[1],
    name: N,
    input: Input<N>,
  ): Promise<Output<N>> => station.execute(name, input, by(station, user), null)
  const held = async (from: string, text: string, user: 'zhang' | 'li' = 'zhang') => {
    const thread = desk.hears({ from, text })
    await act(user, 'thread.claim', { thread })
    return thread
  }
  const members = { id: 'mediation', name: '调解专席', members: ['zhang'], acceptMinutes: 60 }
  await act('daiban', 'desk.save', members)
  const calm = await held('一组 甲', '户口迁移要带哪些材料')
  const noisy = await held('二组 乙', '楼上半夜还在打麻将')
  const answered = await held('四组 丁', '证好了吗')
  const seen = station.views.threads.thread(answered)!.last_seq
  await act('zhang', 'thread.answer', { thread: answered, text: '好了，来取吧', seen })
  const lamp = await held('五组 戊', '路灯坏了', 'li')
  await held('八组 辛', '狗丢了', 'li')
  const crisis = desk.hears({ from: '三组 丙', text: '我不想活了' })
  await act('zhang', 'alarm.acknowledge', { alarm: station.views.threads.thread(crisis)!.alarm! })
  const secret = await held('六组 己', '家里的事不好说')
  const private_ = { thread: secret, desk: 'mediation', level: 'orange', reason: '家庭纠纷', private: true }
  const { escalation } = await act('zhang', 'thread.escalate', private_)
  await act('zhang', 'escalation.accept', { escalation })
  const caller = {
    name: '王桂兰',
    phone: '13812345678',
    type: 'loan',
    source: null,
    note: null,
    contact: null,
  }
  const { warning } = await act('zhang', 'warning.enter', caller as Input<'warning.enter'>)
  await act('zhang', 'warning.claim', { warning })
  const unclaimed = desk.hears({ from: '七组 庚', text: '身份证丢了怎么办' })
  await desk.alone(hour)
  const things = { crisis, secret, warning: `warning:${warning}`, calm, noisy, answered, unclaimed, lamp }
  const head = station.ledger.head()
  evening = { dir, things, begun: desk.now, size: head.size, code: shortCode(head.root) }
  await desk.close()
}

/** The station as it is on disk, with its clock where a step left it. */
async function opened(dir: string, clock: { now: number }): Promise<Station> {
  const logged: string[] = []
  const station = await openStation({
    dir,
    secrets: fileSecrets(join(dir, 'secrets')),
    resources,
    clock: () => clock.now,
    log: (line) => logged.push(line),
  })
  expect(logged).toEqual([])
  return station
}

const timeOf = (step: number) => evening.begun + steps[step]!.at
/** The step as an officer makes it. */
const perform = (station: Station, step: number, clock: { now: number }, press = 0) => {
  const { things, begun } = evening
  clock.now = timeOf(step)
  return steps[step]!.act({ station, things, password, begun, id: idOf(step, clock.now, press) })
}
const answerAlike = (station: Station, answer: unknown) => alike(answer, namesSince(station, evening.size))

beforeAll(async () => {
  compiled = tempDir(later)
  await zhangsEvening(tempDir(later))
  const dir = tempDir(later)
  cpSync(evening.dir, dir, { recursive: true })
  const clock = { now: evening.begun }
  const station = await opened(dir, clock)
  for (const number of steps.keys()) {
    const answer = await perform(station, number, clock)
    went.push({
      lines: station.ledger.head().size - evening.size,
      shown: await shown(station, evening.size),
      owners: owners(station),
      answer: answerAlike(station, answer),
    })
  }
  lines = told(station, evening.size)
  await station.close()
})

/** A core of its own goes through the steps and is killed at this moment of that one; answers what it had said by then. */
function killed(dir: string, step: number, moment: Moment): Promise<Heard[]> {
  const order: Order = { dir, step, moment, things: evening.things, password, begun: evening.begun }
  return new Promise((resolve, reject) => {
    const child = spawn(
      join(root, 'node_modules', '.bin', 'node'),
      [join(import.meta.dirname, 'handoff-child.ts'), JSON.stringify(order)],
      { env: { ...process.env, NODE_COMPILE_CACHE: compiled } },
    )
    let said = ''
    let complaints = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const heard = said.split('\n').slice(0, -1)
      const expected = moment === 'answered' ? step + 1 : step
      if (signal === 'SIGKILL' && complaints === '' && heard.length === expected)
        resolve(heard.map((line) => JSON.parse(line) as Heard))
      else reject(new Error(`not killed there (${code} ${signal}, ${heard.length} steps): ${complaints}`))
    })
  })
}

/** Nothing altered, and nothing missing of what anybody was told before. */
async function verified(dir: string, heads: readonly { size: number; code: string }[]): Promise<void> {
  expect(await verifyDatabase(databaseFile(dir), { heads, threads: 0 })).toMatchObject({
    unaltered: { ok: true },
    complete: 'yes',
  })
}

/** On a copy, so that the core goes on with the rows that the crash has left. */
function screensAsLeft(dir: string): boolean {
  const copy = tempDir(later)
  cpSync(dir, copy, { recursive: true })
  const db = openDatabase(databaseFile(copy))
  const left = projectionDigest(db)
  rebuild(db, Ledger.open(db))
  const same = projectionDigest(db) === left
  db.close()
  return same
}

/** As it was after that many steps, neither more nor less. */
async function stands(station: Station, after: number): Promise<void> {
  const expected = went[after - 1]
  expect(told(station, evening.size)).toEqual(lines.slice(0, expected?.lines ?? 0))
  expect(ownersByLedger(station)).toEqual(owners(station))
  if (expected) {
    expect(owners(station)).toEqual(expected.owners)
    expect(await shown(station, evening.size)).toBe(expected.shown)
  }
  const completed = sizesOf(station, 'handoff.completed', 'handoff.corrected')
  expect(checkpointsOf(station)).toEqual(completed)
}

/** The same act under the same command id is answered as it was, under a new one it is refused; neither is done twice. */
async function pressedAgain(station: Station, number: number, clock: { now: number }, answer: unknown) {
  expect(await perform(station, number, clock)).toEqual(answer)
  const { again } = steps[number]!
  if (again === undefined) return
  const refusal = await perform(station, number, clock, 1).catch((error: unknown) => {
    if (error instanceof Refused) return error.refusal
    throw error
  })
  if (again !== 'nothing new') expect(refusal).toMatchObject({ code: again })
}

/** Size and code of the sheets both have signed, as they stand on paper. */
const printed = (station: Station) =>
  Promise.all(
    [1, 3, 4].map(async (begun) => {
      const handoff = begunAs({ station }, begun)
      const sheet = await station.query('handoff.get', { handoff }, by(station, 'ducha'))
      const { size, code } = sheet.checkpoint!
      return { size, code }
    }),
  )

const fatal = [...steps.entries()].filter(([, { entry }]) => entry !== null)
describe.each(fatal.map(([number, { name }]) => ({ number, name })))('$name, killed', ({ number }) => {
  let deaths: { dir: string; heard: Heard[] }[]
  beforeAll(async () => {
    deaths = await Promise.all(
      moments.map(async (moment) => {
        const dir = tempDir(later)
        cpSync(evening.dir, dir, { recursive: true })
        return { dir, heard: await killed(dir, number, moment) }
      }),
    )
  })

  test.each(moments)('%s: stands before or after it, and goes on to its end', async (moment) => {
    const { dir, heard } = deaths[moments.indexOf(moment)]!
    const done = moment !== 'before the commit'
    const clock = { now: timeOf(done ? number : Math.max(0, number - 1)) }
    await verified(dir, [heard.at(-1) ?? evening])
    expect(screensAsLeft(dir)).toBe(true)
    const station = await opened(dir, clock)
    await stands(station, done ? number + 1 : number)

    const answer = await perform(station, number, clock)
    if (moment === 'answered') expect(answer ?? null).toEqual(heard.at(-1)!.answer)
    expect(answerAlike(station, answer)).toBe(went[number]!.answer)
    await pressedAgain(station, number, clock, answer)
    await stands(station, number + 1)

    for (let next = number + 1; next < steps.length; next += 1) await perform(station, next, clock)
    await stands(station, steps.length)
    expect(screensFollowLedger(station)).toBe(true)
    const papers = await printed(station)
    await station.close()
    await verified(dir, [...heard, ...papers])
  })
})

test('on the way nothing is without an owner, and in the end all of it is with the incoming side', () => {
  const { things } = evening
  const closed = `thread ${things.answered}`
  const first = Object.keys(went[0]!.owners)
  const kinds = first.map((thing) => thing.split(' ')[0])
  expect(kinds.toSorted()).toEqual(['alarm', 'matter', ...Array(7).fill('thread'), 'warning'])
  for (const { owners } of went)
    expect(first.filter((thing) => owners[thing] === undefined)).toEqual(owners[closed] ? [] : [closed])
  const last = went.at(-1)!.owners
  expect(Object.keys(last)).toContain(`thread ${things.unclaimed}`)
  expect(new Set(Object.values(last))).toEqual(new Set(['zhao']))
})
