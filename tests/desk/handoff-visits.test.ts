import { expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { heldBy, itemsOf, night, offer } from '../support/handing-over.ts'
import { hour, iso } from '../support/station.ts'

test('a return visit promised in a thread that is open and nobody’s is on the sheet of whoever promised it', async () => {
  const { desk, zhang, li } = await night()
  const thread = await heldBy(zhang, desk, '一组 甲', '邻居推了墙')
  const { escalation } = await zhang.call('thread.escalate', {
    thread,
    desk: 'mediation',
    level: 'orange',
    reason: '宅基地',
    private: false,
  })
  const daiban = await at(desk, 'daiban')
  await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: ['zhang'], acceptMinutes: 60 })
  await zhang.call('escalation.accept', { escalation })
  const returnVisitAt = iso(desk.now + 6 * hour)
  await zhang.call('escalation.resolve', { escalation, outcome: 'settled', note: '谈妥', returnVisitAt })
  const { lastSeq } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.answer', { thread, text: '下午来看您', seen: lastSeq })
  await zhang.call('thread.release', { thread })
  const handoff = await offer(desk, zhang)
  expect(await itemsOf(li, handoff)).toMatchObject([{ id: thread, returnVisitAt }])
})
