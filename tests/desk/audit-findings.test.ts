import { describe, expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { entriesOf, minute, screensFollowLedger, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }
const finding = (id: string, over: object = {}) => ({
  id,
  title: '三次迟答',
  note: '两次都在夜班，电话 13812345678',
  severity: 'middle' as const,
  seqs: [1, 2],
  threads: [],
  handoffs: [],
  anomaly: null,
  ...over,
})

async function desk() {
  const test = await testStation()
  return {
    test,
    ducha: await at(test, 'ducha'),
    daiban: await at(test, 'daiban'),
    zhang: await at(test, 'zhang'),
  }
}

describe('findings', () => {
  test('are saved, closed with an outcome, and reopened; each is an entry whose words are content', async () => {
    const { test, ducha, daiban } = await desk()
    const thread = test.hears({ text: '在吗' })
    await ducha.call('finding.save', finding('f1', { threads: [thread] }))
    test.now += minute
    await ducha.call('finding.save', finding('f2', { title: '越权查看', note: null, severity: 'high' }))
    await ducha.call('finding.close', { finding: 'f1', outcome: '已约谈' })
    expect(await daiban.call('findings.list', page)).toMatchObject({
      total: 2,
      rows: [
        { id: 'f2', title: '越权查看', state: 'open', byName: '督察周', note: null, closedAt: null },
        {
          id: 'f1',
          title: '三次迟答',
          note: '两次都在夜班，电话 138****5678',
          state: 'closed',
          outcome: '已约谈',
          threads: [thread],
          seqs: [1, 2],
        },
      ],
    })
    const listed = async (state: 'open' | 'closed') =>
      (await ducha.call('findings.list', { state, ...page })).rows.map(({ id }) => id)
    expect([await listed('open'), await listed('closed')]).toEqual([['f2'], ['f1']])
    await ducha.call('finding.reopen', { finding: 'f1' })
    expect([await listed('open'), await listed('closed')]).toEqual([['f2', 'f1'], []])
    const entries = entriesOf(test.station).filter(({ type }) => type.startsWith('finding.'))
    expect(entries.map(({ type }) => type)).toEqual([
      'finding.saved',
      'finding.saved',
      'finding.closed',
      'finding.reopened',
    ])
    expect(JSON.stringify(entries)).not.toMatch(/迟答|约谈|夜班/)
    expect(screensFollowLedger(test.station)).toBe(true)
  })

  test('may be worded anew while they are open', async () => {
    const { test, ducha } = await desk()
    await ducha.call('finding.save', finding('f1'))
    await ducha.call('finding.save', finding('f1', { title: '四次迟答', severity: 'high', seqs: [3] }))
    const { rows, total } = await ducha.call('findings.list', page)
    expect([total, rows[0]]).toMatchObject([1, { title: '四次迟答', severity: 'high', seqs: [3] }])
    await ducha.call('finding.close', { finding: 'f1', outcome: '属实' })
    expect(await ducha.refused('finding.save', finding('f1'))).toMatchObject({ code: 'wrong_state' })
    expect(await ducha.refused('finding.close', { finding: 'f1', outcome: '又' })).toMatchObject({
      code: 'wrong_state',
      state: 'closed',
    })
    await ducha.call('finding.reopen', { finding: 'f1' })
    expect(await ducha.refused('finding.reopen', { finding: 'f1' })).toMatchObject({ state: 'open' })
    expect(entriesOf(test.station, 'finding.saved')).toHaveLength(2)
  })

  test('name what there is', async () => {
    const { ducha } = await desk()
    for (const [over, what] of [
      [{ seqs: [1, 999] }, 'entry'],
      [{ seqs: [0] }, 'entry'],
      [{ threads: ['no-such'] }, 'thread'],
      [{ handoffs: ['no-such'] }, 'handoff'],
    ] as const)
      expect(await ducha.refused('finding.save', finding('f1', over))).toMatchObject({
        code: 'not_found',
        what,
      })
    const missing = { code: 'not_found', what: 'finding', id: 'f9' }
    expect(await ducha.refused('finding.reopen', { finding: 'f9' })).toEqual(missing)
    expect(await ducha.refused('finding.close', { finding: 'f9', outcome: '无' })).toEqual(missing)
  })

  test('have an id of their own: none gets among what was done in a thread by naming its id', async () => {
    const { test, ducha, zhang } = await desk()
    const thread = test.hears({ text: '请问几点上班' })
    for (const id of [thread, 'zhang'])
      expect(await ducha.refused('finding.save', finding(id))).toEqual({
        code: 'already_there',
        what: 'finding',
        id,
      })
    const { items } = await zhang.call('thread.timeline', { thread, limit: 50 })
    expect(items.map((item) => ('type' in item ? item.type : item.item))).not.toContain('finding.saved')
    await ducha.call('finding.save', finding('f1'))
    await ducha.call('finding.save', finding('f1', { title: '改过' }))
  })

  test('are written by auditors, read by supervisors, and nobody else’s to see', async () => {
    const { test, ducha, daiban, zhang } = await desk()
    await ducha.call('finding.save', finding('f1'))
    const guanli = await at(test, 'guanli')
    for (const who of [daiban, zhang, guanli])
      expect(await who.refused('finding.save', finding('f2'))).toMatchObject({ code: 'forbidden' })
    for (const who of [zhang, guanli])
      expect(await who.refused('findings.list', page)).toMatchObject({ code: 'forbidden' })
    expect((await daiban.call('findings.list', page)).total).toBe(1)
  })

  test('consoles are told that the list has changed', async () => {
    const { ducha, daiban } = await desk()
    await ducha.call('finding.save', finding('f1'))
    await expect
      .poll(() =>
        daiban.pushes.some((push) => push.push === 'changed' && push.change.subjects.includes('findings')),
      )
      .toBe(true)
  })
})
