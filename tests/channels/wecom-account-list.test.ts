import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { openApi } from '../../src/channels/wecom/api.ts'

test('accounts are listed once, also by a place that looks at no offset', async () => {
  let lists = 0
  const account_list = Array.from({ length: 100 }, (_, n) => ({
    open_kfid: `wk${n}`,
    name: `号${n}`,
    manage_privilege: true,
  }))
  const server = createServer((request, response) => {
    if (request.url!.includes('account/list')) lists += 1
    response.end(
      JSON.stringify({
        errcode: 0,
        errmsg: 'ok',
        access_token: 'T'.repeat(40),
        expires_in: 7200,
        account_list,
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const api = openApi(
    { corpid: 'ww1', secret: 's'.repeat(43), apiBase: `http://127.0.0.1:${port}`, ca: null, proxy: null },
    { clock: { now: Date.now, after: () => () => {} }, log: () => {} },
  )
  onTestFinished(async () => {
    await api.close()
    server.close()
  })
  const listed = await Promise.race([
    api.accounts(),
    new Promise((resolve) => setTimeout(() => resolve(`${lists} lists`), 1_500)),
  ])
  expect(listed).toHaveLength(100)
})
