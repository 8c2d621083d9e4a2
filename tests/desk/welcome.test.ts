import { cpSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { InboundEntered } from '../../src/channels/channel.ts'
import type { WelcomeTold, WelcomeWords } from '../../src/channels/wecom/desk.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { lastSql, leavingSql } from '../../src/desk/welcome/view.ts'
import { at } from '../support/console.ts'
import {
  entriesOf,
  hour,
  minute,
  monday,
  screensFollowLedger,
  type TestStation,
  tempDir,
  testStation,
  undoneOnce,
} from '../support/station.ts'
import { kf, sendFailed, served, type WecomVillage, wang, wecomVillage } from '../support/wecom-village.ts'

const words = {
  account: kf,
  enabled: true,
  onShift: '民警在岗，请讲',
  offShift: '现在没有民警值班，急事拨打110',
}

interface Welcomed extends WecomVillage {
  /** What the connector was asked to say, in order. */
  said: WelcomeWords[]
  tell: (words: WelcomeWords) => Promise<WelcomeTold>
  enters(over?: Partial<InboundEntered> & { who?: string }): void
  /** The card of the resident as an officer sees it. */
  card(who?: string): Promise<{ welcomed: unknown }>
}

/** A village whose admin has saved words for residents who come in. */
async function welcomingVillage(over: { off?: boolean } = {}): Promise<Welcomed> {
  const village = await wecomVillage()
  const { desk } = village
  let entered = 0
  const self: Welcomed = Object.assign(village, {
    said: [],
    tell: async () => ({ sent: true as const }),
    enters: ({ who = wang, ...more } = {}) => {
      entered += 1
      village.takesIn({
        event: 'entered',
        contact: { external: who, name: '' },
        scene: 'qr',
        sceneText: '三组墙上',
        code: `CODE-${entered}`,
        external: `enter-${entered}`,
        at: desk.now,
        ...more,
      })
    },
    card: async (who = wang) => {
      const contact = desk.station.views.people.contactByExternal(kf, who)!
      return self.zhang.call('contact.card', { contact })
    },
  } as Omit<Welcomed, keyof WecomVillage>)
  Object.assign(village.line!, {
    welcome: (_account: string, asked: WelcomeWords) => {
      self.said.push(asked)
      return self.tell(asked)
    },
  })
  if (!over.off) await (await at(desk, 'guanli')).call('welcome.change', words)
  return self
}

function goesHome({ station }: TestStation, ...users: string[]): void {
  const system = { user: 'core', role: 'system', device: 'test-pc', now: station.now() }
  station.bus.runNow(system, () => ({
    decision: entries(...users.map((user) => draft('shift.signedOff', user))),
  }))
}
const told = ({ desk }: WecomVillage) =>
  entriesOf(desk.station, 'contact.welcomeQueued', 'contact.welcomed', 'contact.welcomeFailed')
const typesTold = (village: WecomVillage) => told(village).map(({ type }) => type)
const unwelcomed = ({ desk }: WecomVillage) =>
  entriesOf(desk.station, 'contact.entered').map(({ data }) => data.unwelcomed ?? null)

describe('a resident who opens the conversation', () => {
  test('is shown the words for when somebody is on shift, and the card says so', async () => {
    const village = await welcomingVillage()
    village.enters()
    await village.settled()
    expect(village.said).toMatchObject([{ code: 'CODE-1', text: '民警在岗，请讲', until: monday + 20_000 }])
    expect(typesTold(village)).toEqual(['contact.welcomeQueued', 'contact.welcomed'])
    expect((await village.card()).welcomed).toEqual({
      at: '2026-11-23T02:00:00.000Z',
      when: 'onShift',
      text: '民警在岗，请讲',
      state: 'sent',
    })
    expect(screensFollowLedger(village.desk.station)).toBe(true)
  })
  test('is shown them by a machine a minute ahead of WeCom', async () => {
    const village = await welcomingVillage()
    const health = { fault: null, by: 'asking', lateBy: 8, askedAt: null, clockAhead: minute } as const
    village.desk.station.linking.listener.health(kf, health)
    village.enters({ at: monday - minute - 5_000 })
    village.enters({ who: 'wmLI', at: monday - minute - 20_000 })
    await village.settled()
    expect(village.said).toMatchObject([{ code: 'CODE-1', until: monday + 15_000 }])
    expect(unwelcomed(village)).toEqual([null, 'late'])
  })
  test('is told at night that nobody is on shift', async () => {
    const village = await welcomingVillage()
    goesHome(village.desk, 'zhang', 'li', 'daiban')
    village.enters()
    await village.settled()
    expect(village.said).toMatchObject([{ text: '现在没有民警值班，急事拨打110' }])
    expect(told(village)[0]).toMatchObject({ data: { account: kf, when: 'offShift' } })
  })
  test('is shown nothing until an admin has switched it on, nor once it is off again', async () => {
    const village = await welcomingVillage({ off: true })
    village.enters()
    const admin = await at(village.desk, 'guanli')
    await admin.call('welcome.change', words)
    await admin.call('welcome.change', { ...words, enabled: false })
    village.enters({ who: 'wmLI' })
    await village.settled()
    expect(village.said).toEqual([])
    expect(unwelcomed(village)).toEqual([null, null])
  })
  test('is shown nothing after a gap, while a colleague serves them, or with a code that was used: and the record says why', async () => {
    const village = await welcomingVillage()
    village.enters({ at: monday - 20_000 })
    village.takesIn(served('colleague', monday))
    village.enters()
    village.enters({ who: 'wmLI', code: 'ONE' })
    village.enters({ who: 'wmLI', code: 'ONE' })
    await village.settled()
    expect(unwelcomed(village)).toEqual(['late', 'elsewhere', null, 'codeSeen'])
    expect(village.said.map(({ code }) => code)).toEqual(['ONE'])
  })
  test('is shown it once, however often the channel tells of it', async () => {
    const village = await welcomingVillage()
    village.enters({ code: 'ONE', external: 'same' })
    village.enters({ code: 'ONE', external: 'same' })
    await village.desk.restart()
    village.enters({ code: 'ONE', external: 'other' })
    await village.settled()
    expect(village.said).toHaveLength(1)
  })
  test('gets no answer by it: their words wait for one, the window stays as it was, and no thread is made', async () => {
    const village = await welcomingVillage()
    village.enters()
    await village.settled()
    const { station } = village.desk
    const contact = station.views.people.contactByExternal(kf, wang)!
    expect(station.views.service.window(contact)).toMatchObject({ heardAt: null, sends: [] })
    expect(entriesOf(station, 'thread.opened', 'message.sent')).toEqual([])
    const thread = village.hears('家里漏水')
    village.enters()
    await village.settled()
    const shown = await village.zhang.call('thread.get', { thread })
    expect(shown.waitingSince).not.toBeNull()
    expect(shown.window).toMatchObject({ state: 'open', left: 5 })
  })
})

test('what a resident was shown is not told beside a private thread: it would say when that was begun', async () => {
  const village = await welcomingVillage()
  village.enters()
  const first = village.hears('家里的事')
  await village.settled()
  await village.zhang.call('thread.claim', { thread: first })
  await village.zhang.call('thread.setPrivate', { thread: first, private: true, reason: '家事' })
  const { lastSeq: seen } = await village.zhang.call('thread.get', { thread: first })
  await village.zhang.call('thread.close', { thread: first, disposition: 'noReplyNeeded', seen })
  await village.later(80 * hour)
  const thread = village.hears('办居住证')
  const daiban = await at(village.desk, 'daiban')
  await daiban.call('thread.setPrivate', { thread, private: false, reason: '另一件事' })
  const { contact } = village.desk.station.views.threads.thread(thread)!
  const li = await at(village.desk, 'li')
  expect(await li.call('contact.card', { contact })).toMatchObject({
    threads: [{ id: thread }],
    welcomed: null,
  })
  expect((await daiban.call('contact.card', { contact })).welcomed).not.toBeNull()
})

describe('the code that the channel gives', () => {
  test('stands in no entry, no table and no log', async () => {
    const village = await welcomingVillage()
    village.tell = async () => {
      throw new Error('broken')
    }
    village.enters({ code: 'SECRET-CODE' })
    // What cannot be an entry is kept aside.
    village.enters({ code: 'SECRET-CODE-2', who: 'wmLI', sceneText: '\ud800' })
    expect(await village.zhang.call('aside.list', { limit: 10 })).toHaveLength(1)
    await village.settled()
    const { db } = village.desk.station
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[]
    for (const table of tables)
      expect(JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all()), table).not.toContain('SECRET-CODE')
    expect(village.desk.logged.join()).not.toContain('SECRET-CODE')
  })
  test('serves once, where the commit was undone and made again', async () => {
    const village = await welcomingVillage()
    undoneOnce(village.desk)
    village.enters()
    await village.settled()
    expect(village.said).toMatchObject([{ code: 'CODE-1' }])
    expect(typesTold(village)).toEqual(['contact.welcomeQueued', 'contact.welcomed'])
  })
})

describe('at most once', () => {
  test('without a clear answer it is recorded as unclear, and never said again', async () => {
    const village = await welcomingVillage()
    village.tell = async () => ({ sent: false, why: 'unreachable', code: null, unsure: true })
    village.enters()
    await village.settled()
    await village.desk.alone(hour)
    await village.desk.restart()
    await village.desk.alone(hour)
    expect(village.said).toHaveLength(1)
    expect(told(village).at(-1)).toMatchObject({
      type: 'contact.welcomeFailed',
      data: { why: 'unreachable', unsure: true },
    })
    await village.later(0)
    expect((await village.card()).welcomed).toMatchObject({ state: 'unclear' })
  })
  test('a clear no is on record with its code', async () => {
    const village = await welcomingVillage()
    village.tell = async () => ({ sent: false, why: 'spent', code: 41050, unsure: false })
    village.enters()
    await village.settled()
    expect(told(village).at(-1)).toMatchObject({ data: { why: 'spent', code: 41050, unsure: false } })
    expect((await village.card()).welcomed).toMatchObject({ state: 'failed' })
  })
  test('a desk killed between the commit and the call never makes it, and says that it does not know', async () => {
    const village = await welcomingVillage()
    const image = tempDir()
    // What a kill at this moment leaves: all that was committed, and nothing of what would have followed.
    village.tell = async () => {
      cpSync(village.desk.dir, image, { recursive: true })
      return { sent: true }
    }
    village.enters()
    await village.settled()
    const after = await testStation({ dir: image })
    const event = {
      event: 'entered',
      contact: { external: wang, name: '' },
      scene: '',
      sceneText: '',
      code: 'CODE-1',
      external: 'told-again',
      at: after.now,
    } as const
    takeIn(after.station, kf, [event])
    await after.alone(1_000)
    expect(entriesOf(after.station, 'contact.welcomeQueued', 'contact.welcomed')).toHaveLength(1)
    expect(entriesOf(after.station, 'contact.welcomeFailed')).toMatchObject([
      { data: { why: 'neverTold', unsure: true } },
    ])
    await after.alone(1_000)
    expect(entriesOf(after.station, 'contact.welcomeFailed')).toHaveLength(1)
  })
  test('what came of it while the desk could not write is put on record once it can', async () => {
    const village = await welcomingVillage()
    village.tell = async () => {
      undoneOnce(village.desk)
      return { sent: true }
    }
    village.enters()
    await village.settled()
    expect(typesTold(village)).toEqual(['contact.welcomeQueued'])
    await village.desk.alone(1_000)
    expect(typesTold(village)).toEqual(['contact.welcomeQueued', 'contact.welcomed'])
  })
  test('one that is on its way is left alone by the clock', async () => {
    const village = await welcomingVillage()
    let answer = (_told: WelcomeTold): void => {}
    village.tell = () => new Promise((resolve) => (answer = resolve))
    village.enters()
    await village.desk.alone(minute)
    expect(typesTold(village)).toEqual(['contact.welcomeQueued'])
    answer({ sent: true })
    await village.settled()
    expect(typesTold(village)).toEqual(['contact.welcomeQueued', 'contact.welcomed'])
  })
  test('that it did not arrive after all is told of the welcome, not kept aside', async () => {
    const village = await welcomingVillage()
    village.enters()
    await village.settled()
    const { id } = village.said[0]!
    village.takesIn(sendFailed(id, 'fail_10', monday + 1_000), sendFailed(id, 'fail_10', monday + 1_000))
    expect(typesTold(village).slice(1)).toEqual(['contact.welcomed', 'contact.welcomeFailed'])
    expect((await village.card()).welcomed).toMatchObject({ state: 'failed' })
    expect(await village.zhang.call('aside.list', { limit: 10 })).toEqual([])
  })
})

describe('the words', () => {
  test('are listed for every account whose channel can say them; only an admin sets them', async () => {
    const village = await welcomingVillage({ off: true })
    const unsaved = { account: kf, enabled: false, onShift: null, offShift: null, savedAt: null }
    expect(await village.zhang.call('welcomes.list', {})).toEqual([unsaved])
    expect(await village.zhang.refused('welcome.change', words)).toMatchObject({ code: 'forbidden' })
    const admin = await at(village.desk, 'guanli')
    await admin.call('welcome.change', { ...words, onShift: '  ' })
    expect(await village.zhang.call('welcomes.list', {})).toEqual([
      { ...words, onShift: null, savedAt: '2026-11-23T02:00:00.000Z' },
    ])
    const [entry] = entriesOf(village.desk.station, 'welcome.changed')
    expect(JSON.stringify(entry)).not.toContain('110')
  })
  test('are told to auditors with what a resident was shown', async () => {
    const village = await welcomingVillage()
    village.enters()
    await village.settled()
    const auditor = await at(village.desk, 'ducha')
    const { rows } = await auditor.call('audit.records', { filter: { types: ['contact.'] }, limit: 10 })
    expect(rows.map(({ type, text }) => [type, text])).toContainEqual([
      'contact.welcomeQueued',
      '民警在岗，请讲',
    ])
  })
  test('are found by index', async () => {
    const { desk } = await wecomVillage()
    const plan = (sql: string, ...values: unknown[]) =>
      JSON.stringify(desk.station.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values))
    expect(plan(leavingSql, 10)).not.toContain('TEMP B-TREE')
    expect(plan(lastSql, 'c')).toContain('welcome_contact')
    expect(plan(lastSql, 'c')).not.toMatch(/SCAN|TEMP B-TREE/)
  })
})
