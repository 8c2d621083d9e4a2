import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { at, cookieOf, host } from '../support/console.ts'
import { bytesOf, exported } from '../support/exports.ts'
import { privateStation } from '../support/private-station.ts'
import { entriesOf, minute, testStation } from '../support/station.ts'

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** A request with its path as it is written. */
function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function served() {
  const desk = await testStation()
  desk.hears({ text: '在吗' })
  const made = await exported(await at(desk, 'ducha'), { kind: 'whole' })
  const { url } = await host(desk)
  return { desk, url, made, path: `/exports/${made.name}` }
}

test('an auditor or a supervisor fetches an export as a file, and each time is an entry', async () => {
  const { desk, url, made, path } = await served()
  for (const user of ['ducha', 'daiban']) {
    const { status, headers, body } = await ask(url, path, { cookie: await cookieOf(url, user) })
    expect(status).toBe(200)
    expect(body.equals(bytesOf(made.file))).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(made.bytes),
      'content-disposition': `attachment; filename="${made.name}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  }
  expect(entriesOf(desk.station, 'export.fetched')).toMatchObject([
    { actor: { user: 'ducha' }, data: { name: made.name } },
    { actor: { user: 'daiban' } },
  ])
})

test('nobody else gets one, and that they tried is an entry where it is known who', async () => {
  const { desk, url, path } = await served()
  const port = new URL(url).port
  expect((await ask(url, path)).status).toBe(401)
  expect((await ask(url, path, { cookie: `duty_desk_${port}=made-up` })).status).toBe(401)
  for (const user of ['zhang', 'guanli'])
    expect((await ask(url, path, { cookie: await cookieOf(url, user) })).status).toBe(403)
  expect(entriesOf(desk.station, 'access.denied').map(({ actor, data }) => [actor.user, data.call])).toEqual([
    ['zhang', 'exports.fetch'],
    ['guanli', 'exports.fetch'],
  ])
  expect(entriesOf(desk.station, 'export.fetched')).toEqual([])
})

test('a locked console gets none, nor one that was logged out, nor a page of another site', async () => {
  const { desk, url, path } = await served()
  const cookie = await cookieOf(url, 'ducha')
  expect((await ask(url, path, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask(url, path, { cookie, origin: 'http://evil.example' })).status).toBe(403)
  await desk.alone(6 * minute)
  expect((await ask(url, path, { cookie })).status).toBe(403)
  await ask(url, '/session', { cookie, origin: url }, 'DELETE')
  expect((await ask(url, path, { cookie })).status).toBe(401)
  expect(entriesOf(desk.station, 'export.fetched')).toEqual([])
})

test('no name leads out of the folder, and only what was exported is there', async () => {
  const { desk, url, made } = await served()
  const cookie = await cookieOf(url, 'ducha')
  writeFileSync(join(desk.dir, 'exports', 'duty-desk-put-there.zip'), 'x')
  for (const name of [
    '../duty-desk.db',
    '..%2fduty-desk.db',
    '%2e%2e/duty-desk.db',
    '..\\duty-desk.db',
    'duty-desk-put-there.zip',
    `${made.name}%00`,
    made.name.toUpperCase(),
    '',
  ]) {
    const { status, body } = await ask(url, `/exports/${name}`, { cookie })
    expect([name, status === 404 || body.includes('<!doctype')]).toEqual([name, true])
  }
  expect((await ask(url, `/exports/${made.name}`, { cookie }, 'POST')).status).toBe(405)
})

test('words of a private thread leave only while this person may read them', async () => {
  const { desk, consoles, threads } = await privateStation()
  await consoles.ducha.call('glass.break', { thread: threads.secret, reason: '核查投诉', minutes: 5 })
  const made = await exported(consoles.ducha, { kind: 'thread', thread: threads.secret })
  const { url } = await host(desk)
  const cookie = await cookieOf(url, 'ducha')
  const path = `/exports/${made.name}`
  expect((await ask(url, path, { cookie })).status).toBe(200)
  await desk.pass(5 * minute)
  expect((await ask(url, path, { cookie })).status).toBe(403)
  expect((await ask(url, path, { cookie: await cookieOf(url, 'daiban') })).status).toBe(200)
})
