import { describe, expect, test } from 'vitest'
import { anomalyKind } from '../../src/contract/audit.ts'
import { Beside } from '../../src/desk/audit/beside.ts'
import { entries } from '../../src/desk/decision.ts'
import { witnessContradicted } from '../../src/desk/proof/entries.ts'
import { anomalies, auditedDesk, seqOf } from '../support/audit.ts'
import { at } from '../support/console.ts'
import { entriesOf, hour, iso, minute, phone, resident, village } from '../support/station.ts'

/** Each kind is provoked on a real station, and what did not happen is not found. */

describe('the machine', () => {
  test('its clock was set back', async () => {
    const { test, ducha } = await auditedDesk()
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
    const { test, ducha, goesBy } = await auditedDesk()
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
    const { test, zhang, ducha } = await auditedDesk()
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
    const { test, zhang, ducha, answer } = await auditedDesk()
    test.send = async () => ({ sent: false, retry: 'never', reason: 'offline' })
    for (const from of ['一组 陈三', '二组 刘芳', '三组 王桂兰'])
      await answer(zhang, test.hears({ from, text: '在' }))
    await expect.poll(() => entriesOf(test.station, 'message.failed')).toHaveLength(3)
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'coverageBreak', account: village, facts: { why: 'notSent', messages: 3 } },
    ])
  })

  test('the desk stood still: a snooze that should have ended at night ended in the morning', async () => {
    const { test, zhang, ducha, answer } = await auditedDesk()
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
    const { test, zhang, ducha, goesBy } = await auditedDesk()
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
    const { test, ducha } = await auditedDesk()
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
    const { test, zhang, daiban, ducha, answer } = await auditedDesk()
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
    const { test, ducha } = await auditedDesk()
    const by = { user: 'daiban', role: 'supervisor', device: 'test-pc', now: test.now }
    test.station.bus.runNow(by, () => ({
      decision: entries(witnessContradicted({ by: 'console', size: 7, root: 'ab', is: 'ahead' })),
    }))
    expect(await anomalies(ducha)).toMatchObject([
      { kind: 'headContradicted', severity: 'high', user: 'daiban', facts: { size: 7 } },
    ])
  })
})

describe('the list', () => {
  test('holds what lies in the time asked for, a page at a time, newest first', async () => {
    const { test, zhang, ducha } = await auditedDesk()
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
    const span = { from: iso(0), to: iso(test.now), offset: 0, limit: 200 }
    const twice = await ducha.call('anomalies.list', { ...span, kinds: ['denied', 'denied'] })
    expect(twice.total).toBe(5)
    const many = { ...span, kinds: Array(1_000).fill('denied' as const) }
    expect(await ducha.refused('anomalies.list', many)).toMatchObject({ code: 'invalid' })
  })

  test('names the finding that was made of it', async () => {
    const { zhang, ducha } = await auditedDesk()
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
    const { test, zhang, ducha, answer, close, goesBy } = await auditedDesk()
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
