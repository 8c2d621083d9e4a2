import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type CallName, contract } from '../../src/contract/index.ts'
import { mayCall } from '../../src/desk/permissions.ts'
import { contentSecurityPolicy } from '../../src/hosts/browser/static-files.ts'
import { browserAt, cookieOf, host, openSocket, until } from '../support/console.ts'
import { entriesOf, password, screensFollowLedger, tempDir, testStation } from '../support/station.ts'

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request as it is written: `fetch` would put path and host in order first. */
function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = '',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Bytes on a bare socket, and what comes back before it closes. */
function raw(url: string, bytes: string, closeAtOnce = false): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    let heard = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes)
      if (closeAtOnce) socket.resetAndDestroy()
    })
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    setTimeout(() => socket.destroy(), 2_000).unref()
  })
}

const upgrade = (path: string, headers: Record<string, string>) =>
  `GET ${path} HTTP/1.1\r\n${Object.entries({
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** A station served with a built console of three files, and a secret beside it. */
async function served() {
  const desk = await testStation()
  const folder = tempDir()
  const files = join(folder, 'renderer')
  mkdirSync(join(files, 'assets'), { recursive: true })
  mkdirSync(`${files}-secret`)
  writeFileSync(join(files, 'index.html'), '<!doctype html><title>值班台</title>')
  writeFileSync(join(files, 'assets', 'main.js'), 'export {}')
  writeFileSync(join(files, 'notes.txt'), 'no type of the console')
  writeFileSync(join(folder, 'key.js'), 'secret')
  writeFileSync(join(`${files}-secret`, 'key.js'), 'secret')
  const { url } = await host(desk, files)
  return { desk, url, authority: new URL(url).host }
}

describe('a foreign page', () => {
  test.each([
    'http://evil.example',
    'https://127.0.0.1',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'file://',
  ])('of origin %s is refused everything', async (origin) => {
    const { desk, url } = await served()
    const size = desk.station.ledger.head().size
    expect((await ask(url, '/', { origin })).status).toBe(403)
    const login = JSON.stringify({ user: 'zhang', password, signOn: false })
    const answer = await ask(url, '/session', { origin }, 'POST', login)
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined])
    await expect(openSocket(url, { origin, cookie: await cookieOf(url, 'zhang') })).rejects.toThrow(
      'HTTP 403',
    )
    expect(
      entriesOf(desk.station)
        .filter(({ seq }) => seq > size)
        .map(({ type }) => type),
    ).toEqual(['session.opened'])
  })
  test('gets no socket without an origin', async () => {
    const { url } = await served()
    await expect(openSocket(url, {})).rejects.toThrow('HTTP 403')
  })
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '169.254.169.254',
  ])('that calls this machine "%s" (DNS rebinding) is refused', async (name) => {
    const { url } = await served()
    const { port } = new URL(url)
    for (const named of name.includes(':') || name === '127.0.0.1' ? [name] : [name, `${name}:${port}`]) {
      expect((await ask(url, '/', { host: named })).status).toBe(403)
      expect(
        (await ask(url, '/session', { host: named, origin: `http://${named}` }, 'POST', '{}')).status,
      ).toBe(403)
      expect(await raw(url, upgrade('/desk', { Host: named, Origin: `http://${named}` }))).toMatch(
        /^HTTP\/1.1 (403|400)/,
      )
    }
  })
  test('of this very server is served, by address or by name', async () => {
    const { url } = await served()
    const { port } = new URL(url)
    for (const name of ['127.0.0.1', 'localhost']) {
      const named = `${name}:${port}`
      expect((await ask(url, '/', { host: named, origin: `http://${named}` })).status).toBe(200)
      expect(await raw(url, upgrade('/desk', { Host: named, Origin: `http://${named}` }))).toMatch(
        /^HTTP\/1.1 101/,
      )
    }
  })
})

describe('the files of the console', () => {
  test('come with a policy that lets it run its own scripts only', async () => {
    const { url } = await served()
    for (const path of ['/', '/inbox', '/assets/main.js']) {
      const { status, headers } = await ask(url, path)
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
    }
    expect(contentSecurityPolicy).toMatch(/default-src 'none'; script-src 'self';/)
    expect(contentSecurityPolicy).toMatch(/frame-ancestors 'none'/)
    // Pictures and films of messages come over the wire and are shown from memory; nothing else may be.
    expect(contentSecurityPolicy.split('; ').filter((rule) => rule.includes('blob:'))).toEqual([
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
    ])
    expect(contentSecurityPolicy).not.toMatch(/script-src[^;]*(unsafe|http|\*)/)
    expect((await ask(url, '/assets/main.js')).headers['cache-control']).toContain('immutable')
    expect((await ask(url, '/')).headers['cache-control']).toBe('no-cache')
  })
  test.each([
    '/../key.js',
    '/..%2fkey.js',
    '/%2e%2e/key.js',
    '/%2e%2e%2fkey.js',
    '/assets/..%2f..%2fkey.js',
    '/..%5ckey.js',
    '/..\\key.js',
    '/%252e%252e/key.js',
    '/..%2frenderer-secret/key.js',
    '/../renderer-secret/key.js',
    '//key.js/../key.js',
    '/assets/main.js%00',
    '/%00.js',
    '/%',
    '/%zz.js',
    '/assets/%ff.js',
    '/notes.txt',
    '/assets',
    '/assets/no.js',
    '/etc/passwd.js',
  ])('are all there is: %s brings nothing else', async (path) => {
    const { url } = await served()
    const { status, body } = await ask(url, path)
    expect(body).not.toContain('secret')
    if (path === '/assets' || path === '/%')
      expect([status, body]).toEqual([200, expect.stringContaining('值班台')])
    else expect([400, 404]).toContain(status)
  })
  test('are read, not written', async () => {
    const { url } = await served()
    for (const method of ['PUT', 'DELETE', 'PATCH', 'POST', 'OPTIONS'])
      expect((await ask(url, '/', {}, method)).status).toBe(405)
    const head = await ask(url, '/', {}, 'HEAD')
    expect([head.status, head.body, Number(head.headers['content-length']) > 0]).toEqual([200, '', true])
  })
})

describe('whatever is sent to it, the core stays up', () => {
  test('a path that is none, for a page and for a socket', async () => {
    const { url, authority } = await served()
    const headers = { Host: authority, Origin: `http://${authority}` }
    for (const path of ['//', '///', '/\\', '*', 'http://', 'http://:0/', '/desk/', '/Desk', '/other']) {
      expect(await raw(url, upgrade(path, headers))).toMatch(/^(HTTP\/1.1 40|$)/)
      expect(
        await raw(url, `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`),
      ).not.toMatch(/^HTTP\/1.1 (1|5)/)
    }
    expect((await ask(url, '/')).status).toBe(200)
  })
  test('clients that are gone before they are answered', async () => {
    const { url, authority } = await served()
    for (let n = 0; n < 60; n += 1) {
      const foreign = upgrade('/desk', { Host: authority, Origin: 'http://evil.example' }).replace(
        '\r\n\r\n',
        `\r\nX: ${'x'.repeat(n * 50)}\r\n\r\n`,
      )
      await raw(url, foreign, true)
      await raw(url, `POST /session HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 9999\r\n\r\n{`, true)
    }
    expect((await ask(url, '/')).status).toBe(200)
  })
  test('a login of many megabytes, or none at all', async () => {
    const { desk, url } = await served()
    const size = desk.station.ledger.head().size
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"zhang"',
      '{"user":"zhang"}',
      JSON.stringify({ user: 'zhang', password: 'x'.repeat(300), signOn: false }),
      '户'.repeat(1_500),
    ]
    for (const body of bodies)
      expect((await ask(url, '/session', { origin: url }, 'POST', body)).status).toBe(400)
    await ask(url, '/session', { origin: url }, 'POST', 'x'.repeat(8_000_000)).catch(() => {})
    expect(desk.station.ledger.head().size).toBe(size)
    expect((await ask(url, '/')).status).toBe(200)
  })
  test('a frame larger than any call ends that connection, not the others', async () => {
    const { url } = await served()
    const [one, other] = [await browserAt(url, 'zhang'), await browserAt(url, 'li')]
    one.socket.send(JSON.stringify({ id: 1, call: 'threads.counts', input: { x: '户'.repeat(2_000_000) } }))
    await until(() => one.socket.readyState === WebSocket.CLOSED)
    await other.call('threads.counts', {})
  })
  test('a frame as deep as a well', async () => {
    const { url } = await served()
    const console = await browserAt(url, 'zhang')
    for (const deep of [
      '['.repeat(1_000_000),
      `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
      `{"id":77777,"call":"thread.claim","input":${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}}`,
    ]) {
      console.socket.send(deep)
    }
    await console.call('threads.counts', {})
  })
})

describe('a frame that is no call', () => {
  test('is answered with what is wrong, under its own number where it has one', async () => {
    const { url } = await served()
    const console = await browserAt(url, 'zhang')
    const heard: unknown[] = []
    console.socket.on('message', (data) => heard.push(JSON.parse(String(data))))
    const frames: [text: string, id: number, code: string][] = [
      ['not json', -1, 'invalid'],
      ['null', -1, 'invalid'],
      ['{}', -1, 'invalid'],
      ['{"id":1000}', 1000, 'invalid'],
      ['{"id":"1001","call":"threads.counts","input":{}}', -1, 'invalid'],
      ['{"id":1002,"call":"threads.counts","input":{},"more":1}', 1002, 'invalid'],
      ['{"id":1003,"call":"threads.counts","input":{"more":1}}', 1003, 'invalid'],
      ['{"id":1004,"call":"thread.destroy","input":{}}', 1004, 'not_found'],
      ['{"id":1005,"call":"__proto__","input":{}}', 1005, 'not_found'],
      ['{"id":1006,"call":"constructor","input":{}}', 1006, 'not_found'],
      ['{"id":1007,"call":"hasOwnProperty","input":{}}', 1007, 'not_found'],
      ['{"id":1008,"call":"thread.claim","input":{"thread":"x"},"command":"1"}', 1008, 'invalid'],
      [
        '{"id":1009,"call":"thread.note","input":{"thread":"x","text":"\\ud800"},"command":"01a20862-7f10-77d8-950b-08e1b603ac9c"}',
        1009,
        'invalid',
      ],
    ]
    for (const [text] of frames) console.socket.send(text)
    await until(() => heard.length >= frames.length)
    const answers = heard.slice(0, frames.length) as { id: number; refused: { code: string } }[]
    expect(answers.map(({ id, refused }) => [id, refused.code]).sort()).toEqual(
      frames.map(([, id, code]) => [id, code]).sort(),
    )
  })

  test('two thousand of any shape change nothing and leave the connection working', async () => {
    const { desk, url } = await served()
    const console = await browserAt(url, 'zhang')
    const answered: unknown[] = []
    console.socket.on('message', (data) => answered.push(JSON.parse(String(data))))
    const before = desk.station.ledger.head()
    const anything = fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.string(),
      fc.double(),
      fc.constant(undefined),
    )
    // Being denied is an entry; all else leaves the ledger as it is.
    const names = Object.keys(contract) as CallName[]
    const callName = fc.oneof(
      fc.constantFrom(
        ...names.filter((name) => !/^session\.|^station\./.test(name) && mayCall(name, 'officer')),
      ),
      fc.string(),
    )
    // Numbers start above those of the test's own calls; no command has an id, so none may be carried out.
    const frame = fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .record(
            {
              id: fc.oneof(fc.integer({ min: 10_000 }), anything),
              call: fc.oneof(callName, anything),
              input: fc.oneof(
                anything,
                fc.dictionary(
                  fc.constantFrom('thread', 'seen', 'text', 'limit', 'offset', 'queue', 'words', 'account'),
                  anything,
                ),
              ),
            },
            { requiredKeys: [] },
          )
          .map((value) => JSON.stringify(value)),
      },
      { weight: 1, arbitrary: fc.json() },
      { weight: 1, arbitrary: fc.string() },
    )
    for (const text of fc.sample(frame, { numRuns: 2_000, seed: 23 })) console.socket.send(text)
    await until(() => answered.length >= 2_000, 20_000)
    await console.call('threads.counts', {})
    expect(desk.station.ledger.head()).toEqual(before)
    expect(answered.filter((answer) => JSON.stringify(answer).includes('"broken"'))).toEqual([])
    expect(screensFollowLedger(desk.station)).toBe(true)
  })
})

test('whoever is not logged in hears nothing of what happens', async () => {
  const { desk, url } = await served()
  const stranger = await openSocket(url, { origin: url, cookie: `duty_desk_${new URL(url).port}=made-up` })
  const officer = await browserAt(url, 'zhang')
  desk.hears({ text: '在吗' })
  await until(() => officer.pushes.some((push) => push.push === 'changed'))
  await stranger.call('station.state', {})
  expect(stranger.pushes.filter(({ push }) => push !== 'hello' && push !== 'session')).toEqual([])
  expect(stranger.pushes.filter((push) => push.push === 'session' && push.session !== null)).toEqual([])
})

test('two consoles work on one station: what one does, the other sees', async () => {
  const { desk, url } = await served()
  const [zhang, li] = [await browserAt(url, 'zhang'), await browserAt(url, 'li')]
  const thread = desk.hears({ text: '在吗' })
  await zhang.call('thread.claim', { thread })
  await until(() =>
    li.pushes.some((push) => push.push === 'changed' && push.change.subjects.includes(thread)),
  )
  expect(await li.call('thread.get', { thread })).toMatchObject({ holderName: '张建国' })
  expect(entriesOf(desk.station, 'thread.claimed')).toMatchObject([
    { actor: { user: 'zhang', role: 'officer' } },
  ])
})
