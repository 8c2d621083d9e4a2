import { expect, test } from 'vitest'
import { at } from '../support/console.ts'
import { hour, iso, minute, monday, screensFollowLedger } from '../support/station.ts'
import { wang, wecomVillage } from '../support/wecom-village.ts'

/** A resident opened the conversation, and said nothing. */
async function village() {
  const here = await wecomVillage()
  const enters = (when: number, sceneText: string) =>
    here.takesIn({
      event: 'entered',
      contact: { external: wang, name: '' },
      scene: 'qr',
      sceneText,
      external: `enter-${when}`,
      at: when,
    })
  const thread = here.hears('在吗')
  const contact = here.desk.station.views.threads.thread(thread)!.contact
  return { ...here, enters, thread, contact }
}

test('the card of a resident says when they last opened the conversation, and how they came', async () => {
  const { desk, zhang, enters, contact } = await village()
  const entered = async () => (await zhang.call('contact.card', { contact })).entered
  expect(await entered()).toBeNull()
  enters(monday, '三组墙上')
  expect(await entered()).toEqual({ at: iso(monday), scene: '三组墙上' })
  enters(monday + minute, '')
  expect(await entered()).toEqual({ at: iso(monday + minute), scene: 'qr' })
  // What is told late says nothing of the last time.
  enters(monday - hour, '村口')
  expect(await entered()).toMatchObject({ at: iso(monday + minute) })
  expect(screensFollowLedger(desk.station)).toBe(true)
})

test('but not to whoever may not read all of the resident’s threads (rule 11)', async () => {
  const { desk, zhang, enters, thread, contact, takesIn } = await village()
  const daiban = await at(desk, 'daiban')
  await daiban.call('desk.save', { id: 'mediation', name: '调解专席', members: ['li'], acceptMinutes: 60 })
  enters(desk.now, '三组墙上')
  const later = takesIn({
    event: 'message',
    contact: { external: wang, name: '' },
    conversation: 'a letter of hers',
    external: 'later',
    kind: 'text',
    text: '他又打我了',
    title: null,
    image: null,
    sentAt: desk.now,
  }).threads[0]!
  const li = await at(desk, 'li')
  await zhang.call('thread.escalate', {
    thread: later,
    desk: 'mediation',
    level: 'orange',
    reason: '家暴',
    private: true,
  })
  const card = async (console: typeof li) => console.call('contact.card', { contact })
  expect((await card(li)).entered).toEqual({ at: iso(desk.now), scene: '三组墙上' })
  const outside = await card(await at(desk, 'zhao'))
  expect([outside.threads.map(({ id }) => id), outside.entered]).toEqual([[thread], null])
})
