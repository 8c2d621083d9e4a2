import { expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { minute, monday, phone, screensFollowLedger, testStation } from '../support/station.ts'
import { typed, wecomVillage } from '../support/wecom-village.ts'

test('what a colleague typed before the resident’s last word, and comes late, answers nothing', async () => {
  const village = await wecomVillage()
  const thread = village.hears('我被骗了', { at: monday })
  village.takesIn(typed('您好', monday - 5 * minute))
  const { waitingSince } = await village.zhang.call('thread.get', { thread })
  expect(waitingSince).not.toBeNull()
  village.takesIn(typed('请先不要转账', monday + minute))
  expect(await village.zhang.call('thread.get', { thread })).toMatchObject({ waitingSince: null })
  expect(screensFollowLedger(village.desk.station)).toBe(true)
})

test('a chat pasted in two parts, the later one first: who asked last goes on waiting', async () => {
  const desk = await testStation()
  const zhang = await at(desk, 'zhang')
  const paste = (text: string) => zhang.call('paste.import', { account: phone, text })
  const { threads } = await paste('三组 王桂兰  昨天 14:30\n他又来砸门了\n')
  expect((await zhang.call('threads.counts', {})).queues.waiting).toBe(1)
  await paste('三组 王桂兰  昨天 14:05\n楼上又吵了\n\n张警官  昨天 14:07\n好的，我们过去看看\n')
  expect((await zhang.call('threads.counts', {})).queues.waiting).toBe(1)
  expect(await zhang.call('thread.get', { thread: threads[0]! })).toMatchObject({
    waitingSince: '2026-11-22T06:30:00.000Z',
  })
  expect(screensFollowLedger(desk.station)).toBe(true)
})
