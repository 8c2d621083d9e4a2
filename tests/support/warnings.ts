import { v7 as uuid } from 'uuid'
import type { Input } from '../../src/contract/index.ts'
import { entries } from '../../src/desk/decision.ts'
import { contactAdded } from '../../src/desk/people/entries.ts'
import { at, type Console } from './console.ts'
import { entriesOf, type TestStation, testStation, village } from './station.ts'

/** A notice as the county's anti-fraud centre sends it; tests of warnings begin with it. */
export const notice: Input<'warning.enter'> = {
  name: '王桂兰',
  phone: '13812345678',
  type: 'fakeService',
  source: '市反诈中心',
  note: '与境外号码通话 20 分钟',
  contact: null,
}
export const enter = async (console: Console, over: Partial<Input<'warning.enter'>> = {}) =>
  (await console.call('warning.enter', { ...notice, ...over })).warning
export const get = async (console: Console, warning: string) => console.call('warning.get', { warning })
export const rowOf = async (console: Console, warning: string) => (await get(console, warning)).warning
export const listOf = (console: Console, of: 'open' | 'closed' = 'open') =>
  console.call('warnings.list', { of, offset: 0, limit: 50 })
export const typesOf = (desk: TestStation, subject: string) =>
  entriesOf(desk.station)
    .filter((entry) => entry.subject === subject)
    .map(({ type }) => type)

interface Neighbour {
  name: string
  villageGroup?: string | null
  phone?: string | null
  tags?: string[]
  account?: string
  external?: string
}
/** Puts people into the register; answers their ids. */
export function registered(desk: TestStation, ...people: Neighbour[]): string[] {
  const ids = people.map(() => uuid())
  desk.station.bus.runNow({ user: 'core', role: 'system', device: 'core', now: desk.now }, () => ({
    decision: entries(
      ...people.map(
        (
          { name, account = village, external = `wx-${name}`, villageGroup = null, phone = null, tags = [] },
          n,
        ) =>
          contactAdded(ids[n]!, account, {
            name,
            external,
            villageGroup,
            household: null,
            phone,
            tags,
          }),
      ),
    ),
  }))
  return ids
}

/** A station, two officers and a warning nobody works yet. */
export async function shift(over: Partial<Input<'warning.enter'>> = {}) {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  return { desk, zhang, li, warning: await enter(zhang, over) }
}
/** The same about a resident of the register who has written before. */
export async function known() {
  const desk = await testStation()
  const [zhang, li] = [await at(desk, 'zhang'), await at(desk, 'li')]
  const thread = desk.hears({ text: '户口本丢了怎么补' })
  const { contact, lastSeq: seen } = await zhang.call('thread.get', { thread })
  const warning = await enter(zhang, { contact })
  return { desk, zhang, li, thread, contact, seen, warning }
}
