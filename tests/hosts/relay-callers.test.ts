import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callerOf } from '../../src/hosts/relay/callers.ts'
import { messagesXml, notification } from '../support/callbacks.ts'
import { liuhe, minute, shatian, start, testRelay } from '../support/relay.ts'

const genuine = () => notification(liuhe, messagesXml('wkLIUHE0001', 'ENCplanted', start), start)

describe('who sends much that is not genuine', () => {
  const bad = { query: 'msg_signature=1', body: '' }
  const from = (address: string) => ({ 'x-forwarded-for': address })
  test('is not listened to for a minute, and others are', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 20; round += 1) {
      expect((await relay.post(bad, liuhe, from('203.0.113.9'))).status).toBe(400)
    }
    expect((await relay.post(genuine(), liuhe, from('203.0.113.9'))).status).toBe(429)
    expect((await relay.post(genuine(), liuhe, from('203.0.113.10'))).status).toBe(200)
    // What a caller writes in front of the address his proxy saw does not help him.
    expect((await relay.post(genuine(), liuhe, from('198.51.100.1, 203.0.113.9'))).status).toBe(429)
    relay.now += minute
    expect((await relay.post(genuine(), liuhe, from('203.0.113.9'))).status).toBe(200)
    expect(relay.logged.join('\n')).toContain('203.0.113.9 is not listened to for a minute')
  })
  test('behind a proxy that does not say for whom it asks, nobody is shut out', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 40; round += 1) await relay.post(bad)
    expect((await relay.post(genuine())).status).toBe(200)
  })
  test('does not fill the log', async () => {
    const relay = await testRelay()
    for (let round = 0; round < 300; round += 1) await relay.post(bad)
    expect(relay.logged.length).toBeLessThan(5)
  })
  test('is known by his address, of IPv6 by its network', () => {
    const caller = (remoteAddress: string, forwarded?: string) =>
      callerOf({ socket: { remoteAddress }, headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }, [
        '127.0.0.1',
        '10.0.0.2',
      ])
    expect(caller('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(caller('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(caller('127.0.0.1', '203.0.113.9, 10.0.0.2')).toBe('203.0.113.9')
    expect(caller('::ffff:127.0.0.1', 'no address')).toBeNull()
    expect(caller('127.0.0.1')).toBeNull()
    expect(caller('2001:db8:0:7:1:2:3:4')).toBe('2001:db8:0:7::/64')
    expect(caller('2001:db8::7:1:2:3:4')).toBe('2001:db8:0:7::/64')
    expect(caller('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(caller('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
    expect(caller('::1')).toBe('0:0:0:0::/64')
  })
})

describe('slow and broken callers', () => {
  const raw = (port: number, ...parts: string[]) =>
    new Promise<string>((resolve) => {
      let heard = ''
      const socket = connect(port, '127.0.0.1', () => {
        for (const part of parts) socket.write(part)
      })
      socket.on('data', (data) => {
        heard += data
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(heard))
    })
  test('who never ends his request is let go of, and nobody else notices', async () => {
    const relay = await testRelay({ patience: 1_000 })
    const slow = [
      raw(relay.port, 'POST /wecom/liuhe HTTP/1.1\r\nHost: x\r\n'),
      raw(relay.port, 'POST /wecom/liuhe HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml>'),
    ]
    expect((await relay.post(genuine())).status).toBe(200)
    const before = performance.now()
    expect(await Promise.all(slow)).toEqual([
      expect.stringContaining('HTTP/1.1 408'),
      expect.stringContaining('HTTP/1.1 408'),
    ])
    expect(performance.now() - before).toBeLessThan(10_000)
  })
  test('who announces too much is answered before he sends it', async () => {
    const relay = await testRelay()
    const { query } = genuine()
    const head = `POST /wecom/liuhe?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n`
    expect(await raw(relay.port, head)).toContain('HTTP/1.1 413')
  })
  test('what is not HTTP ends nothing', async () => {
    const relay = await testRelay()
    for (const bytes of ['\0\0\0', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`]) {
      await raw(relay.port, bytes)
    }
    for (let round = 0; round < 50; round += 1) {
      const socket = connect(relay.port, '127.0.0.1', () => {
        socket.write('GET /desk HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
        socket.resetAndDestroy()
      })
      socket.on('error', () => {})
      await new Promise((resolve) => socket.on('close', resolve))
    }
    expect((await relay.post(genuine())).status).toBe(200)
  })
})

test('what is wrongly signed for one corp does not shut out the callbacks of another, which come from the same machines of WeCom', async () => {
  const relay = await testRelay()
  const wecom = { 'x-forwarded-for': '203.0.113.9' }
  // Somebody has changed the Token of Shatian's app in WeCom, and not here: seven messages, three tries each.
  const changed = { ...shatian, token: 'ChangedInWecomOnly01' }
  for (let n = 0; n < 7; n += 1) {
    const callback = notification(changed, messagesXml('wkSHATIAN001', `ENC${n}`, start), start)
    for (let tries = 0; tries < 3; tries += 1) await relay.post(callback, shatian, wecom)
  }
  expect(await relay.post(genuine(), liuhe, wecom)).toEqual({ status: 200, body: 'success' })
})

test.each([
  ['at a place that is none', '/nowhere'],
  ['without a token', '/desk'],
])('who knocks %s and then stays on the line is let go of', async (_, path) => {
  const relay = await testRelay({ patience: 500 })
  const staying = Array.from({ length: 5 }, () => {
    const socket = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`)
    socket.on('error', () => {})
    socket.resume()
    // Writing to a connection that is gone ends this side of it too.
    const talking = setInterval(() => socket.write('.'), 50)
    onTestFinished(() => {
      clearInterval(talking)
      socket.destroy()
    })
    return new Promise<'let go' | 'kept'>((resolve) => {
      socket.on('close', () => resolve('let go'))
      setTimeout(() => resolve('kept'), 5_000)
    })
  })
  expect(await Promise.all(staying)).toEqual(staying.map(() => 'let go'))
  expect((await relay.post(genuine())).status).toBe(200)
})
