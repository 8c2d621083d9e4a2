import { expect, onTestFinished, test } from 'vitest'
import { realWecom } from '../../src/desk/connections/wecom.ts'
import { startEmulator } from '../emulators/wecom/client.ts'
import { at } from '../support/console.ts'
import { resident, testStation } from '../support/station.ts'

const page = { offset: 0, limit: 50 }

test('friends and a broadcast the whole way: from WeCom to the desk and back, over HTTP', async () => {
  const wecom = await startEmulator({ seed: 5 })
  onTestFinished(() => wecom.stop())
  const { corpid, secret, accounts, customers, servicers } = await wecom.control.station({ customers: 2 })
  const [zhang] = servicers as [string]
  let later = 0
  const desk = await testStation({ wecom: realWecom, clock: () => Date.now() + later })
  const pass = async (ms: number) => {
    later += ms
    await wecom.control.advance({ ms })
    desk.station.db.prepare('UPDATE session SET last_active = ?').run(desk.station.now())
    await desk.station.friends.tick()
    await desk.station.broadcasting.tick()
  }
  const [officer, supervisor, admin] = [
    await at(desk, 'zhang'),
    await at(desk, 'daiban'),
    await at(desk, 'guanli'),
  ]
  const { id } = await admin.call('connection.add', {
    ...{ name: '县局企业微信', corpid, secret, apiBase: wecom.url, ca: null, proxy: null, relay: null },
  })
  const { openKfid } = accounts[0]!
  const { account } = await admin.call('connection.bind', { connection: id, openKfid, name: '柳河客服' })
  await desk.station.linking.settled()
  desk.station.linking.listener.takeIn(
    account,
    customers.map((external) => resident({ from: external, text: '在吗', external: `hello-${external}` })),
    '',
  )
  const of = (external: string) => desk.station.views.people.contactByExternal(account, external)!

  await wecom.control.befriend({ corpid, userid: zhang, customer: customers[0]!, remark: '三组王姨' })
  await pass(1_000)
  const contact = of(customers[0]!)
  expect(await officer.call('friends.of', { contact })).toMatchObject({
    friends: [{ userid: zhang, remark: '三组王姨' }],
  })
  await officer.call('friend.pushRemark', { contact, userid: zhang, remark: '三组 王桂兰' })
  const who = { corpid, userid: zhang, customer: customers[0]! }
  expect(await wecom.control.contact(who)).toMatchObject({ remark: '三组 王桂兰' })

  const audience = { where: { accounts: [], villageGroups: [], tags: [] }, also: [], without: [] }
  const words = { purpose: '反诈提醒', text: '年底诈骗多，不要转账', attachments: [] }
  const { broadcast } = await officer.call('broadcast.draft', { ...words, audience })
  const { version } = await supervisor.call('broadcast.get', { broadcast })
  const preview = await supervisor.call('broadcasts.preview', { audience, of: 'unreachable', ...page })
  expect(preview).toMatchObject({ reachable: 1, unreachable: { notFriend: 1 } })
  await supervisor.call('broadcast.approve', { broadcast, version, reachable: 1 })
  await wecom.control.failNext({
    path: '/cgi-bin/externalcontact/add_msg_template',
    effect: { kind: 'reset', done: true },
  })
  await pass(1_000)
  await pass(2 * 60_000)
  await pass(2 * 60_000)
  const [made, ...more] = await wecom.control.broadcasts({ corpid })
  expect(more).toEqual([])
  await wecom.control.confirmBroadcast({ corpid, msgid: made!.msgid })
  await pass(5 * 60_000)
  await pass(5 * 60_000)
  expect(await officer.call('broadcast.get', { broadcast })).toMatchObject({
    broadcast: { state: 'finished', counts: { confirmed: 1, sent: 1 } },
    tasks: [{ userid: zhang, state: 'done' }],
  })
})
