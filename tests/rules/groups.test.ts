import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/desk/decision.ts'
import * as common from '../../src/desk/groups/common-questions.ts'
import { likeness, tellingTerms } from '../../src/desk/groups/likeness.ts'
import * as rules from '../../src/desk/groups/rules.ts'
import { alike } from '../../src/desk/groups/similar.ts'
import { opened, type ThreadState } from '../../src/desk/threads/thread.ts'

const now = Date.parse('2026-11-23T02:00:00.000Z')
const zhang = { user: 'zhang', role: 'officer' as const }
const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map(({ type }) => type) : decision.refused.code

/** An open thread that a resident waits in, its last message 10. */
function thread(id: string, over: Partial<ThreadState> = {}): ThreadState {
  const entry = {
    seq: 1,
    station: 's',
    at: new Date(now).toISOString(),
    actor: { user: 'liuhe', role: 'channel', device: 'core' },
    type: 'thread.opened',
    v: 1,
    subject: id,
    data: { account: 'liuhe', contact: 'c1', continues: null },
    prev: '',
  }
  return { ...opened(entry, 'k'), last_seq: 10, last_message: 10, waiting_since: now - 1, ...over }
}
const heldBy = (holder: string) => ({ holder, held_since: now - 5 })
const group = (over: Partial<ThreadState> = {}) => thread('group', { kind: 'group', ...over })

describe('rule 13: moving to private talk', () => {
  const speaker = { id: 'c2', name: '三组 王桂兰', external: 'wx-2' }
  const facts = (over: Partial<rules.MovingFacts> = {}): rules.MovingFacts => ({
    group: group(),
    speaker,
    direct: null,
    newThread: 'new',
    delivery: 'queued',
    ...over,
  })
  const asked = { message: 7, seen: 10, line: '这件事我们单独谈', greeting: null as string | null }
  const move = (f = facts(), a: Partial<rules.Moving> = {}) =>
    rules.moveToPrivate(f, zhang, { ...asked, ...a }, now)
  const direct = (over: Partial<ThreadState>, readable = true) =>
    facts({ direct: { thread: thread('direct', over), readable } })

  test('opens the one-to-one thread, claimed, and leaves a neutral line in the group', () => {
    const decision = move(facts(), { greeting: '您好' })
    expect(types(decision)).toEqual([
      'thread.claimed',
      'message.sent',
      'group.movedToPrivate',
      'thread.opened',
      'thread.claimed',
      'thread.cameFromGroup',
      'message.sent',
    ])
    expect(decision).toMatchObject({
      entries: [
        { subject: 'group' },
        { subject: 'group', data: { purpose: 'moved', seen: 10 }, content: { text: '这件事我们单独谈' } },
        { subject: 'group', data: { message: 7, to: 'new' } },
        { subject: 'new', data: { account: 'liuhe', contact: 'c2' }, content: { conversation: 'wx-2' } },
        { subject: 'new', data: { holder: 'zhang' } },
        { subject: 'new', data: { group: 'group', message: 7 } },
        { subject: 'new', data: { purpose: 'greeting', seen: 0 }, content: { text: '您好' } },
      ],
    })
  })
  test('no entry of the group says who it is', () => {
    const decision = move()
    const ofGroup = 'entries' in decision ? decision.entries.filter(({ subject }) => subject === 'group') : []
    expect(ofGroup).not.toHaveLength(0)
    expect(JSON.stringify(ofGroup)).not.toMatch(/c2|王桂兰|wx-2/)
  })
  test('without a greeting sends nothing there', () => {
    expect(types(move()).slice(-2)).toEqual(['thread.claimed', 'thread.cameFromGroup'])
  })
  test('links the open thread there is, claimed if free; a greeting names what stands there as seen', () => {
    const decision = move(direct({ last_seq: 6 }), { greeting: '您好' })
    expect(types(decision).slice(3)).toEqual(['thread.claimed', 'thread.cameFromGroup', 'message.sent'])
    expect(decision).toMatchObject({
      entries: [{}, {}, { data: { to: 'direct' } }, {}, {}, { data: { seen: 6 } }],
    })
    expect(types(move(direct(heldBy('zhang')))).slice(3)).toEqual(['thread.cameFromGroup'])
  })
  test('wakes the thread there if it is snoozed', () => {
    expect(types(move(direct({ snoozed_until: now + 1 }))).slice(3, 5)).toEqual([
      'thread.woken',
      'thread.claimed',
    ])
    expect(types(move(direct({ ...heldBy('zhang'), snoozed_until: now + 1 })))[3]).toBe('thread.woken')
  })
  test('reopens a closed one for the officer', () => {
    const decision = move(direct({ closed_at: now - 1, last_holder: 'li' }))
    expect(types(decision).slice(3)).toEqual(['thread.reopened', 'thread.cameFromGroup'])
    expect(decision).toMatchObject({
      entries: [{}, {}, {}, { data: { why: 'officer', holder: 'zhang' } }, {}],
    })
  })
  test('never out of somebody else’s hands, nor into what the officer may not read', () => {
    expect(move(direct(heldBy('li')))).toEqual({
      refused: { code: 'not_holder', holder: 'li', holderName: null, since: new Date(now - 5).toISOString() },
    })
    expect(types(move(direct({ closed_at: now }, false)))).toBe('private_thread')
    // Who holds what is private is nothing to be told either.
    expect(types(move(direct(heldBy('li'), false)))).toBe('private_thread')
  })
  test('asks of the group what any answer asks', () => {
    expect(types(move(facts({ group: group(heldBy('li')) })))).toBe('not_holder')
    expect(types(move(facts(), { seen: 9 }))).toBe('thread_moved_on')
    expect(types(move(facts({ group: group({ closed_at: now }) })))).toBe('thread_closed')
    expect(types(move(facts({ group: group(heldBy('zhang')) })))[0]).toBe('message.sent')
  })
  test('is for a resident’s message of a group', () => {
    expect(types(move(facts({ group: thread('t') })))).toBe('wrong_state')
    expect(types(move(facts({ speaker: null })))).toBe('not_found')
  })
  test('of somebody whose record was erased is refused, unless there is a thread', () => {
    const erased = { ...speaker, external: '' }
    expect(move(facts({ speaker: erased }))).toMatchObject({
      refused: { code: 'not_found', what: 'contact' },
    })
    expect(types(move({ ...direct({}), speaker: erased }))).toContain('thread.cameFromGroup')
  })
  test.each([
    ['王桂兰，我们单独谈', '王桂兰'],
    ['王桂兰，我们单独谈', '三组 王桂兰'],
    ['王桂兰，我们单独谈', '柳河村3栋王桂兰'],
    ['请 王 桂 兰 看私信', '王桂兰'],
    ['@Lily 看私信', 'lily'],
  ])('the line does not name the resident: %s (%s)', (line, name) => {
    expect(move(facts({ speaker: { ...speaker, name } }), { line })).toMatchObject({
      refused: { code: 'invalid', issues: [{ path: 'line' }] },
    })
  })
  test.each([
    ['三组的事我们单独谈', '三组 王桂兰'],
    ['好。', '。'],
    ['请大家先不要讨论', '王桂兰'],
  ])('a line that names nobody is sent: %s (%s)', (line, name) => {
    expect(types(move(facts({ speaker: { ...speaker, name } }), { line }))).toContain('group.movedToPrivate')
  })
})

describe('who is pulled in', () => {
  const pull = (who: rules.PulledIn, over: Partial<ThreadState> = {}) =>
    rules.pullIn(thread('t', over), zhang, who, '懂法律')
  test('a colleague is named in the data, the reason is content', () => {
    expect(pull({ user: 'li', works: true })).toMatchObject({
      entries: [{ type: 'thread.pulledIn', data: { user: 'li' }, content: { reason: '懂法律' } }],
    })
  })
  test('a professional from outside is content', () => {
    const decision = pull({ name: '陈律师', profession: '律师' })
    expect(decision).toMatchObject({
      entries: [{ data: {}, content: { name: '陈律师', profession: '律师', reason: '懂法律' } }],
    })
    expect(JSON.stringify('entries' in decision && decision.entries[0]!.data)).toBe('{}')
  })
  test('nobody who does not work threads, nor oneself, nor into a closed thread', () => {
    expect(types(pull({ user: 'ducha', works: false }))).toBe('not_found')
    expect(types(pull({ user: 'zhang', works: true }))).toBe('nothing_to_do')
    expect(types(pull({ user: 'li', works: true }, { closed_at: now }))).toBe('thread_closed')
  })
})

describe('a common question', () => {
  test('links open threads that are not private, each to one', () => {
    expect(common.link(thread('t'), 'q')).toMatchObject({
      entries: [{ type: 'thread.merged', subject: 't', data: { common: 'q' } }],
    })
    expect(types(common.link(thread('t', { closed_at: now }), 'q'))).toBe('thread_closed')
    expect(types(common.link(thread('t', { private: 1 }), 'q'))).toBe('private_thread')
    expect(types(common.link(thread('t', { common: 'q' }), 'q'))).toBe('nothing_to_do')
    expect(common.link(thread('t', { common: 'other' }), 'q')).toEqual({
      refused: { code: 'already_there', what: 'common', id: 'other' },
    })
  })
  test('unlinks what is linked to it', () => {
    expect(types(common.unlink(thread('t', { common: 'q' }), 'q'))).toEqual(['thread.unmerged'])
    expect(types(common.unlink(thread('t', { common: 'other' }), 'q'))).toBe('nothing_to_do')
  })

  const asked = { text: '周四上午', seen: 10, close: false, delivery: 'queued' as const }
  const answer = (over: Partial<ThreadState>, a: Partial<common.CommonAnswer> = {}) =>
    common.answerOne(thread('t', { common: 'q', ...over }), 'q', zhang, { ...asked, ...a }, now)
  test('is answered thread by thread as any thread is: claimed if free, left if held, refused if moved on', () => {
    const decision = answer({})
    expect(types(decision)).toEqual(['thread.claimed', 'message.sent'])
    expect(decision).toMatchObject({ entries: [{}, { data: { purpose: 'common', seen: 10 } }] })
    expect(types(answer(heldBy('zhang')))).toEqual(['message.sent'])
    expect(types(answer(heldBy('li')))).toBe('not_holder')
    expect(types(answer({}, { seen: 9 }))).toBe('thread_moved_on')
    expect(types(answer({ closed_at: now, common: null }))).toBe('thread_closed')
    expect(types(answer({ common: 'other' }))).toBe('wrong_state')
  })
  test('can close as answered with it, or does neither', () => {
    const decision = answer({}, { close: true })
    expect(types(decision)).toEqual(['thread.claimed', 'message.sent', 'thread.closed'])
    expect(decision).toMatchObject({ entries: [{}, {}, { data: { disposition: 'answered', seen: 10 } }] })
    const heard = answer({ alarm: 'a', alarm_by: 'li' }, { close: true })
    expect(types(heard)).toEqual(['thread.claimed', 'message.sent', 'thread.closed'])
    expect(types(answer({ alarm: 'a', alarm_by: null }, { close: true }))).toBe('wrong_state')
    expect(types(answer({ escalation: 'e' }, { close: true }))).toBe('escalation_live')
    expect(types(answer({ alarm: 'a' }))).toEqual(['thread.claimed', 'message.sent'])
  })
})

describe('likeness', () => {
  const of = (asked: string, ...others: string[]) => likeness(tellingTerms(asked), others.map(tellingTerms))
  test('of the same words is one, of none in common nothing', () => {
    expect(of('身份证到期上门换证', '身份证到期上门换证', '楼上半夜打麻将')).toEqual([expect.closeTo(1), 0])
  })
  test('politeness is no likeness', () => {
    expect(of('您好，请问在吗？谢谢', '您好，请问在吗？谢谢')).toEqual([0])
    const [polite, alike] = of('您好请问身份证丢了怎么办', '您好请问幼儿园几点开门', '身份证丢了')
    expect(polite).toBe(0)
    expect(alike).toBeGreaterThan(0.3)
  })
  test('case and width of letters do not matter, what stands between words parts them', () => {
    expect(of('ＥＴＣ办理', 'etc办理')).toEqual([expect.closeTo(1)])
    expect(of('停水，电', '水电')).toEqual([0])
  })
  test('what most of them say tells less than what few say', () => {
    const crowd = Array.from({ length: 20 }, (_, n) => `柳河村第${n}户`)
    const [rare, common] = of('柳河村换证', '石桥换证', '柳河村', ...crowd)
    expect(rare).toBeGreaterThan(common!)
  })
})

const real = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'resident_messages_one_city.jsonl')
describe.skipIf(!existsSync(real))('of real messages of one city', () => {
  const rows = existsSync(real)
    ? readFileSync(real, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { title: string; text: string })
        .slice(0, 2_000)
    : []
  const terms = rows.map(({ title }) => tellingTerms(title))
  const about = (words: RegExp) => (at: number) => words.test(rows[at]!.title + rows[at]!.text)

  test.each([
    ['a housing estate', /伊景园/],
    ['a concrete plant', /丽发新城/],
    ['a subsidy', /购房补[贴助]/],
  ])('those about %s find each other', (_what, words) => {
    const same = about(words)
    const members = rows.flatMap((row, at) => (words.test(row.title) ? [at] : []))
    expect(members.length).toBeGreaterThan(5)
    let right = 0
    let wrong = 0
    let found = 0
    for (const at of members) {
      const hits = likeness(terms[at]!, terms)
        .map((degree, other) => ({ degree, other }))
        .filter(({ degree, other }) => other !== at && degree >= alike)
        .sort((a, b) => b.degree - a.degree)
        .slice(0, 20)
      const good = hits.filter(({ other }) => same(other)).length
      right += good
      wrong += hits.length - good
      if (good > 0) found += 1
    }
    expect(right / (right + wrong)).toBeGreaterThan(0.7)
    expect(found / members.length).toBeGreaterThan(0.9)
  })
  test('among 2,000 of them is told in less than 100 ms', () => {
    let took = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 10; tries++) {
      const started = performance.now()
      const texts = rows.map(({ title, text }) => tellingTerms(`${title} ${text}`))
      likeness(texts[0]!, texts)
      took = Math.min(took, performance.now() - started)
    }
    expect(took).toBeLessThan(100)
  })
})
