import { describe, expect, test } from 'vitest'
import { anomalyKind } from '../../src/contract/audit.ts'
import { anomalies, auditedDesk, handOver, seqOf } from '../support/audit.ts'
import { entriesOf, hour, iso, minute, password, phone } from '../support/station.ts'

/** Each kind is provoked on a real station, and what did not happen is not found. */

const second = 1_000

describe('a shift in which all is as it should be', () => {
  test('shows nothing', async () => {
    const { test, zhang, li, daiban, ducha, answer, close, goesBy, lastSeq } = await auditedDesk()
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
    const { test, zhang, ducha, close, goesBy } = await auditedDesk()
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

  /** Closed right after an answer that the channel then gives back. */
  async function givenBack(...answers: string[]) {
    const desk = await auditedDesk()
    const { test, zhang, answer, close } = desk
    let refuse = () => {}
    const refused = new Promise<void>((resolve) => {
      refuse = resolve
    })
    test.send = async ({ text }) => {
      await refused
      return text === '在的' ? { sent: false, retry: 'never', reason: 'blocked' } : { sent: true }
    }
    const thread = test.hears({ text: '户口怎么迁' })
    for (const text of answers) await answer(zhang, thread, text)
    await close(zhang, thread)
    refuse()
    await expect
      .poll(() => entriesOf(test.station, 'message.failed', 'message.accepted'))
      .toHaveLength(answers.length)
    return { ...desk, thread }
  }
  test('closed, and then the channel gave something said before the last answer back', async () => {
    const { ducha, thread } = await givenBack('在的', '带户口本来')
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'answerAfterClose', severity: 'high', thread, facts: { why: 'undelivered' } },
    ])
  })
  test('closed once more without a word, after the answer had come back and the desk had reopened it', async () => {
    const { zhang, ducha, thread, close } = await givenBack('在的')
    expect(await anomalies(ducha)).toEqual([])
    await close(zhang, thread, 'noReplyNeeded')
    expect(await anomalies(ducha)).toMatchObject([{ kind: 'unanswered', thread, facts: { answered: 0 } }])
  })

  test('a thread that was reopened is open', async () => {
    const { test, zhang, ducha, answer, close } = await auditedDesk()
    const thread = test.hears({ text: '户口怎么迁' })
    await answer(zhang, thread)
    await close(zhang, thread)
    await zhang.call('thread.reopen', { thread, reason: '点错了' })
    await answer(zhang, thread)
    expect(await anomalies(ducha, 'answerAfterClose')).toEqual([])
  })

  test('held half a day and not answered; being told of the delay is no answer', async () => {
    const { test, zhang, li, ducha, lastSeq, answer, goesBy } = await auditedDesk()
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

  test('told of the delay again and again, and never answered', async () => {
    const { test, zhang, ducha, lastSeq, goesBy } = await auditedDesk()
    const thread = test.hears({ text: '户口怎么迁' })
    await zhang.call('thread.claim', { thread })
    await goesBy(70 * minute, 10 * minute)
    for (let n = 0; n < 4; n += 1) {
      await zhang.call('thread.tellDelay', { thread, text: '请稍候', seen: await lastSeq(thread) })
      await goesBy(50 * minute, 10 * minute)
    }
    expect(await anomalies(ducha, 'longHold')).toMatchObject([{ thread, facts: { held: 4.5 * hour } }])
  })

  test('closed with the resident’s word the last one', async () => {
    const { test, zhang, li, ducha, answer, close, lastSeq, goesBy } = await auditedDesk()
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
    const { test, zhang, ducha, goesBy } = await auditedDesk()
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
    const { test, zhang, ducha, answer, goesBy } = await auditedDesk()
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

  test('what was kept with a reason, in a handoff that ends the shift, is in order', async () => {
    const { test, zhang, li, ducha, answer } = await auditedDesk()
    const kept = test.hears({ text: '在吗' })
    for (const thread of [kept, test.hears({ from: '一组 陈三', text: '在吗' })]) await answer(zhang, thread)
    await handOver(test, zhang, { console: li, user: 'li' }, { signOff: true, keep: [kept] })
    expect(test.station.views.threads.thread(kept)?.holder).toBe('zhang')
    expect(entriesOf(test.station, 'shift.signedOff')).toHaveLength(1)
    expect(await anomalies(ducha)).toEqual([])
  })

  test('a handoff of an earlier shift does not count for this one', async () => {
    const { test, zhang, li, ducha, answer, goesBy } = await auditedDesk()
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
    const { test, zhang, li, ducha, answer } = await auditedDesk()
    await answer(zhang, test.hears({ text: '在吗' }))
    const unopened = await handOver(test, zhang, { console: li, user: 'li' }, { open: false })
    const hasty = await handOver(test, li, { console: zhang, user: 'zhang' }, { reads: 2 * second })
    expect(await anomalies(ducha, 'handoffUnread')).toMatchObject([
      { handoff: hasty, user: 'zhang', severity: 'middle', facts: { why: 'tooFast', read: 2 * second } },
      { handoff: unopened, user: 'li', severity: 'high', facts: { why: 'neverOpened', read: null } },
    ])
  })

  test('a supervisor signed for somebody who did not come', async () => {
    const { test, zhang, daiban, ducha, answer } = await auditedDesk()
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
    const { test, zhang, li, ducha, answer, goesBy } = await auditedDesk()
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
    const { test, zhang, li, daiban, ducha, goesBy } = await auditedDesk()
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
