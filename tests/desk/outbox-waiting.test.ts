import { expect, onTestFinished, test, vi } from 'vitest'
import type { SendResult } from '../../src/channels/channel.ts'
import { entries } from '../../src/desk/decision.ts'
import { messageSent } from '../../src/desk/threads/entries.ts'
import { day } from '../support/broadcasting.ts'
import { iso, minute, monday } from '../support/station.ts'
import { answer, wecomVillage } from '../support/wecom-village.ts'

test('an answer that is to be tried again does not wait until a clock put right has caught up', async () => {
  let wrong = day
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: monday })
  onTestFinished(() => void vi.useRealTimers())
  const turns = async () => {
    for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const at = await wecomVillage({ clock: () => Date.now() + wrong })
  const down: SendResult = { sent: false, retry: 'later', reason: 'unreachable' }
  at.send = async () => down
  const thread = at.hears()
  const { last_seq: seen } = at.desk.station.views.threads.thread(thread)!
  const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: at.desk.station.now() }
  const { seq } = await at.desk.station.execute('thread.answer', { thread, text: '马上到', seen }, by, null)
  await vi.advanceTimersByTimeAsync(0)
  await turns()
  expect(at.sent).toHaveLength(1)
  // The admin sets the machine's clock right, as the desk itself asks for; the line is back.
  wrong = 0
  at.send = async () => ({ sent: true })
  for (let n = 0; n < 10; n += 1) {
    await vi.advanceTimersByTimeAsync(minute)
    await turns()
  }
  expect(at.desk.station.views.threads.message(seq)?.delivery).toBe('accepted')
})

test('files on their slow way up hold up no words for other residents', async () => {
  const at = await wecomVillage()
  const { station } = at.desk
  at.send = ({ media }) => (media ? new Promise(() => {}) : Promise.resolve({ sent: true }))
  const by = { user: 'zhang', role: 'officer', device: 'test-pc', now: station.now() }
  for (let n = 0; n < 4; n += 1) {
    const thread = at.hears('在吗', { from: `wm${n}` })
    const data = { kind: 'image', delivery: 'queued', seen: null, sentAt: iso(station.now()) } as const
    const media = { kind: 'image', sha256: 'a'.repeat(64), name: 'a.jpg', type: 'image/jpeg', bytes: 9_000 }
    station.bus.runNow(by, () => ({
      decision: entries(
        messageSent(thread, data, { text: '[图片]', title: null, image: null, external: null, media }),
      ),
    }))
  }
  await at.settled()
  await answer(at, at.hears('救命', { from: 'wmOther' }), '马上到')
  await at.settled()
  expect(at.sent.map(({ text }) => text)).toContain('马上到')
})
