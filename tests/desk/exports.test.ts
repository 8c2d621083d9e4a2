import { existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { ended, exported, filesOf, linesOf, verdictOf } from '../support/exports.ts'
import { offer, takeOn } from '../support/handing-over.ts'
import { privateStation } from '../support/private-station.ts'
import { entriesOf, hour, iso, minute, type TestStation, testStation } from '../support/station.ts'

const seqsOf = (files: Map<string, string>) => linesOf(files.get('entries.jsonl')).map(({ seq }) => seq)

async function busy() {
  const desk = await testStation()
  const [zhang, li, ducha, daiban] = [
    await at(desk, 'zhang'),
    await at(desk, 'li'),
    await at(desk, 'ducha'),
    await at(desk, 'daiban'),
  ]
  const threads: string[] = []
  for (let n = 0; n < 4; n++) {
    const thread = desk.hears({ from: `三组 居民${n}`, text: `第${n}句，电话 13812345678` })
    await zhang.call('thread.claim', { thread })
    threads.push(thread)
    await desk.pass(minute)
  }
  return { desk, zhang, li, ducha, daiban, threads }
}

describe('an export of the whole ledger', () => {
  test('verifies, is an entry in itself, and tells its records to people and to programs', async () => {
    const { desk, ducha } = await busy()
    const made = await exported(ducha, { kind: 'whole' })
    const entry = entriesOf(desk.station, 'ledger.exported')[0]!
    expect(entry).toMatchObject({
      seq: made.size,
      actor: { user: 'ducha' },
      data: { scope: { kind: 'whole' }, name: made.name, withheld: 0, glass: [], chosen: null },
    })
    const verdict = await verdictOf(made.file, [{ size: made.size, code: made.code }])
    expect(verdict).toMatchObject({
      unaltered: { ok: true },
      complete: 'yes',
      size: made.size,
      papers: 'bound',
      agreed: true,
    })
    expect(verdict.part).toBeUndefined()
    const files = await filesOf(made.file)
    const records = linesOf(files.get('records.jsonl'))
    expect(records).toHaveLength(entry.data.upto as number)
    expect(records.find(({ type }) => type === 'message.received')).toMatchObject({
      seq: expect.any(Number),
      time: iso(desk.now - 4 * minute),
      shanghai: '2026-11-23 10:00:00.000',
      role: 'channel',
      account: '户户通·柳河村',
      text: '第0句，电话 138****5678',
    })
    expect(records.find(({ type }) => type === 'thread.claimed')).toMatchObject({ person: '张建国' })
    const table = files.get('records.csv')!
    expect(table.startsWith('\ufeff"seq","time"')).toBe(true)
    expect(table.split('\r\n')).toHaveLength(records.length + 2)
    expect(files.get('summary.html')).toContain('柳河派出所')
    expect(files.get('README.txt')).toContain('papers.json')
  })

  test('lies in a folder of its own that nobody else may read, and can be taken away', async () => {
    const { desk, ducha, daiban } = await busy()
    const made = await exported(ducha, { kind: 'whole' })
    const folder = join(desk.dir, 'exports')
    expect(made.name).toMatch(/^duty-desk-whole-20261123-100400-[0-9a-f]{8}\.zip$/)
    expect(readdirSync(folder)).toEqual([made.name])
    expect([statSync(made.file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
    expect(await daiban.call('exports.list', {})).toEqual([made])
    expect(daiban.pushes.at(-1)).toMatchObject({ change: { subjects: ['exports'] } })
    await daiban.call('export.remove', { name: made.name })
    expect(await ducha.call('exports.list', {})).toEqual([])
    expect(existsSync(made.file)).toBe(false)
    expect(entriesOf(desk.station, 'export.removed')).toMatchObject([{ data: { name: made.name } }])
  })

  test('is nobody’s who does not supervise, and none of a name that leads elsewhere', async () => {
    const { desk, zhang, ducha } = await busy()
    const scope = { kind: 'whole' } as const
    expect(await zhang.refused('export.start', { scope, language: 'zh' })).toMatchObject({
      code: 'forbidden',
    })
    const { name, file } = await exported(ducha, scope)
    const outside = join(desk.dir, 'outside.zip')
    writeFileSync(outside, 'precious')
    for (const wrong of ['../outside.zip', '..', `./${name}`, `exports/${name}`, outside, `${name}\0`, ''])
      expect(await ducha.refused('export.remove', { name: wrong })).toMatchObject({ code: 'not_found' })
    expect(existsSync(outside)).toBe(true)
    // A link under the name of an export is no export.
    await ducha.call('export.remove', { name })
    symlinkSync(outside, file)
    expect(await ducha.refused('export.remove', { name })).toMatchObject({ code: 'not_found' })
    expect(await ducha.call('exports.list', {})).toEqual([])
  })

  test('that is cancelled leaves nothing behind; nor does a crash, once the desk is there again', async () => {
    const { desk, ducha } = await busy()
    const { work } = await ducha.call('export.start', { scope: { kind: 'whole' }, language: 'en' })
    await ducha.call('work.cancel', { work })
    expect(await ended(ducha, work)).toMatchObject({ state: 'cancelled' })
    const folder = join(desk.dir, 'exports')
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, 'duty-desk-whole-1.zip.partial'), '第0句')
    await desk.restart()
    expect(readdirSync(folder)).toEqual([])
  })

  test('needs the signing key', async () => {
    const { desk, ducha } = await busy()
    Object.defineProperty(desk.station.checkpoints, 'signer', { value: null })
    expect(await ducha.refused('export.start', { scope: { kind: 'whole' }, language: 'zh' })).toMatchObject({
      code: 'not_found',
      what: 'signingKey',
    })
  })

  test('is drawn up anew when a thread became private meanwhile', async () => {
    const { desk, zhang, ducha, threads } = await busy()
    const { work } = await ducha.call('export.start', { scope: { kind: 'whole' }, language: 'zh' })
    const between = beforeRecord(desk, async () => {
      await zhang.call('thread.setPrivate', { thread: threads[0]!, private: true, reason: '家事' })
    })
    const { result } = await ended<{ file: string; withheld: number }>(ducha, work)
    expect(between.passed).toBe(true)
    expect(result!.withheld).toBeGreaterThan(0)
    const text = [...(await filesOf(result!.file)).values()].join()
    expect(text).not.toContain('第0句')
    expect(text).toContain('第1句')
    expect(entriesOf(desk.station, 'ledger.exported')).toHaveLength(1)
    expect(await verdictOf(result!.file)).toMatchObject({ unaltered: { ok: true }, agreed: true })
  })
})

/** Does something in the last moment before an export is on record. */
function beforeRecord({ station }: TestStation, act: () => Promise<void>): { passed: boolean } {
  const run = station.bus.run.bind(station.bus)
  const moment = { passed: false }
  station.bus.run = ((by, id, what) => {
    if (by.user !== 'ducha' || moment.passed) return run(by, id, what)
    moment.passed = true
    return act().then(() => run(by, id, what))
  }) as typeof station.bus.run
  return moment
}

describe('an export of a part', () => {
  test('of a thread holds what is about it, names it, and the card of its resident', async () => {
    const { desk, ducha, daiban, threads } = await busy()
    const thread = threads[1]!
    const { contact } = desk.station.views.threads.thread(thread)!
    await daiban.call('thread.takeOver', { thread, reason: '我来' })
    const made = await exported(ducha, { kind: 'thread', thread })
    const files = await filesOf(made.file)
    const entries = linesOf(files.get('entries.jsonl'))
    const last = entries.pop()
    expect(last).toMatchObject({ type: 'ledger.exported', seq: made.size })
    expect(entries).toHaveLength(made.entries)
    for (const { subject, data } of entries)
      expect([subject, data.thread]).toContain(subject === contact ? contact : thread)
    const all = entriesOf(desk.station).filter(({ subject }) => subject === thread || subject === contact)
    expect(entries.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq))
    expect(files.get('content.jsonl')).toContain('第1句')
    for (const other of ['第0句', '第2句', '居民3']) expect([...files.values()].join()).not.toContain(other)
    expect(files.has('sheets')).toBe(false)
    expect(await verdictOf(made.file, [{ size: made.size, code: made.code }])).toMatchObject({
      unaltered: { ok: true },
      complete: 'unknown',
      completeWhy: expect.stringContaining('no proof can show that none was left out'),
      part: { scope: { kind: 'thread', thread }, entries: made.entries, range: null },
      agreed: true,
    })
  })

  test('of a period holds all from its first entry to its last, whatever the clock said between', async () => {
    const { desk, ducha } = await busy()
    const [from, to] = [desk.now, desk.now + 10 * minute]
    const first = desk.station.ledger.head().size + 1
    desk.hears({ from: '甲', text: '在里面', at: from })
    desk.now += hour
    desk.hears({ from: '乙', text: '钟快了一小时' })
    desk.now = to - 1
    desk.hears({ from: '丙', text: '也在里面' })
    const last = desk.station.ledger.head().size
    desk.now = to
    desk.hears({ from: '丁', text: '在外面' })
    const made = await exported(ducha, { kind: 'period', from: iso(from), to: iso(to) })
    const files = await filesOf(made.file)
    expect(seqsOf(files)).toEqual([...Array(last - first + 1).keys()].map((n) => n + first).concat(made.size))
    expect(files.get('content.jsonl')).toContain('钟快了一小时')
    expect(files.get('content.jsonl')).not.toContain('在外面')
    expect(await verdictOf(made.file, [{ size: made.size, code: made.code }])).toMatchObject({
      unaltered: { ok: true },
      complete: 'yes',
      part: { range: [first, last] },
      agreed: true,
    })
  })

  test('of a shift goes from signing on to signing off; of a handoff with its sheet', async () => {
    const { desk, zhang, li, ducha } = await busy()
    const handoff = await offer(desk, zhang, { signOff: true })
    const signed = await takeOn(li, handoff)
    desk.hears({ text: '下一班的事' })
    const on = entriesOf(desk.station, 'shift.signedOn').find(({ subject }) => subject === 'zhang')!
    const off = entriesOf(desk.station, 'shift.signedOff')[0]!
    const shift = await exported(ducha, { kind: 'shift', shift: on.seq })
    expect(await verdictOf(shift.file)).toMatchObject({
      unaltered: { ok: true },
      part: { range: [on.seq, off.seq] },
      agreed: true,
    })
    const made = await exported(ducha, { kind: 'handoff', handoff })
    const files = await filesOf(made.file)
    expect(files.get(`sheets/${handoff}.html`)).toContain(signed.code!.split('-')[0])
    expect(files.get('summary.html')).toContain('张建国')
    const types = linesOf(files.get('entries.jsonl')).map(({ type }) => type)
    expect(types).toEqual(
      expect.arrayContaining(['handoff.started', 'handoff.signed', 'thread.handedOver', 'handoff.completed']),
    )
    expect(types).not.toContain('message.received')
    const verdict = await verdictOf(made.file, [
      { size: desk.station.views.handoffs.one(handoff)!.ended_seq!, code: signed.code! },
    ])
    expect(verdict).toMatchObject({
      unaltered: { ok: true },
      papers: 'bound',
      heads: [{ is: 'matches' }],
      agreed: true,
    })
  })

  test('of what is not there is refused, or fails and says so', async () => {
    const { desk, ducha } = await busy()
    const refused = (scope: Parameters<typeof exported>[1]) =>
      ducha.refused('export.start', { scope, language: 'zh' })
    expect(await refused({ kind: 'thread', thread: 'none' })).toMatchObject({ what: 'thread' })
    expect(await refused({ kind: 'handoff', handoff: 'none' })).toMatchObject({ what: 'handoff' })
    expect(await refused({ kind: 'shift', shift: 1 })).toMatchObject({ what: 'shift' })
    const [from, to] = [iso(desk.now + hour), iso(desk.now + 2 * hour)]
    expect(await refused({ kind: 'period', from: to, to: from })).toMatchObject({ code: 'nothing_to_do' })
    await expect(exported(ducha, { kind: 'period', from, to })).rejects.toThrow('nothing_to_do')
    expect(entriesOf(desk.station, 'ledger.exported')).toEqual([])
  })

  test('explains texts of it that were erased later', async () => {
    const { desk, ducha, threads } = await busy()
    const [message] = entriesOf(desk.station, 'message.received')
    const { ledger, db } = desk.station
    const erased = {
      type: 'content.erased',
      v: 1,
      subject: 'run',
      data: { seqs: [message!.seq], ground: 'PIPL 47' },
    }
    const actor = { user: 'guanli', role: 'admin', device: 'test-pc' }
    db.transaction(() => {
      ledger.append([{ ...erased, at: iso(desk.now), actor }])
      ledger.erase([message!.seq])
    })()
    ledger.commit()
    const made = await exported(ducha, { kind: 'thread', thread: threads[0]! })
    const files = await filesOf(made.file)
    expect(linesOf(files.get('entries.jsonl')).map(({ type }) => type)).toContain('content.erased')
    expect(linesOf(files.get('records.jsonl')).find(({ seq }) => seq === message!.seq)).toMatchObject({
      text: null,
      erased: true,
    })
    expect(await verdictOf(made.file)).toMatchObject({ unaltered: { ok: true }, agreed: true })
  })
})

describe('rule 11: private texts', () => {
  const leaked = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word))
  const textOf = async (file: string) => [...(await filesOf(file)).values()].join('\n')

  test('are in no export, of whatever scope, made by a supervisor or an auditor', async () => {
    const { desk, consoles, threads, inside, outside } = await privateStation()
    const all = { kind: 'period', from: iso(desk.now - 60 * 24 * hour), to: iso(desk.now + hour) } as const
    for (const by of [consoles.ducha, consoles.daiban]) {
      for (const scope of [
        { kind: 'whole' } as const,
        all,
        { kind: 'thread', thread: threads.secret } as const,
      ]) {
        const made = await exported(by, scope)
        const text = await textOf(made.file)
        expect(leaked(text, inside)).toEqual([])
        if (scope.kind !== 'thread') expect(leaked(text, outside)).toEqual(outside)
        expect(made.withheld).toBeGreaterThan(5)
        expect(await verdictOf(made.file)).toMatchObject({
          unaltered: { ok: true },
          withheld: made.withheld,
          agreed: true,
        })
      }
    }
  })

  test('are in the export of an auditor whose glass is broken, which nobody gets who may not read them', async () => {
    const { desk, consoles, threads } = await privateStation()
    const { ducha } = consoles
    await ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 30 })
    const scope = { kind: 'thread', thread: threads.secret } as const
    const made = await exported(ducha, scope)
    const text = await textOf(made.file)
    expect(text).toContain('MIWEN-message')
    expect(text).not.toContain('MIWEN-pasted')
    expect(entriesOf(desk.station, 'ledger.exported')[0]!.data.glass).toContain(threads.secret)
    expect(await verdictOf(made.file)).toMatchObject({ unaltered: { ok: true }, agreed: true })
    // A supervisor’s own export leaves them out, and so does the auditor’s when the time is over.
    expect(await textOf((await exported(consoles.daiban, scope)).file)).not.toContain('MIWEN-message')
    await desk.pass(31 * minute)
    expect(await textOf((await exported(ducha, scope)).file)).not.toContain('MIWEN-message')
  })

  test('are left out where the time of the broken glass ends while the export is drawn up', async () => {
    const { desk, consoles, threads } = await privateStation()
    const { ducha } = consoles
    await ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 30 })
    const scope = { kind: 'thread', thread: threads.secret } as const
    const { work } = await ducha.call('export.start', { scope, language: 'zh' })
    const between = beforeRecord(desk, () => desk.pass(31 * minute))
    const { result } = await ended<{ file: string }>(ducha, work)
    expect(between.passed).toBe(true)
    expect(await textOf(result!.file)).not.toContain('MIWEN-message')
    expect(entriesOf(desk.station, 'ledger.exported').map(({ data }) => data.glass)).toEqual([[]])
    expect(await verdictOf(result!.file)).toMatchObject({ unaltered: { ok: true }, agreed: true })
  })
})

test('what an auditor noted about a private thread is as private', async () => {
  const { desk, consoles, threads } = await privateStation()
  const { ducha } = consoles
  const finding = { note: '夫妻打架的事', severity: 'high' as const, seqs: [1], handoffs: [], anomaly: null }
  await ducha.call('finding.save', {
    ...finding,
    id: 'f1',
    title: 'MIWEN-finding',
    threads: [threads.secret],
  })
  await ducha.call('finding.close', { finding: 'f1', outcome: 'MIWEN-closed' })
  await ducha.call('finding.save', {
    ...finding,
    id: 'f2',
    title: 'GONGKAI-finding',
    threads: [],
    note: null,
  })
  const files = await filesOf((await exported(ducha, { kind: 'whole' })).file)
  const text = [...files.values()].join()
  for (const word of ['MIWEN-finding', 'MIWEN-closed', '夫妻打架']) expect(text).not.toContain(word)
  expect(files.get('summary.html')).toContain('GONGKAI-finding')
  expect(desk.logged.join()).not.toContain('MIWEN')
})

test('the summary tells what the desk itself found among the entries exported', async () => {
  const { desk, zhang, ducha } = await busy()
  const before = desk.now
  for (let n = 0; n < 3; n++) await zhang.refused('proof.verify', { heads: [] })
  await desk.pass(hour)
  const all = await filesOf((await exported(ducha, { kind: 'whole' })).file)
  expect(all.get('summary.html')).toContain('越权尝试')
  const [from, to] = [iso(before - 10 * minute), iso(before)]
  const earlier = await filesOf((await exported(ducha, { kind: 'period', from, to })).file)
  expect(earlier.get('summary.html')).toContain('没有发现异常')
})

test('what is said in a private thread while the whole ledger is exported stays in the desk', async () => {
  const { desk, consoles, inside } = await privateStation()
  const { work } = await consoles.ducha.call('export.start', { scope: { kind: 'whole' }, language: 'zh' })
  const moment = beforeRecord(desk, async () => {
    desk.hears({ from: 'MIWEN-name 王桂兰', text: 'MIWEN-message 又来了', external: 'late-1' })
    desk.hears({ from: '三组 新来的', text: '公开的一句' })
  })
  const { result } = await ended<{ file: string }>(consoles.ducha, work)
  expect(moment.passed).toBe(true)
  const text = [...(await filesOf(result!.file)).values()].join()
  expect(inside.filter((word) => text.includes(word))).toEqual([])
  expect(text).toContain('公开的一句')
  expect(await verdictOf(result!.file)).toMatchObject({ unaltered: { ok: true }, agreed: true })
})

test('the desk answers while a large export is made', async () => {
  const desk = await manyEntries(20_000)
  const ducha = await at(desk, 'ducha')
  const { work } = await ducha.call('export.start', { scope: { kind: 'whole' }, language: 'zh' })
  let longest = 0
  let before = performance.now()
  const watch = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
  }, 1)
  const { state } = await ended(ducha, work)
  clearInterval(watch)
  expect(state).toBe('done')
  // 50 ms on a machine that does nothing else.
  expect(longest).toBeLessThan(500)
})

async function manyEntries(count: number): Promise<TestStation> {
  const desk = await testStation()
  for (let n = 0; n < count / 500; n++)
    desk.takesIn(
      ...Array.from({ length: 250 }, (_, i) => ({
        event: 'message' as const,
        contact: { external: `r${i}`, name: `居民${i}` },
        conversation: `r${i}`,
        external: `${n}-${i}`,
        kind: 'text' as const,
        text: `第${n}次问：户口迁移要带什么材料，几号办公`,
        title: null,
        image: null,
        sentAt: desk.now,
      })),
    )
  return desk
}
