import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoThemes, loadDemoStation, stateOf } from '../../src/channels/sandbox/demo-station.ts'
import { nextReaction } from '../../src/channels/sandbox/residents.ts'
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
