import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { notification } from '../support/callbacks.ts'
import { deskTokens, liuhe, shatian, soon, start, testRelay } from '../support/relay.ts'
import { isNow, linked, listening } from '../support/relay-link.ts'

describe('over wss', () => {
  const certificates = join(import.meta.dirname, 'certificates')
  const pem = (name: string) => readFileSync(join(certificates, name))
  const secure = () => testRelay({ tls: { cert: pem('server.pem'), key: pem('server.key') } })
  const ca = pem('ca.pem').toString()

  test('a relay whose certificate the station vouches for is believed, and no other', async () => {
    const relay = await secure()
    const stranger = linked(relay.url)
    await isNow(stranger, 'lost')
    const desk = linked(relay.url, { ca })
    await isNow(desk, 'connected')
    expect(desk.logged).toEqual([`relay: connected to 127.0.0.1:${relay.port}`])
  })
  test('through the proxy of the station', async () => {
    const relay = await secure()
    const asked: string[] = []
    const proxy = createHttpServer()
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url}`)
      const onward = connect(relay.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      for (const end of [onward, socket]) end.on('error', () => {}).on('close', () => onward.destroy())
    })
    const { host } = new URL(await listening(proxy))
    const agent = new TlsAgent({ proxyEnv: { HTTPS_PROXY: `http://${host}` }, ca })
    const desk = linked(`https://127.0.0.1:${relay.port}`, { agent })
    await isNow(desk, 'connected')
    expect(asked).toEqual([`127.0.0.1:${relay.port}`])
    await relay.hears(liuhe, 'wkA', 'ENC')
    await soon(() => expect(desk.news).toHaveLength(1))
  })
})

test('no planted secret, token or word is in a line of either log', async () => {
  const relay = await testRelay()
  const desk = linked(relay.url)
  await isNow(desk, 'connected')
  const stranger = linked(relay.url, { token: 'planted-token-of-a-stranger' })
  await isNow(stranger, 'refused')
  await relay.hears(liuhe, 'wkA', 'ENCplanted')
  const words = '<xml><MsgType>text</MsgType><Content>planted words</Content></xml>'
  await relay.post(notification(liuhe, words, start))
  await relay.post(notification({ ...liuhe, corpid: 'planted-corp' }, words, start))
  await relay.post(notification(shatian, 'planted', start))
  await relay.post({ query: 'msg_signature=planted&timestamp=planted&nonce=planted', body: 'planted' })
  await relay.post({ query: 'planted', body: 'planted '.repeat(20_000) })
  await relay.ask('/planted?planted', { headers: { authorization: 'Bearer planted' } })
  await soon(() => expect(desk.news).toHaveLength(1))
  await relay.relay.close()
  await isNow(desk, 'lost')
  const lines = [...relay.logged, ...desk.logged, ...stranger.logged].join('\n')
  expect(lines).toContain('desk liuhe is here')
  for (const secret of ['planted', liuhe.token, liuhe.aesKey, ...Object.values(deskTokens)]) {
    expect(lines).not.toContain(secret)
  }
})
