import { Agent, createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { News } from '../../src/channels/wecom/relay-wire.ts'
import { messagesXml, notification } from '../support/callbacks.ts'
import { deskTokens, liuhe, minute, relayConfig, shatian, soon, start, testRelay } from '../support/relay.ts'
import { back, isNow, linked, listening, second, type TestLink } from '../support/relay-link.ts'

async function webSockets(): Promise<{ url: string; sockets: WebSocketServer }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => sockets.close())
  await new Promise((resolve) => sockets.on('listening', resolve))
  return { url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`, sockets }
}

describe('a desk with a relay', () => {
  test('hears which account has news, with the token to fetch them', async () => {
    const relay = await testRelay()
    const desk = linked(relay.url)
    await isNow(desk, 'connected')
    expect(desk.states).toEqual(['connecting', 'connected'])
    expect(desk.connected).toEqual([[liuhe.corpid]])
    await relay.hears(liuhe, 'wkLIUHE0001', 'ENC1')
    await soon(() =>
      expect(desk.news).toEqual([
        {
          kind: 'messages',
          corpid: liuhe.corpid,
          account: 'wkLIUHE0001',
          token: 'ENC1',
          at: start,
          until: start + 10 * minute,
        },
      ]),
    )
  })
  test('counts the life of a token by its own clock, however wrong that of the relay is', async () => {
    const relay = await testRelay({ now: start - 60 * minute })
    const desk = linked(relay.url)
    await isNow(desk, 'connected')
    await relay.hears(liuhe, 'wkA', 'ENC')
    await soon(() => expect(desk.news).toMatchObject([{ at: start, until: start + 10 * minute }]))
  })
  test('hears of a repeated callback once', async () => {
    const relay = await testRelay()
    const desk = linked(relay.url)
    await isNow(desk, 'connected')
    const callback = notification(liuhe, messagesXml('wkA', 'ENC', start), start)
    for (let round = 0; round < 3; round += 1) await relay.post(callback)
    await relay.hears(liuhe, 'wkB', 'ENC')
    await soon(() => expect(desk.news.at(-1)).toMatchObject({ account: 'wkB' }))
    expect(desk.news).toHaveLength(2)
  })
  test('hears nothing of another corp', async () => {
    const relay = await testRelay()
    const one = linked(relay.url)
    const other = linked(relay.url, { token: deskTokens.shatian })
    await Promise.all([isNow(one, 'connected'), isNow(other, 'connected')])
    await relay.hears(liuhe, 'wkLIUHE', 'ENC1')
    await relay.hears(shatian, 'wkSHATIAN', 'ENC2')
    await soon(() => expect([one.news.length, other.news.length]).toEqual([1, 1]))
    expect(one.news).toMatchObject([{ corpid: liuhe.corpid, account: 'wkLIUHE' }])
    expect(other.news).toMatchObject([{ corpid: shatian.corpid, account: 'wkSHATIAN' }])
  })
  test('that comes late is told of the accounts whose token still lives', async () => {
    const relay = await testRelay()
    await relay.hears(liuhe, 'wkA', 'ENCa')
    relay.now += 9 * minute
    const desk = linked(relay.url)
    await soon(() => expect(desk.news).toMatchObject([{ account: 'wkA', until: start + minute }]))
    expect(desk.connected).toHaveLength(1)
  })
  test('is kept by pings while nothing happens', async () => {
    const { url, sockets } = await webSockets()
    const pings: unknown[] = []
    sockets.on('connection', (socket) => {
      socket.on('ping', (data) => void pings.push(data))
      socket.send(JSON.stringify({ frame: 'welcome', v: 1, now: start, corps: [liuhe.corpid] }))
    })
    const desk = linked(url)
    await isNow(desk, 'connected')
    for (let step = 1; step <= 60; step += 1) {
      desk.clock.pass(5 * second)
      await soon(() => expect(pings).toHaveLength(step))
    }
    expect(desk.states).toEqual(['connecting', 'connected'])
  })
})

describe('an outage heals:', () => {
  test('the relay is started anew, the desk comes back and asks for what happened meanwhile', async () => {
    const first = await testRelay()
    const desk = linked(first.url)
    await isNow(desk, 'connected')
    await first.relay.close()
    await isNow(desk, 'lost')
    expect(desk.link.standing.since).toBe(start)
    desk.clock.pass(2 * second)
    const again = await testRelay({ listen: { address: '127.0.0.1', port: first.port } })
    await back(desk)
    expect(desk.states).toEqual(['connecting', 'connected', 'lost', 'connected'])
    expect(desk.connected).toHaveLength(2)
    await again.hears(liuhe, 'wkA', 'ENC')
    await soon(() => expect(desk.news).toHaveLength(1))
  })
  test('a relay that is silent for half a minute is lost, though the connection stands', async () => {
    const pairs: Socket[] = []
    const relay = await testRelay()
    // A cable that swallows everything from some moment on.
    let cut = false
    const { port } = relay
    const url = await listening(
      createServer((from) => {
        const to = connect(port, '127.0.0.1')
        pairs.push(from, to)
        from.on('data', (data) => cut || to.write(data)).on('error', () => {})
        to.on('data', (data) => cut || from.write(data)).on('error', () => {})
      }),
    )
    onTestFinished(() => {
      for (const socket of pairs) socket.destroy()
    })
    const desk = linked(url)
    await isNow(desk, 'connected')
    cut = true
    for (let step = 0; step < 4; step += 1) desk.clock.pass(5 * second)
    expect(desk.states.at(-1)).toBe('connected')
    desk.clock.pass(10 * second)
    expect([desk.states.at(-1), desk.link.standing.since]).toEqual(['lost', desk.clock.now() - 5 * second])
    cut = false
    await back(desk)
  })
  test('the pauses grow from one second to thirty, and differ from desk to desk', async () => {
    const url = await listening(createServer((socket) => socket.destroy()))
    for (const [luck, pauses] of [
      [0, [1, 1, 1, 1, 1, 1, 1]],
      [0.5, [1.5, 2.5, 4.5, 8.5, 15.5, 15.5, 15.5]],
      [0.999999, [2, 4, 8, 16, 30, 30, 30]],
    ] as const) {
      const desk = linked(url, { random: () => luck })
      for (const pause of pauses) {
        // Until it has failed, the next thing due is the end of waiting for a welcome.
        await soon(() => expect(desk.clock.next).toBeCloseTo(pause * second, -1))
        desk.clock.pass(pause * second + 1)
      }
      expect(desk.states).toEqual(['connecting', 'lost'])
      // One line for all of it.
      expect(desk.logged).toHaveLength(1)
      desk.link.stop()
    }
  })
  test('the pauses are short again once the connection has lasted', async () => {
    const relay = await testRelay()
    const desk = linked(relay.url)
    await isNow(desk, 'connected')
    for (const [lasted, pause] of [
      [1, 1.5],
      [1, 2.5],
      [1, 4.5],
      [30, 1.5],
    ] as const) {
      desk.clock.pass((lasted / 2) * second)
      await relay.hears(liuhe, `wk${lasted}`, 'ENC')
      await soon(() => expect(desk.news.at(-1)).toMatchObject({ account: `wk${lasted}` }))
      desk.clock.pass((lasted / 2) * second)
      await relay.relay.close()
      await isNow(desk, 'lost')
      expect(desk.clock.next).toBe(pause * second)
      relay.relay = (await testRelay({ listen: { address: '127.0.0.1', port: relay.port } })).relay
      desk.clock.pass(pause * second)
      await isNow(desk, 'connected')
    }
  })
  test('what answers and is no relay is left again', async () => {
    const web = createHttpServer((_, response) => response.writeHead(502).end())
    const desk = linked(await listening(web))
    await isNow(desk, 'lost')
    expect(desk.logged).toEqual(['relay: no way to it: HTTP 502'])
    const { url, sockets } = await webSockets()
    sockets.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.send('{"frame":"news","v":1}')
      socket.send(JSON.stringify({ frame: 'welcome', v: 2, now: 1, corps: [] }))
      socket.send('\0not JSON')
      socket.send(Buffer.from([1, 2, 3]))
    })
    const other = linked(url)
    await soon(() => expect(other.logged).toEqual(['relay: said something this version does not know']))
    expect(other.states).toEqual(['connecting'])
    other.clock.pass(15 * second)
    expect(other.states).toEqual(['connecting', 'lost'])
    expect(other.news).toEqual([])
  })
  test('what floods the desk is left, and no second welcome has all asked for again', async () => {
    const { url, sockets } = await webSockets()
    const welcome = JSON.stringify({ frame: 'welcome', v: 1, now: start, corps: [liuhe.corpid] })
    sockets.on('connection', (socket) => {
      socket.on('error', () => {})
      for (let n = 0; n < 100; n++) socket.send(welcome)
      for (let n = 0; n < 100; n++) socket.send('what?')
    })
    const desk = linked(url)
    await isNow(desk, 'connected')
    await soon(() => expect(desk.logged).toHaveLength(2))
    expect(desk.connected).toHaveLength(1)
    for (const socket of sockets.clients) for (let n = 0; n < 20_000; n++) socket.send('what?')
    await isNow(desk, 'lost')
    expect(desk.logged).toHaveLength(3)
  })
  test('what the desk cannot take in does not end the link', async () => {
    const relay = await testRelay()
    const heard: News[] = []
    const desk = linked(relay.url, {
      onNews: (told) => {
        heard.push(told)
        throw new Error('the ledger cannot be written')
      },
    })
    await isNow(desk, 'connected')
    await relay.hears(liuhe, 'wkA', 'ENC')
    await relay.hears(liuhe, 'wkB', 'ENC')
    await soon(() => expect(heard).toHaveLength(2))
    expect(desk.states).toEqual(['connecting', 'connected'])
    expect(desk.logged.at(-1)).toContain('the ledger cannot be written')
  })
})

describe('a token the relay does not know', () => {
  test('is said so, and shown again only after a minute or two', async () => {
    const relay = await testRelay({ desks: [] })
    const desk = linked(relay.url)
    await isNow(desk, 'refused')
    expect(desk.states).toEqual(['connecting', 'refused'])
    expect(desk.clock.next).toBe(90 * second)
    expect(desk.logged).toEqual(['relay: refused (HTTP 401): it does not know the token of this desk'])
    await relay.relay.close()
    // It has been entered meanwhile.
    await testRelay({ desks: relayConfig().desks, listen: { address: '127.0.0.1', port: relay.port } })
    desk.clock.pass(90 * second)
    await isNow(desk, 'connected')
  })
  test('is tried even where it cannot be sent, and nothing breaks', () => {
    for (const over of [{ token: 'a\nb' }, { url: 'http:// no address' }, { url: 'ftp://relay' }]) {
      const desk = linked('ws://127.0.0.1:1', over)
      expect(desk.states).toEqual(['connecting', 'lost'])
      expect(desk.logged.join()).not.toContain('a\nb')
    }
  })
})

test('a desk that stops hears nothing more and knocks no more', async () => {
  const relay = await testRelay()
  const desk = linked(relay.url)
  await isNow(desk, 'connected')
  await relay.hears(liuhe, 'wkA', 'ENC')
  desk.link.stop()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([desk.news, desk.clock.next, desk.states]).toEqual([[], null, ['connecting', 'connected']])
  await soon(async () => expect(JSON.parse((await relay.ask('/health')).body)).toMatchObject({ desks: 0 }))
})

test('a desk that stops when it hears that the relay is lost knocks no more', async () => {
  const relay = await testRelay()
  const desk: TestLink = linked(relay.url, {
    onState: ({ state }) => {
      if (state === 'lost') desk.link.stop()
    },
  })
  await isNow(desk, 'connected')
  await relay.relay.close()
  await isNow(desk, 'lost')
  expect(desk.clock.next).toBeNull()
})

test('an agent prepared by the caller carries the connection', async () => {
  const relay = await testRelay()
  const agent = new Agent()
  agent.createConnection = () => connect(relay.port, '127.0.0.1')
  const desk = linked('ws://relay.example/', { agent })
  await isNow(desk, 'connected')
  expect(desk.logged).toContain('relay: its address is not wss://, so the token travels in the clear')
})
