import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { messagesXml, notification } from '../support/callbacks.ts'
import { deskTokens, liuhe, soon, start, testRelay } from '../support/relay.ts'

const pem = (name: string) => readFileSync(new URL(`../channels/certificates/${name}`, import.meta.url))

const accounts = 1_500

test('a desk that comes while very many accounts have news hears of all of them', async () => {
  const relay = await testRelay({ tls: { cert: pem('server.pem'), key: pem('server.key') } })
  for (let at = 0; at < accounts; at += 25)
    await Promise.all(
      Array.from({ length: 25 }, (_, k) => {
        const account = `wkAJ${String(at + k).padStart(28, '0')}`
        const token = `ENC${'x'.repeat(60)}${at + k}`
        return relay.post(notification(liuhe, messagesXml(account, token, start), start), liuhe)
      }),
    )
  const socket = new WebSocket(`${relay.url.replace('https', 'wss')}/desk`, {
    headers: { authorization: `Bearer ${deskTokens.liuhe}` },
    rejectUnauthorized: false,
  })
  onTestFinished(() => socket.terminate())
  let frames = 0
  socket.on('message', () => {
    frames += 1
  })
  socket.on('error', () => {})
  await soon(() => expect(frames).toBe(accounts + 1))
})
