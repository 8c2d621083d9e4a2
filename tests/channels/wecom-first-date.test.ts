import { expect, test } from 'vitest'
import { Allowance } from '../../src/channels/wecom/allowance.ts'
import { ClockDifference } from '../../src/channels/wecom/clock-difference.ts'
import { Pump } from '../../src/channels/wecom/pump.ts'
import { handClock } from '../support/hand-clock.ts'
import { Desk, Sync, settled, textItem } from './wecom-listening.ts'

test('a Date that is days behind, told by the first machine of WeCom that answers, does not date messages anew', async () => {
  const start = 1_700_000_000_000
  const clock = handClock(start)
  const desk = new Desk(clock)
  const sync = new Sync(clock)
  const clocks = new ClockDifference()
  clocks.heard(new Date(start - 2 * 86_400_000).toUTCString(), start, start + 50)
  sync.answers.push({ messages: [textItem('m1', start / 1000 - 5)], cursor: 'c1' })
  const pump = new Pump(
    { account: 'a', openKfid: 'wk1' },
    {
      api: sync,
      listener: desk,
      clockAhead: () => clocks.ahead ?? 0,
      allowance: new Allowance(),
      hurry: () => {},
      taken: () => {},
      failed: () => {},
    },
  )
  pump.news({ value: 'ENC1', until: start + 600_000 })
  await settled()
  const [first] = desk.taken
  expect(first?.event).toMatchObject({ event: 'message', sentAt: start - 5_000 })
})
