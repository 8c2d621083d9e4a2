import { expect, test } from 'vitest'
import { WecomChannel } from '../../src/channels/wecom/channel.ts'
import { connected, minute, tooFrequent } from './wecom-own-corp.ts'

test.each([1, 2, 4, 6])(
  '%i accounts: started again at once, the desk stays within what WeCom allows',
  async (n) => {
    const set = await connected({ accounts: n, customers: 1 })
    set.connection.serve(set.bound)
    await set.pass(10 * minute)
    expect(await tooFrequent()).toBe(0)
    await set.channel.stop()
    const again = new WecomChannel(set.desk)
    again.open(set.connection.settings).serve(set.bound)
    await set.pass(2 * minute)
    await again.stop()
    expect(await tooFrequent()).toBe(0)
  },
)
