import { expect } from 'vitest'
import { Refused } from '../../src/contract/errors.ts'
import { type CallName, contract } from '../../src/contract/index.ts'
import type { Console } from './console.ts'
import { type Questions, questions, type World } from './every-question.ts'
import type { PrivateStation } from './private-station.ts'

async function worldOf({ desk, inside }: PrivateStation): Promise<World> {
  const { db } = desk.station
  const { size } = desk.station.ledger.head()
  const all = <T>(sql: string) => db.prepare<[], T>(sql).pluck().all()
  return {
    threads: all('SELECT id FROM thread'),
    contacts: all('SELECT id FROM contact'),
    seqs: all('SELECT seq FROM message'),
    connections: all('SELECT id FROM connection'),
    alarms: all('SELECT id FROM alarm'),
    escalations: all('SELECT id FROM escalation'),
    broadcasts: all('SELECT id FROM broadcast'),
    glass: all('SELECT id FROM glass'),
    handoffs: all('SELECT id FROM handoff ORDER BY seq'),
    items: all('SELECT DISTINCT item FROM handoff_item'),
    handoffQuestions: all('SELECT id FROM handoff_question'),
    promises: all('SELECT id FROM promise'),
    uploads: all('SELECT upload FROM upload'),
    words: [...inside, 'MIWEN', '我不想活', '13812345678', 'GONGKAI'],
    now: desk.now,
    size,
    moments: [0.25, 0.5, 0.75, 1].map((part) => Math.ceil(size * part)),
  }
}

/** All that a console is told when it asks everything: answers, refusals and pushes, as one text. */
export async function everythingTold(
  station: PrivateStation,
  console: Console,
  ask: 'query' | 'command' | 'both',
) {
  const world = await worldOf(station)
  const told: unknown[] = []
  const before = console.pushes.length
  for (const [name, inputs] of Object.entries(questions) as [CallName, Questions[CallName]][]) {
    if (typeof inputs === 'string') continue
    if (ask !== 'both' && contract[name].kind !== ask) continue
    for (const input of (inputs as (world: World) => never[])(world)) {
      try {
        told.push([name, await console.call(name, input)])
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        expect([name, error.refusal.code]).not.toEqual([name, 'broken'])
        told.push([name, error.refusal])
      }
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 150))
  return { told, text: JSON.stringify([told, console.pushes.slice(before)]) }
}

export const leaked = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word))
