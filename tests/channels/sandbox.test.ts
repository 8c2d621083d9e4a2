import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InboundEvent, Outgoing } from '../../src/channels/channel.ts'
import { SandboxChannel } from '../../src/channels/sandbox/channel.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The invented residents, and what they have said so far. */
function sandbox() {
  const heard: InboundEvent[] = []
  const channel = new SandboxChannel(
    {
      now: () => 1_000,
      log: (line) => {
        throw new Error(line)
      },
      takeIn: (_account, events) => void heard.push(...events),
    },
    join(import.meta.dirname, '../../resources'),
  )
  let seq = 0
  return {
    heard,
    async send(to: string, text: string): Promise<void> {
      seq += 1
      const message: Outgoing = {
        seq,
        account: 'liuhe',
        contact: to,
        contactExternal: to,
        conversation: to,
        id: `m-${seq}`,
        again: false,
        text,
        media: null,
        menu: null,
      }
      const sent = channel.send(message)
      await vi.advanceTimersByTimeAsync(10 * 60_000)
      expect(await sent).toEqual({ sent: true })
    },
  }
}

describe('an invented resident', () => {
  test('answers in a talk of their own', async () => {
    const { heard, send } = sandbox()
    await send('c18', '周四上午来')
    expect(heard).toMatchObject([{ contact: { external: 'c18', name: '吕桂香' }, conversation: 'c18' }])
    expect(heard[0]).not.toMatchObject({ group: expect.anything() })
  })
  test('of a group answers in the group, whoever of its members it concerns', async () => {
    const { heard, send } = sandbox()
    await send('g-liuhe', '上门换证周四到柳河村，五组也去')
    await send('g-liuhe', '请两位先不要在群里吵')
    expect(heard).toMatchObject([
      {
        contact: { external: 'c13', name: '彭春花' },
        conversation: 'g-liuhe',
        group: { external: 'g-liuhe', name: '柳河村村民群' },
      },
      { contact: { external: 'c56', name: '段红梅' }, conversation: 'g-liuhe' },
    ])
  })
  test('taken aside answers there, as themselves', async () => {
    const { heard, send } = sandbox()
    await send('c56', '您好，群里的事我们单独谈')
    expect(heard).toMatchObject([
      { contact: { external: 'c56', name: '段红梅' }, conversation: 'c56', group: undefined },
    ])
  })
  test('whom the demo has no words for is silent', async () => {
    const { heard, send } = sandbox()
    await send('c02', '您好')
    expect(heard).toEqual([])
  })
})
