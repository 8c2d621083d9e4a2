import { expect, test } from 'vitest'
import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'
import { minute, monday } from '../support/station.ts'
import { answer, served, wecomVillage, windowOf } from '../support/wecom-village.ts'

test('an end of which nothing was heard is not asked for blindly again: the resident has written since', async () => {
  const at = await wecomVillage()
  const thread = at.hears()
  at.takesIn(served('colleague', monday + minute))
  // WeCom as it is: what it does, and answers that get lost.
  let state: 0 | 3 | 4 = 3
  let lost = true
  at.line = {
    serviceOf: async () => ({ state, colleague: state === 3 ? 'wanghong' : null }),
    endService: async () => {
      if (state === 4) throw new ApiRefused(errorCodes.sessionEnded, '/kf/service_state/trans', '')
      state = 4
      if (lost) throw new Unreachable('timeout', '/kf/service_state/trans')
    },
  }
  at.send = async () => (state === 4 ? { sent: false, retry: 'never', reason: 'ended' } : { sent: true })
  await at.zhang.call('thread.endElsewhere', { thread, reason: '居民在等' })
  await at.settled()
  expect(state).toBe(4)
  // It was ended all the same; the resident writes, and the conversation is the desk's.
  state = 0
  at.hears('有人吗，急', { at: monday + 2 * minute })
  lost = false
  await at.later(3 * minute)
  at.desk.station.errands.poke()
  await at.settled()
  expect(state).toBe(0)
  expect(await windowOf(at, thread)).toMatchObject({ state: 'open' })
  await answer(at, thread)
})
