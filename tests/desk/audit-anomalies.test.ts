import { describe, expect, test } from 'vitest'
import { anomalyKind } from '../../src/contract/audit.ts'
import { Beside } from '../../src/desk/audit/beside.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { anomalies, handOver } from '../support/audit.ts'
import { at, type Console } from '../support/console.ts'
import {
  entriesOf,
  hour,
  iso,
  minute,
  password,
  phone,
  resident,
  type TestStation,
  testStation,
  village,
} from '../support/station.ts'

/** Each kind is provoked on a real station, and what did not happen is not found. */

const second = 1_000

async function desk() {
  const test = await testStation()
  const [zhang, li, daiban, ducha] = [
    await at(test, 'zhang'),
    await at(test, 'li'),
    await at(test, 'daiban'),
    await at(test, 'ducha'),
  ]
  const lastSeq = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq
  return {
    test,
    zhang,
    li,
    daiban,
    ducha,
    lastSeq,
    answer: async (who: Console, thread: string) =>
      who.call('thread.answer', { thread, text: '请带户口簿来', seen: await lastSeq(thread) }),
    close: async (who: Console, thread: string, disposition: 'answered' | 'noReplyNeeded' = 'answered') =>
      who.call('thread.close', { thread, disposition, seen: await lastSeq(thread) }),
    /** Time goes by as it does: the desk looks at its clock again and again. */
    goesBy: async (ms: number, step = minute) => {
      for (let gone = 0; gone < ms; gone += step) await test.pass(Math.min(step, ms - gone))
    },
  }
}

const seqOf = (test: TestStation, type: string, nth = -1) => entriesOf(test.station, type).at(nth)!.seq

describe('a shift in which all is as it should be', () => {
  test('shows nothing', async () => {
    const { test, zhang, li, daiban, ducha, answer, close, goesBy, lastSeq } = await desk()
    const asked = test.hears({ text: '户口怎么迁' })
    await zhang.call('thread.claim', { thread: asked })
    await goesBy(5 * minute)
    await answer(zhang, asked)
    await goesBy(10 * second, second)
    await close(zhang, asked)

    const danger = test.hears({ from: '一组 陈三', text: '我不想活了' })
    await goesBy(20 * second, second)
    const [alarm] = await li.call('alarms.open', {})
    await li.call('alarm.acknowledge', { alarm: alarm!.id })
    await li.call('alarm.contacted', {
      alarm: alarm!.id,
      note: '已通话',
      nextContactAt: iso(test.now + 20 * hour),
    })
    await answer(li, danger)

    const kept = test.hears({ from: '二组 刘芳', text: '邻居太吵' })
    await answer(zhang, kept)
    await zhang.call('thread.escalate', {
      thread: kept,
      desk: 'mediation',
      level: 'blue',
      reason: '家事',
      private: true,
    })
    await ducha.call('glass.break', { thread: kept, reason: '核查投诉', minutes: 30 })
    const [glass] = await daiban.call('glass.list', {})
    await daiban.call('glass.seen', { glass: glass!.id })
    await daiban.call('escalation.accept', {
      escalation: (await daiban.call('escalations.list', { of: 'live', offset: 0, limit: 9 })).rows[0]!.id,
    })

    const later = test.hears({ from: '四组 何强', text: '身份证过期了' })
    await answer(zhang, later)
    await zhang.call('thread.snooze', { thread: later, until: iso(test.now + 3 * minute) })
    await goesBy(5 * minute)
    await zhang.call('thread.claim', { thread: test.hears({ from: '五组 周明', text: '狗丢了' }) })
    await goesBy(minute)
    await handOver(test, zhang, { console: li, user: 'li' }, { signOff: true })
    const moved = test.station.db
      .prepare<[], string>(`SELECT id FROM thread WHERE closed_at IS NULL AND holder = 'li' ORDER BY n`)
      .pluck()
      .all()
    expect(moved).toContain(later)
    for (const thread of moved) if ((await lastSeq(thread)) > 0) await answer(li, thread)
    await ducha.refused('thread.claim', { thread: later })
    await goesBy(2 * hour, 10 * minute)

    const found = await anomalies(ducha)
    // An auditor who tried what auditors may not is all there is.
    expect(found.map(({ kind, user }) => [kind, user])).toEqual([['denied', 'ducha']])
    const counts = await ducha.call('anomalies.counts', { from: iso(0), to: iso(test.now) })
    expect(counts.map(({ kind }) => kind)).toEqual(anomalyKind.options)
    expect(counts.filter(({ n }) => n > 0)).toEqual([{ kind: 'denied', n: 1 }])
  })
})

describe('what is done to residents', () => {
  test('words from the phone after the thread was closed', async () => {
    const { test, zhang, ducha, close, goesBy } = await desk()
    const paste = (text: string) =>
      zhang.call('paste.import', { account: phone, text, contactName: '三组 王桂兰' })
    const { threads } = await paste('三组 王桂兰  今天 09:05\n在吗\n\n张警官  今天 09:06\n在的')
    await close(zhang, threads[0]!)
    expect(await anomalies(ducha, 'answerAfterClose')).toEqual([])
    await goesBy(10 * minute)
    await paste('张警官  今天 10:20\n补充一句')
    const [found] = await anomalies(ducha)
    expect(found).toMatchObject({
      kind: 'answerAfterClose',
      thread: threads[0],
      account: phone,
      seqs: [seqOf(test, 'thread.closed'), seqOf(test, 'message.sent')],
      facts: { why: 'sent', after: 10 * minute },
    })
  })

  test('closed, and then the channel gave the answer back', async () => {
    const { test, zhang, ducha, answer, close } = await desk()
    let refuse = () => {}
    const refused = new Promise<void>((resolve) => {
      refuse = resolve
    })
    test.send = async () => {
      await refused
      return { sent: false, retry: 'never', reason: 'blocked' }
    }
    const thread = test.hears({ text: '户口怎么迁' })
    await answer(zhang, thread)
    await close(zhang, thread)
    refuse()
    await expect.poll(() => entriesOf(test.station, 'message.failed')).toHaveLength(1)
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'answerAfterClose', severity: 'high', thread, facts: { why: 'undelivered' } },
    ])
  })

  test('a thread that was reopened is open', async () => {
    const { test, zhang, ducha, answer, close } = await desk()
    const thread = test.hears({ text: '户口怎么迁' })
    await answer(zhang, thread)
    await close(zhang, thread)
    await zhang.call('thread.reopen', { thread, reason: '点错了' })
    await answer(zhang, thread)
    expect(await anomalies(ducha, 'answerAfterClose')).toEqual([])
  })

  test('held half a day and not answered; being told of the delay is no answer', async () => {
    const { test, zhang, li, ducha, lastSeq, answer, goesBy } = await desk()
    const thread = test.hears({ text: '户口怎么迁' })
    const answered = test.hears({ from: '一组 陈三', text: '在吗' })
    for (const each of [thread, answered]) await zhang.call('thread.claim', { thread: each })
    await goesBy(90 * minute, 10 * minute)
    await answer(zhang, answered)
    await zhang.call('thread.tellDelay', { thread, text: '请稍候', seen: await lastSeq(thread) })
    await goesBy(3 * hour, 10 * minute)
    const [found, ...others] = await anomalies(ducha, 'longHold')
    expect(others).toEqual([])
    expect(found).toMatchObject({
      thread,
      user: 'zhang',
      userName: '张建国',
      severity: 'middle',
      facts: { held: 4.5 * hour, waited: 4.5 * hour, answered: 0 },
    })
    await li.call('thread.takeOver', { thread, reason: '帮忙' })
    await goesBy(hour, 10 * minute)
    await answer(li, thread)
    const [same, ...none] = await anomalies(ducha, 'longHold')
    expect(none).toEqual([])
    expect(same).toMatchObject({
      id: found!.id,
      facts: { held: 4.5 * hour, waited: 5.5 * hour, answered: 1 },
    })
  })

  test('closed with the resident’s word the last one', async () => {
    const { test, zhang, li, ducha, answer, close, lastSeq, goesBy } = await desk()
    const silent = test.hears({ text: '请问办证时间' })
    await zhang.call('thread.claim', { thread: silent })
    await zhang.call('thread.tellDelay', { thread: silent, text: '请稍候', seen: await lastSeq(silent) })
    await goesBy(minute)
    await close(zhang, silent, 'noReplyNeeded')
    const thanked = test.hears({ from: '一组 陈三', text: '在吗' })
    await answer(li, thanked)
    test.hears({ from: '一组 陈三', text: '谢谢' })
    await close(li, thanked, 'noReplyNeeded')
    const answered = test.hears({ from: '二组 刘芳', text: '在吗' })
    await answer(li, answered)
    await close(li, answered)
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'unanswered', thread: thanked, user: 'li', severity: 'low', facts: { answered: 1 } },
      {
        kind: 'unanswered',
        thread: silent,
        user: 'zhang',
        severity: 'middle',
        facts: { disposition: 'noReplyNeeded', answered: 0, after: minute, silent: 1, closed: 1 },
      },
    ])
  })

  test('an alarm that rang for more than a minute, and one that rings still', async () => {
    const { test, zhang, ducha, goesBy } = await desk()
    test.hears({ text: '我不想活了' })
    await goesBy(59 * second, second)
    expect(await anomalies(ducha)).toEqual([])
    await goesBy(2 * second, second)
    expect(await anomalies(ducha, 'alarmLate')).toMatchObject([
      { severity: 'high', user: null, facts: { rang: 61 * second, acknowledged: 0 } },
    ])
    const [alarm] = await zhang.call('alarms.open', {})
    await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
    await goesBy(hour, 10 * minute)
    expect(await anomalies(ducha, 'alarmLate')).toMatchObject([
      {
        severity: 'middle',
        user: 'zhang',
        seqs: [seqOf(test, 'alarm.raised'), seqOf(test, 'alarm.acknowledged')],
        facts: { rang: 61 * second, acknowledged: 1, alarm: alarm!.id },
      },
    ])
  })
})

describe('how shifts change', () => {
  test('left with threads in hand and nothing handed over', async () => {
    const { test, zhang, ducha, answer, goesBy } = await desk()
    for (const from of ['一组 陈三', '二组 刘芳']) await answer(zhang, test.hears({ from, text: '在吗' }))
    await zhang.call('shift.signOff', { reason: '家里有事' })
    await goesBy(minute)
    expect(await anomalies(ducha)).toMatchObject([
      {
        kind: 'leftWithoutHandoff',
        user: 'zhang',
        seqs: [seqOf(test, 'shift.signedOff')],
        facts: { holds: 2 },
      },
    ])
  })

  test('a handoff of an earlier shift does not count for this one', async () => {
    const { test, zhang, li, ducha, answer, goesBy } = await desk()
    await answer(zhang, test.hears({ text: '在吗' }))
    await handOver(test, zhang, { console: li, user: 'li' }, { signOff: true })
    expect(await anomalies(ducha, 'leftWithoutHandoff')).toEqual([])
    await zhang.call('shift.signOn', {})
    await answer(zhang, test.hears({ from: '二组 刘芳', text: '在吗' }))
    await goesBy(minute)
    await zhang.call('shift.signOff', {})
    expect(await anomalies(ducha, 'leftWithoutHandoff')).toMatchObject([{ facts: { holds: 1 } }])
  })

  test('a sheet signed without having been opened, and one signed faster than anybody reads', async () => {
    const { test, zhang, li, ducha, answer } = await desk()
    await answer(zhang, test.hears({ text: '在吗' }))
    const unopened = await handOver(test, zhang, { console: li, user: 'li' }, { open: false })
    const hasty = await handOver(test, li, { console: zhang, user: 'zhang' }, { reads: 2 * second })
    expect(await anomalies(ducha, 'handoffUnread')).toMatchObject([
      { handoff: hasty, user: 'zhang', severity: 'middle', facts: { why: 'tooFast', read: 2 * second } },
      { handoff: unopened, user: 'li', severity: 'high', facts: { why: 'neverOpened', read: null } },
    ])
  })

  test('a supervisor signed for somebody who did not come', async () => {
    const { test, zhang, daiban, ducha, answer } = await desk()
    await answer(zhang, test.hears({ text: '在吗' }))
    const { handoff } = await zhang.call('handoff.start', { post: null })
    const { items } = await zhang.call('handoff.get', { handoff })
    const decision = { do: 'handOver' as const, nextAction: '回访', deadline: null, ifThen: null }
    await zhang.call('handoff.decide', { handoff, items: items.map(({ id }) => id), decision })
    await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'zhao' })
    await daiban.call('handoff.sign', {
      handoff,
      side: 'incoming',
      password,
      onBehalf: { reason: '赵敏堵在路上' },
    })
    const found = await anomalies(ducha)
    expect(found).toMatchObject([
      {
        kind: 'handoffOnBehalf',
        handoff,
        user: 'zhao',
        userName: '赵敏',
        severity: 'low',
        facts: { side: 'incoming', by: 'daiban' },
      },
    ])
  })

  test('what was promised and not done by its deadline', async () => {
    const { test, zhang, li, ducha, answer, goesBy } = await desk()
    await answer(zhang, test.hears({ text: '在吗' }))
    const deadline = test.now + 30 * minute
    const handoff = await handOver(test, zhang, { console: li, user: 'li' }, { deadline })
    await goesBy(20 * minute)
    expect(await anomalies(ducha)).toEqual([])
    await goesBy(20 * minute)
    expect(await anomalies(ducha)).toMatchObject([
      {
        kind: 'promiseBroken',
        handoff,
        user: 'li',
        severity: 'high',
        seqs: [seqOf(test, 'handoff.itemDecided'), seqOf(test, 'thread.promiseDue')],
        facts: { due: iso(deadline), late: null },
      },
    ])
  })

  test('residents wrote while nobody was on', async () => {
    const { test, zhang, li, daiban, ducha, goesBy } = await desk()
    for (const each of [zhang, li]) await each.call('shift.signOff', {})
    await goesBy(hour, 10 * minute)
    expect(await anomalies(ducha)).toEqual([])
    await daiban.call('shift.signOff', {})
    const left = seqOf(test, 'shift.signedOff')
    await goesBy(10 * minute, 10 * minute)
    expect(await anomalies(ducha)).toEqual([])
    test.hears({ text: '在吗' })
    await goesBy(20 * minute, 10 * minute)
    await li.call('shift.signOn', {})
    test.hears({ text: '还在吗' })
    expect(await anomalies(ducha)).toMatchObject([
      {
        kind: 'unmanned',
        seqs: [left, seqOf(test, 'shift.signedOn')],
        severity: 'low',
        user: 'daiban',
        facts: { lasted: 30 * minute, messages: 1, alarms: 0, until: iso(test.now) },
      },
    ])
  })
})

describe('the machine', () => {
  test('its clock was set back', async () => {
    const { test, ducha } = await desk()
    test.hears({ text: '在吗' })
    test.now += 3 * hour
    test.hears({ text: '在吗' })
    const leapt = seqOf(test, 'message.received')
    test.now += minute
    test.hears({ text: '喂' })
    test.now -= 3 * hour
    const back = test.hears({ from: '一组 陈三', text: '在吗' })
    const shown = await anomalies(ducha, 'clockJump')
    expect(shown).toMatchObject([
      { severity: 'high', facts: { back: 3 * hour, ahead: minute }, at: iso(test.now) },
    ])
    expect(shown[0]!.seqs[0]).toBe(leapt)
    expect(entriesOf(test.station).find(({ seq }) => seq === shown[0]!.seqs[2])?.at).toBe(iso(test.now))
    expect(back).toBeTruthy()
  })

  test('an account was off for a while', async () => {
    const { test, ducha, goesBy } = await desk()
    const guanli = await at(test, 'guanli')
    const change = (enabled: boolean, name = '户户通·柳河村') =>
      guanli.call('account.change', { account: village, name, enabled, ownNames: [] })
    await change(true, '户户通·柳河')
    expect(await anomalies(ducha, 'coverageBreak')).toEqual([])
    await change(false)
    await goesBy(45 * minute, 5 * minute)
    await change(false, '户户通·柳河村（停用）')
    await change(true)
    expect(await anomalies(ducha, 'coverageBreak')).toMatchObject([
      { account: village, severity: 'middle', facts: { why: 'accountOff', lasted: 45 * minute } },
    ])
  })

  test('messages came long after they were written; those pasted by hand always do', async () => {
    const { test, zhang, ducha } = await desk()
    await zhang.call('paste.import', { account: phone, text: '三组 王桂兰  今天 08:05\n在吗' })
    test.hears({ text: '在吗', at: test.now - 14 * minute })
    expect(await anomalies(ducha, 'coverageBreak')).toEqual([])
    test.takesIn(
      resident({ text: '有人吗', at: test.now - hour }),
      resident({ text: '急', at: test.now - hour / 2 }),
    )
    expect(await anomalies(ducha, 'coverageBreak')).toMatchObject([
      { account: village, facts: { why: 'late', lasted: hour, messages: 2, until: iso(test.now) } },
    ])
  })

  test('the channel gave one answer after the other back', async () => {
    const { test, zhang, ducha, answer } = await desk()
    test.send = async () => ({ sent: false, retry: 'never', reason: 'offline' })
    for (const from of ['一组 陈三', '二组 刘芳', '三组 王桂兰'])
      await answer(zhang, test.hears({ from, text: '在' }))
    await expect.poll(() => entriesOf(test.station, 'message.failed')).toHaveLength(3)
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'coverageBreak', account: village, facts: { why: 'notSent', messages: 3 } },
    ])
  })

  test('the desk stood still: a snooze that should have ended at night ended in the morning', async () => {
    const { test, zhang, ducha, answer } = await desk()
    const thread = test.hears({ text: '在吗' })
    await answer(zhang, thread)
    const until = test.now + hour
    await zhang.call('thread.snooze', { thread, until: iso(until) })
    await test.pass(9 * hour)
    expect(await anomalies(ducha, 'coverageBreak')).toMatchObject([
      { severity: 'high', facts: { why: 'stoodStill', lasted: 8 * hour, since: iso(until) } },
    ])
  })
})

describe('who tried what', () => {
  test('calls that the role does not allow, one after the other', async () => {
    const { test, zhang, ducha, goesBy } = await desk()
    for (const seq of [1, 2]) await zhang.refused('audit.record', { seq })
    await goesBy(hour, 10 * minute)
    await zhang.refused('audit.summary', { filter: {} })
    const first = seqOf(test, 'access.denied', 0)
    expect(await anomalies(ducha, 'denied')).toMatchObject([
      { user: 'zhang', facts: { times: 1, call: 'audit.summary' } },
      {
        id: `denied:${first}`,
        user: 'zhang',
        facts: { times: 2, call: 'audit.record' },
        seqs: [first, first + 1],
      },
    ])
  })

  test('a wrong password, three times in ten minutes', async () => {
    const { test, ducha } = await desk()
    const wrong = async () => {
      await at(test, 'li').catch(() => {})
      const console = await at(test, 'zhang')
      await console.refused('session.unlock', { password: 'not the password' })
      test.now += 3 * minute
    }
    await wrong()
    await wrong()
    expect(await anomalies(ducha, 'wrongPassword')).toEqual([])
    await wrong()
    expect(await anomalies(ducha, 'wrongPassword')).toMatchObject([
      { user: 'zhang', severity: 'middle', facts: { times: 3, lasted: 6 * minute, device: 'test-pc' } },
    ])
  })

  test('glass broken and for a day no supervisor took note', async () => {
    const { test, zhang, daiban, ducha, answer } = await desk()
    const thread = test.hears({ text: '家里打架' })
    await answer(zhang, thread)
    await zhang.call('thread.setPrivate', { thread, private: true, reason: '家事' })
    await ducha.call('glass.break', { thread, reason: '核查投诉', minutes: 30 })
    await test.pass(24 * hour)
    expect(await anomalies(ducha, 'glassUnseen')).toEqual([])
    await test.pass(minute)
    expect(await anomalies(ducha, 'glassUnseen')).toMatchObject([
      { thread, user: 'ducha', severity: 'high', facts: { seen: 0 } },
    ])
    const [glass] = await daiban.call('glass.list', {})
    await daiban.call('glass.seen', { glass: glass!.id })
    expect(await anomalies(ducha, 'glassUnseen')).toMatchObject([{ severity: 'middle', facts: { seen: 1 } }])
  })

  test('a head seen elsewhere is not that of this ledger', async () => {
    const { test, ducha } = await desk()
    const by = { user: 'daiban', role: 'supervisor', device: 'test-pc', now: test.now }
    test.station.bus.runNow(by, () => ({
      decision: entries(draft('witness.contradicted', 'ledger', { size: 7 })),
    }))
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'headContradicted', severity: 'high', user: 'daiban', facts: { size: 7 } },
    ])
  })
})

describe('the list', () => {
  test('holds what lies in the time asked for, a page at a time, newest first', async () => {
    const { test, zhang, ducha } = await desk()
    const times: number[] = []
    for (let n = 0; n < 5; n += 1) {
      times.unshift(test.now)
      await zhang.refused('audit.record', { seq: 1 })
      test.now += hour
    }
    const ask = (from: number, to: number, offset = 0, limit = 200) =>
      ducha.call('anomalies.list', { from: iso(from), to: iso(to), kinds: ['denied'], offset, limit })
    expect((await ask(times[3]!, times[1]!)).rows.map(({ at }) => at)).toEqual(times.slice(1, 4).map(iso))
    const page = await ask(0, test.now, 1, 2)
    expect(page.total).toBe(5)
    expect(page.rows.map(({ at }) => at)).toEqual(times.slice(1, 3).map(iso))
    expect((await ask(times[0]! + 1, test.now)).total).toBe(0)
  })

  test('names the finding that was made of it', async () => {
    const { zhang, ducha } = await desk()
    await zhang.refused('audit.record', { seq: 1 })
    const [before] = await anomalies(ducha)
    expect(before?.finding).toBeNull()
    await ducha.call('finding.save', {
      id: 'f1',
      title: '越权查看',
      note: null,
      severity: 'low',
      seqs: before!.seqs,
      threads: [],
      handoffs: [],
      anomaly: before!.id,
    })
    expect((await anomalies(ducha))[0]?.finding).toBe('f1')
  })

  test('is the same from a thread of its own, which closes with the station', async () => {
    const { test, zhang, ducha, answer, close, goesBy } = await desk()
    await zhang.refused('audit.record', { seq: 1 })
    for (const from of ['一组 陈三', '二组 刘芳']) {
      const thread = test.hears({ from, text: '在吗' })
      await zhang.call('thread.claim', { thread })
      await close(zhang, thread, 'noReplyNeeded')
    }
    await answer(zhang, test.hears({ text: '在吗' }))
    await goesBy(minute)
    const here = await anomalies(ducha)
    expect(here.length).toBeGreaterThan(0)
    const { db, options } = test.station
    const beside = new Beside(db, options.file, 0)
    const asked = {
      about: 'anomalies',
      from: 0,
      to: test.now,
      kinds: anomalyKind.options,
      now: test.now,
      offset: 0,
      limit: 200,
    } as const
    const there = await beside.ask(asked)
    expect(there.rows.map(({ id, facts }) => [id, facts])).toEqual(here.map(({ id, facts }) => [id, facts]))
    const waiting = expect(beside.ask(asked)).rejects.toThrow('closed')
    await beside.stop()
    await waiting
  })
})
