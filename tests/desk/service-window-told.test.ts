import { expect, test } from 'vitest'
import type { SendResult } from '../../src/channels/channel.ts'
import { minute, monday, screensFollowLedger } from '../support/station.ts'
import { answer, refusedBy, sendFailed, wecomVillage, windowOf } from '../support/wecom-village.ts'

test.each(['windowSpent', 'windowExpired'] as const)(
  'a refusal (%s) that is told after the resident has written again does not shut what their word has opened',
  async (reason) => {
    const at = await wecomVillage()
    let told: (result: SendResult) => void = () => {}
    at.send = () =>
      new Promise((resolve) => {
        told = resolve
      })
    const thread = at.hears()
    await answer(at, thread)
    await at.settled()
    // WeCom has refused it; before that is heard here, the resident writes.
    at.hears('有人吗，急', { at: monday + minute })
    told(refusedBy(reason, reason))
    await at.settled()
    expect(await windowOf(at, thread)).toMatchObject({ state: 'open', left: 5 })
    at.send = async () => ({ sent: true })
    await answer(at, thread)
  },
)

test('what WeCom tells of a message that failed without a clear answer counts in the reply window', async () => {
  const at = await wecomVillage()
  const answers: SendResult[] = [
    { sent: false, retry: 'later', reason: 'unreachable', unsure: true },
    refusedBy('40058'),
  ]
  at.send = async () => answers.shift() ?? { sent: true }
  const thread = at.hears()
  await answer(at, thread)
  await at.settled()
  await at.later(minute)
  at.desk.station.outbox.poke()
  await at.settled()
  expect(await windowOf(at, thread)).toMatchObject({ state: 'open', left: 5 })
  // It had been taken, and WeCom says itself that the five are used up.
  at.takesIn(sendFailed(at.sent[0]!.id, 'fail_6', monday + minute))
  expect(await windowOf(at, thread)).toMatchObject({ state: 'spent', left: 0 })
  expect(screensFollowLedger(at.desk.station)).toBe(true)
})

test('and one that was taken and lost after all has used up its place', async () => {
  const at = await wecomVillage()
  const answers: SendResult[] = [
    { sent: false, retry: 'later', reason: 'unreachable', unsure: true },
    refusedBy('40058'),
  ]
  at.send = async () => answers.shift() ?? { sent: true }
  const thread = at.hears()
  await answer(at, thread)
  await at.settled()
  await at.later(minute)
  at.desk.station.outbox.poke()
  await at.settled()
  at.takesIn(sendFailed(at.sent[0]!.id, 'fail_10', monday + minute))
  expect(await windowOf(at, thread)).toMatchObject({ state: 'open', left: 4 })
})
