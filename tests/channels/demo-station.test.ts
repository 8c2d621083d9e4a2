import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoThemes, loadDemoStation, stateOf } from '../../src/channels/sandbox/demo-station.ts'
import { isResident, nextReaction, speakerOf, talkOf } from '../../src/channels/sandbox/residents.ts'
import { category, shortText, text } from '../../src/contract/values.ts'

const resources = join(import.meta.dirname, '../../resources')
const dir = join(resources, 'demo-station')
const demo = loadDemoStation(dir)
const json = (file: string): unknown => JSON.parse(readFileSync(join(resources, file), 'utf8'))

describe('the demo station', () => {
  it('has the people, accounts, villages and residents a newcomer should meet', () => {
    const roles = demo.people.map((person) => person.role).sort()
    expect(roles).toEqual(['admin', 'auditor', 'officer', 'officer', 'officer', 'supervisor'])
    expect(demo.accounts).toHaveLength(4)
    expect(demo.accounts.flatMap((account) => account.villages)).toHaveLength(7)
    expect(demo.contacts).toHaveLength(60)
    expect(new Set(demo.contacts.map((contact) => contact.phone)).size).toBe(60)
  })

  it('calls nobody: its numbers begin with 129, which no network has', () => {
    for (const { phone } of [...demo.people, ...demo.contacts]) expect(phone).toMatch(/^129/)
  })

  it('has every theme', () => {
    expect(new Set(demo.conversations.map((conversation) => conversation.theme))).toEqual(new Set(demoThemes))
  })

  it('shows every state and every category', () => {
    const states = new Set(demo.conversations.map((conversation) => stateOf(conversation).is))
    expect(states).toEqual(new Set(['open', 'held', 'closed', 'snoozed']))
    expect(new Set(demo.conversations.map((conversation) => conversation.category))).toEqual(
      new Set(category.options),
    )
  })

  it('has a cry for help recalled after ten seconds, and a scam with its screenshot', () => {
    const messages = demo.conversations.flatMap((conversation) => conversation.messages)
    expect(messages.filter((message) => message.recalledAfterSeconds).map((message) => message.text)).toEqual(
      ['我不想活了'],
    )
    const images = messages.flatMap((message) => message.image ?? [])
    expect(images).toHaveLength(1)
    const svg = readFileSync(join(dir, images[0]!), 'utf8')
    expect(svg).toMatch(/^<svg xmlns/)
    expect(svg).not.toMatch(/<script|href=|on\w+=|<foreignObject/i)
  })
})

describe('what can be shown on the demo station', () => {
  const group = demo.conversations.find(({ theme }) => theme === 'villageGroup')!
  const asksForVisit = ({ text }: { text: string }) => /身份证.*(上门|换证)/.test(text)

  it('a residents’ group: a quarrel to take into private talk, three who ask the same, as do three elsewhere', () => {
    const speakers = group.messages.map((message) => speakerOf(demo, group, message).id)
    expect(new Set(speakers).size).toBeGreaterThan(4)
    expect(group.messages.filter(asksForVisit)).toHaveLength(3)
    expect(group.messages.every(({ minutesAgo }) => minutesAgo <= 120)).toBe(true)
    const elsewhere = demo.conversations.filter(({ theme }) => theme === 'idCardAtHome')
    expect(elsewhere.map(({ messages }) => messages.some(asksForVisit))).toEqual([true, true, true])
    expect(new Set(elsewhere.map(({ account }) => account)).size).toBe(3)
  })
  it('private matters with a desk: one accepted by its member, one that only the supervisor may accept', () => {
    const matters = demo.conversations.flatMap(({ theme, escalated }) =>
      escalated ? [{ theme, ...escalated }] : [],
    )
    expect(matters).toMatchObject([
      { theme: 'familyDispute', desk: 'mediation', level: 'yellow', private: true, acceptedBy: 'liufang' },
      { theme: 'domesticViolence', desk: 'supervisor', level: 'red', private: true },
    ])
    expect(demo.desks).toEqual({ mediation: ['liufang'], antiFraud: ['zhanglei'], criminal: ['chenjun'] })
  })
  it('a scam warning whose time has not run out', () => {
    expect(demo.warnings).toHaveLength(1)
    expect(demo.warnings[0]!.minutesAgo).toBeLessThan(5)
  })
  it('both neighbours have words for the officer in private too', () => {
    for (const member of ['c04', 'c56']) {
      const talk = talkOf(demo, member)!
      expect(talk.group).toBeUndefined()
      expect(speakerOf(demo, talk, nextReaction(talk, 0, '您好', () => 0)!).id).toBe(member)
    }
    expect(talkOf(demo, 'g-liuhe')).toBe(group)
    expect(talkOf(demo, 'c02')).toBeNull()
  })
  it('nobody else than the members speaks in the group, and nobody as a member outside it', () => {
    for (const { group: within, messages } of demo.conversations)
      for (const { from } of messages.filter((message) => isResident(message.from)))
        expect(from.startsWith('member:')).toBe(within !== undefined)
  })
})

describe('a mistake in the demo files', () => {
  const dirs: string[] = []
  afterEach(() => {
    for (const each of dirs.splice(0)) rmSync(each, { recursive: true })
  })
  const changed = (file: string, from: string | RegExp, to: string) => {
    const copy = mkdtempSync(join(tmpdir(), 'demo-station-'))
    dirs.push(copy)
    cpSync(dir, copy, { recursive: true })
    const before = readFileSync(join(copy, file), 'utf8')
    const after = before.replace(from, to)
    expect(after).not.toBe(before)
    writeFileSync(join(copy, file), after)
    return () => loadDemoStation(copy)
  }
  it.each([
    [
      'conversations.json',
      '"contact": "c07"',
      '"contact": "c99"',
      /newborn: c99 is no contact of account liuhe/,
    ],
    ['conversations.json', '"contact": "c08"', '"contact": "c07"', /c07 has a conversation already/],
    ['conversations.json', 'held:liufang', 'held:nobody', /moving: nobody is called nobody/],
    ['conversations.json', 'closed:noReplyNeeded', 'closed:answered', /thanks: closed as answered although/],
    ['conversations.json', 'closed:noReplyNeeded', 'closed:gone', /thanks: "gone" is no disposition/],
    ['conversations.json', 'images/medical', 'images/other-medical', /there is no images\/other-medical/],
    ['conversations.json', '"minutesAgo": 46', '"minutesAgo": 48', /newborn: message 2 is older/],
    ['conversations.json', '"match": "', '"match": "(', /not a regular expression/],
    ['conversations.json', /,\s*"by": "chenjun"/, '', /"by" does not say by whom/],
    [
      'conversations.json',
      '"member:c05"',
      '"resident"',
      /villageGroup: message 1: resident does not speak here/,
    ],
    [
      'conversations.json',
      '"from": "resident"',
      '"from": "member:c07"',
      /newborn: message 1: member:c07 does not/,
    ],
    [
      'conversations.json',
      '"member:c56"',
      '"member:c21"',
      /villageGroup: c21 is no contact of account liuhe/,
    ],
    [
      'conversations.json',
      /"from": "member:c13",\s*"match"/,
      '"match"',
      /villageGroup: reaction 1: in a group, and/,
    ],
    [
      'conversations.json',
      '"acceptedBy": "liufang"',
      '"acceptedBy": "chenjun"',
      /familyDispute: chenjun is no member of desk mediation/,
    ],
    [
      'conversations.json',
      '"state": "held:liufang",\n    "escalated"',
      '"state": "open", "escalated"',
      /familyDispute: accepted, but not held by liufang/,
    ],
    [
      'conversations.json',
      '"state": "held:chenjun",\n    "escalated"',
      '"state": "closed:duplicate", "by": "chenjun", "escalated"',
      /domesticViolence: closed while it is with a desk/,
    ],
    ['conversations.json', '"minutesAgo": 8.5', '"minutesAgo": 80', /domesticViolence: escalated before/],
    [
      'station.json',
      '"mediation": ["liufang"]',
      '"mediation": ["nobody"]',
      /desk mediation: nobody is called/,
    ],
    ['station.json', '"contact": "c20"', '"contact": "c99"', /warning: there is no contact c99/],
    ['station.json', '["binhe", "jicun"]', '["binhe", "jihe"]', /post post2: there is no account jihe/],
    ['station.json', '{ "post1": ["chenjun"]', '{ "post9": ["chenjun"]', /roster: there is no post post9/],
    [
      'station.json',
      '"post1": ["liufang"]',
      '"post1": ["liufen"]',
      /roster of post1: nobody is called liufen/,
    ],
    ['station.json', '"role": "officer"', '"role": "boss"', /station\.json[\s\S]*people\[0\]\.role/],
    ['station.json', '"head": "c03"', '"head": "c04"', /household h02: head c04/],
    ['station.json', '{', '', /station\.json of the demo station cannot be read/],
  ])('is named: %s, %s → %s', (file, from, to, error) => {
    expect(changed(file, from, to)).toThrow(error)
  })
})

describe('a resident', () => {
  it('reacts to whatever is answered, in every conversation, and falls silent in the end', () => {
    for (const conversation of demo.conversations) {
      const first = nextReaction(conversation, 0, 'abc', () => 0)
      expect(first, conversation.theme).not.toBeNull()
      expect(conversation.reactions.length, conversation.theme).toBeGreaterThan(1)
      expect(nextReaction(conversation, conversation.reactions.length, 'abc', () => 0)).toBeNull()
    }
  })

  it('answers to what the officer wrote first', () => {
    const lift = demo.conversations.find((conversation) => conversation.theme === 'liftStuck')!
    expect(nextReaction(lift, 0, '请马上打119', () => 0)?.text).toMatch(/^打了119/)
    expect(nextReaction(lift, 0, '好的', () => 0)?.text).toMatch(/^门开了/)
  })

  it('has every reaction reachable by some answer', () => {
    for (const { theme, reactions } of demo.conversations) {
      const general = reactions.filter((reaction) => reaction.match === undefined)
      general.forEach((reaction, index) => {
        expect(nextReaction({ reactions }, index, '', () => 0)?.text, theme).toBe(reaction.text)
      })
      for (const reaction of reactions) {
        if (reaction.match)
          expect(nextReaction({ reactions: [reaction] }, 0, sample(reaction.match), () => 0)?.text).toBe(
            reaction.text,
          )
      }
    }
  })

  it('takes the time the reaction gives, by the random number alone', () => {
    const reactions = [{ when: 'answered' as const, afterSeconds: [10, 20] as [number, number], text: '好' }]
    expect(nextReaction({ reactions }, 0, '', () => 0)?.afterMs).toBe(10_000)
    expect(nextReaction({ reactions }, 0, '', () => 0.5)?.afterMs).toBe(15_000)
    expect(nextReaction({ reactions }, 1, '', () => 0)).toBeNull()
  })

  /** The first alternative of a pattern made of plain words. */
  function sample(pattern: string): string {
    return pattern
      .split('|')[0]!
      .replace(/\[(.).*?\]/gu, '$1')
      .replaceAll('.*', '')
  }
})

describe('the texts a station starts with', () => {
  const both = z.strictObject({ zh: shortText, en: shortText })

  it('quick replies: one id and one shortcut each, and each category has one', () => {
    const replies = z
      .array(z.strictObject({ id: z.string(), category, title: both, text, shortcut: z.string().max(20) }))
      .parse(json('quick-replies.json'))
    expect(replies.length).toBeGreaterThanOrEqual(25)
    expect(new Set(replies.map((reply) => reply.id)).size).toBe(replies.length)
    expect(new Set(replies.map((reply) => reply.shortcut)).size).toBe(replies.length)
    expect(new Set(replies.map((reply) => reply.category))).toEqual(new Set(category.options))
    // Every station gets these, not only the invented one.
    expect(JSON.stringify(replies)).not.toContain(demo.name)
  })

  it('checklists: papers, steps, fee and days in both languages, and the advice to check them', () => {
    const file = z
      .strictObject({
        note: both,
        checklists: z.array(
          z.strictObject({
            id: z.string(),
            title: both,
            papers: z.array(both.extend({ note: both.optional() })).min(1),
            steps: z.array(both).min(1),
            fee: both,
            days: both,
          }),
        ),
      })
      .parse(json('checklists.json'))
    expect(file.checklists.length).toBeGreaterThanOrEqual(10)
    expect(new Set(file.checklists.map((list) => list.id)).size).toBe(file.checklists.length)
  })
})
