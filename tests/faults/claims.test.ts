import { expect, test } from 'vitest'
import { browserAt, host } from '../support/console.ts'
import { entriesOf, iso, screensFollowLedger, testStation } from '../support/station.ts'

test('200 threads claimed by two consoles at the same moment: each has one holder, and the other is told who and since when', async () => {
  const desk = await testStation()
  const { url } = await host(desk)
  const [zhang, li] = [await browserAt(url, 'zhang'), await browserAt(url, 'li')]
  const threads = Array.from({ length: 200 }, (_, n) => desk.hears({ from: `居民${n}`, text: '在吗' }))
  const claims = (console: typeof zhang, order: string[]) =>
    Promise.all(
      order.map(
        async (thread) =>
          [thread, await console.call('thread.claim', { thread }).catch((error) => error.refusal)] as const,
      ),
    )
  // One from the front and one from the back, so that each is first for about half of them.
  const [byZhang, byLi] = await Promise.all([claims(zhang, threads), claims(li, threads.toReversed())])
  const answers = [new Map(byZhang), new Map(byLi)]
  const names = { zhang: '张建国', li: '李秀英' }
  const won = { zhang: 0, li: 0 }
  for (const thread of threads) {
    const holder = answers[0]!.get(thread).code === undefined ? 'zhang' : 'li'
    const [winner, loser] = holder === 'zhang' ? answers : answers.toReversed()
    won[holder] += 1
    expect(winner!.get(thread)).toEqual({ holder })
    expect(loser!.get(thread)).toEqual({
      code: 'already_claimed',
      holder,
      holderName: names[holder],
      since: iso(desk.now),
    })
    expect(desk.station.views.threads.thread(thread)).toMatchObject({ holder })
  }
  expect(entriesOf(desk.station, 'thread.claimed')).toHaveLength(200)
  expect(won.zhang + won.li).toBe(200)
  expect(screensFollowLedger(desk.station)).toBe(true)
})
