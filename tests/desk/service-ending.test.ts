import { describe, expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { at } from '../support/console.ts'
import { entriesOf, minute, monday, screensFollowLedger } from '../support/station.ts'
import {
  answer,
  kf,
  refusedBy,
  served,
  type WecomVillage,
  wang,
  wecomVillage,
  whyNot,
  windowOf,
} from '../support/wecom-village.ts'

describe('ending the conversation in the WeCom client', () => {
  async function elsewhere() {
    const at = await wecomVillage()
    const thread = at.hears()
    at.takesIn(served('colleague', monday + minute))
    at.line = { ...at.line!, serviceOf: async () => ({ state: 3, colleague: 'wanghong' }) }
    return Object.assign(at, { thread })
  }
  const steps = ({ desk }: WecomVillage) =>
    entriesOf(desk.station, 'service.endAsked', 'service.changed', 'service.endFailed').map(
      ({ type, data }) => [type, data.state ?? data.why ?? data.colleague],
    )
  test('is asked for with a reason, done, and on record; then the resident’s next word is the desk’s', async () => {
    const at = await elsewhere()
    const asked: string[] = []
    let answered = () => {}
    const endService = (...of: string[]) =>
      new Promise<void>((resolve) => {
        asked.push(...of)
        answered = resolve
      })
    at.line = { serviceOf: at.line!.serviceOf, endService }
    const ending = { thread: at.thread, reason: '居民在等' }
    await at.zhang.call('thread.endElsewhere', ending)
    expect(await at.zhang.refused('thread.endElsewhere', ending)).toMatchObject({ code: 'busy' })
    await at.settled()
    answered()
    await at.settled()
    expect(asked).toEqual([kf, wang])
    expect(steps(at).slice(1)).toEqual([
      ['service.endAsked', 'wanghong'],
      ['service.changed', 'ended'],
    ])
    expect(await at.zhang.refused('thread.endElsewhere', { thread: at.thread, reason: '再来' })).toEqual({
      code: 'nothing_to_do',
    })
    at.hears('在吗', { at: monday + 2 * minute })
    await answer(at, at.thread)
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('that the colleague ended meanwhile is on record once', async () => {
    const at = await elsewhere()
    let answered = () => {}
    const endService = () =>
      new Promise<void>((resolve) => {
        answered = resolve
      })
    at.line = { serviceOf: at.line!.serviceOf, endService }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    at.takesIn(served('ended', monday + 2 * minute))
    answered()
    await at.settled()
    expect(steps(at).filter(([, state]) => state === 'ended')).toHaveLength(1)
  })
  test('that is over already is as good as done', async () => {
    const at = await elsewhere()
    const ended = new ApiRefused(errorCodes.sessionEnded, '/kf/service_state/trans', '')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(ended) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.changed', 'ended'])
  })
  test('that is refused is said, with the code; it can be asked for again', async () => {
    const at = await elsewhere()
    const refused = new ApiRefused(errorCodes.transitionNotAllowed, '/kf/service_state/trans', '')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(refused) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(entriesOf(at.desk.station, 'service.endFailed')).toMatchObject([
      { subject: at.thread, data: { why: 'refused', code: 95016 } },
    ])
    expect(await whyNot(at, at.thread)).toMatchObject({ code: 'served_elsewhere' })
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '再试' })
  })
  test('that cannot be asked now is asked again after a restart', async () => {
    const at = await elsewhere()
    const down = new Unreachable('timeout', '/kf/service_state/trans')
    at.line = { serviceOf: at.line!.serviceOf, endService: () => Promise.reject(down) }
    await at.zhang.call('thread.endElsewhere', { thread: at.thread, reason: '居民在等' })
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.endAsked', 'wanghong'])
    await at.desk.restart()
    at.line = { serviceOf: at.line!.serviceOf, endService: async () => {} }
    await at.settled()
    expect(steps(at).at(-1)).toEqual(['service.changed', 'ended'])
  })
  test('is for nobody who may not read the thread', async () => {
    const village = await elsewhere()
    const { zhang, thread } = village
    await zhang.call('thread.escalate', {
      thread,
      desk: 'mediation',
      level: 'red',
      reason: '家事',
      private: true,
    })
    const li = await at(village.desk, 'li')
    expect(await li.refused('thread.endElsewhere', { thread, reason: '急事' })).toEqual({
      code: 'private_thread',
    })
  })
})

describe('a refusal that says somebody else serves the resident', () => {
  test('shuts the desk’s own answers, and WeCom is asked who it is', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = { serviceOf: async () => ({ state: 3, colleague: 'wanghong' }), endService: async () => {} }
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await at.zhang.call('thread.get', { thread })).toMatchObject({ servedBy: { name: 'wanghong' } })
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([
      { data: { state: 'colleague', colleague: 'wanghong', at: null } },
    ])
  })
  test('shuts them before that is known, too; and it is asked after a restart', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = null
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await whyNot(at, thread)).toMatchObject({ code: 'served_elsewhere', colleague: '', name: '' })
    at.line = { serviceOf: async () => ({ state: 1, colleague: null }), endService: async () => {} }
    await at.desk.restart()
    await at.settled()
    expect(entriesOf(at.desk.station, 'service.changed')).toMatchObject([{ data: { state: 'desk' } }])
    expect(screensFollowLedger(at.desk.station)).toBe(true)
  })
  test('of a conversation that is over leaves the next word to the resident', async () => {
    const at = await wecomVillage()
    at.send = async () => refusedBy('elsewhere', 'elsewhere')
    at.line = { serviceOf: async () => ({ state: 4, colleague: null }), endService: async () => {} }
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    expect(await windowOf(at, thread)).toMatchObject({ state: 'ended' })
  })
})
