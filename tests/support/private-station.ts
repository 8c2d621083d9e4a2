import { addStartingTexts } from '../../src/desk/demo/starting-texts.ts'
import { at, type Console, until } from './console.ts'
import { putIn } from './media.ts'
import { iso, minute, password, phone, root, type TestStation, testStation } from './station.ts'

/**
 * A station with private threads in which every place where words can be put holds a marked word. `inside` holds the
 * private ones, `outside` marks words of public threads, by which a walk shows that it looks where it should.
 */
export interface PrivateStation {
  desk: TestStation
  /** The private thread, its earlier thread, and one that is public. */
  threads: { secret: string; earlier: string; open: string }
  contacts: string[]
  inside: readonly string[]
  outside: readonly string[]
  consoles: Record<'zhang' | 'li' | 'daiban' | 'ducha' | 'guanli', Console>
}

const inside = [
  'MIWEN-message',
  'MIWEN-recalled',
  'MIWEN-title',
  'MIWEN-file',
  // Its bytes, as base64.
  'MIWENfilebytes00',
  'MIWEN-answer',
  'MIWEN-note',
  'MIWEN-reason',
  'MIWEN-transfer',
  'MIWEN-takeover',
  'MIWEN-draft',
  'MIWEN-name',
  'MIWEN-tag',
  'MIWEN-household',
  'MIWEN-earlier',
  'MIWEN-alarm',
  'MIWEN-pulledin',
  'MIWEN-profession',
  'MIWEN-delay',
  'MIWEN-closing',
  'MIWEN-outcome',
  'MIWEN-pasted',
  'MIWEN-aside',
  'MIWEN-promised',
  'MIWEN-next',
  'MIWEN-ifthen',
  'MIWEN-kept',
  'MIWEN-readback',
  'MIWEN-asked',
  'MIWEN-replied',
  'MIWEN-hold',
  'MIWEN-nickname',
] as const
const outside = ['GONGKAI-message', 'GONGKAI-note', 'GONGKAI-name'] as const

export async function privateStation(): Promise<PrivateStation> {
  const desk = await testStation()
  addStartingTexts(desk.station, `${root}/resources`, {
    user: 'core',
    role: 'system',
    device: 'test-pc',
    now: desk.now,
  })
  const [zhang, li, daiban, ducha, guanli] = [
    await at(desk, 'zhang'),
    await at(desk, 'li'),
    await at(desk, 'daiban'),
    await at(desk, 'ducha'),
    await at(desk, 'guanli'),
  ]
  const resident = 'MIWEN-name 王桂兰'
  const seen = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq

  const earlier = desk.hears({
    from: resident,
    text: 'MIWEN-earlier 上回说过的事',
    at: desk.now - 9 * 24 * 60 * minute,
  })
  await zhang.call('thread.answer', { thread: earlier, text: '收到', seen: await seen(earlier) })
  await zhang.call('thread.close', { thread: earlier, disposition: 'answered', seen: await seen(earlier) })
  await desk.pass(4 * 24 * 60 * minute)
  const secret = desk.hears({
    from: resident,
    text: 'MIWEN-message 我不想活了，他又打我，电话 13812345678',
    title: 'MIWEN-title',
    external: 'secret-1',
  })
  const contact = desk.station.views.threads.thread(secret)!.contact
  await zhang.call('contact.change', {
    contact,
    name: resident,
    villageGroup: '三组',
    household: 'MIWEN-household 12号',
    phone: '13812345678',
    tags: ['MIWEN-tag'],
  })
  const [alarm] = await zhang.call('alarms.open', {})
  await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  await zhang.call('alarm.contacted', {
    alarm: alarm!.id,
    note: 'MIWEN-alarm 已通话',
    nextContactAt: iso(desk.now + 30 * minute),
  })
  await zhang.call('thread.note', { thread: secret, text: 'MIWEN-note 家里有刀' })
  await zhang.call('thread.tellDelay', {
    thread: secret,
    text: 'MIWEN-delay 请稍候',
    seen: await seen(secret),
  })
  await zhang.call('thread.answer', { thread: secret, text: 'MIWEN-answer 别怕', seen: await seen(secret) })
  await zhang.call('thread.pullIn', {
    thread: secret,
    who: { name: 'MIWEN-pulledin 心理咨询师', profession: 'MIWEN-profession' },
    reason: 'MIWEN-reason 需要疏导',
  })
  await zhang.call('thread.transfer', { thread: secret, to: 'li', reason: 'MIWEN-transfer 换班' })
  await zhang.call('thread.takeOver', { thread: secret, reason: 'MIWEN-takeover 我继续' })
  await zhang.call('thread.escalate', {
    thread: secret,
    desk: 'mediation',
    level: 'yellow',
    reason: 'MIWEN-reason 家庭暴力',
    private: true,
  })
  await zhang.call('thread.draft', { thread: secret, text: 'MIWEN-draft 半句' })
  const menu = { head: 'MIWEN-menu 想去哪里', choices: ['MIWEN-choice 庇护所'], tail: '' }
  await zhang.call('thread.draftMenu', { thread: secret, menu })
  await putIn(zhang, Buffer.from('MIWENdraftbytes0', 'base64'), 'MIWEN-draftfile.pdf', undefined, secret)
  desk.takesIn(
    {
      event: 'message',
      contact: { external: resident, name: resident },
      conversation: resident,
      external: 'secret-2',
      kind: 'text',
      text: 'MIWEN-recalled 我不想活了',
      title: null,
      image: null,
      sentAt: desk.now,
    },
    { event: 'recall', external: 'secret-2', at: desk.now },
  )
  await privateFile(desk, resident)
  const told = { external: resident, name: 'MIWEN-nickname', avatar: null, gender: 'female' } as const
  desk.station.linking.listener.profiles('liuhe', [told], [])
  await guanli.call('connection.add', {
    name: '县局企业微信',
    corpid: 'wwDUTYDESK00000001',
    apiBase: 'https://qyapi.weixin.qq.com',
    ca: null,
    proxy: null,
    relay: null,
    secret: 'a-secret-of-the-app',
  })
  const chat = await privatePhoneChat(desk, zhang, daiban)
  const open = desk.hears({ from: 'GONGKAI-name 李四', text: 'GONGKAI-message 请问户口怎么迁' })
  await zhang.call('thread.note', { thread: open, text: 'GONGKAI-note 记一下' })
  await handoffs(desk, { zhang, li, daiban }, { secret, chat })
  for (const of of [
    { kind: 'thread', thread: secret },
    { kind: 'contact', contact },
  ] as const)
    await daiban.call('hold.place', { of, reason: 'MIWEN-hold 王桂兰被打' })
  return {
    desk,
    threads: { secret, earlier, open },
    contacts: [contact, desk.station.views.threads.thread(open)!.contact],
    inside,
    outside,
    consoles: { zhang, li, daiban, ducha, guanli },
  }
}

/** A file the resident sent, fetched from the channel. */
async function privateFile(desk: TestStation, resident: string): Promise<void> {
  const file = Buffer.from('MIWENfilebytes00', 'base64')
  desk.station.media.fetchBy({ fetch: async () => ({ file, name: 'MIWEN-file 13812345678.pdf' }) })
  desk.takesIn({
    event: 'message',
    contact: { external: resident, name: resident },
    conversation: resident,
    external: 'secret-3',
    kind: 'file',
    text: '[文件]',
    title: null,
    image: null,
    media: { kind: 'file', id: 'MIWEN-id' },
    sentAt: desk.now,
  })
  const message = desk.station.views.threads.messageByExternal('liuhe', 'secret-3')!.seq
  await until(() => desk.station.views.media.one(message)?.state === 'here')
}

/** A chat pasted from a phone, made private and closed, and one more paste of which a line cannot be read. */
async function privatePhoneChat(desk: TestStation, zhang: Console, daiban: Console): Promise<string> {
  const paste = (text: string) =>
    zhang.call('paste.import', { account: phone, text, contactName: 'MIWEN-name 赵六' })
  const { threads } = await paste('MIWEN-name 赵六  今天 09:05\nMIWEN-pasted 分家的事')
  const thread = threads[0]!
  const { escalation } = await zhang.call('thread.escalate', {
    thread,
    desk: 'mediation',
    level: 'blue',
    reason: 'MIWEN-reason 分家',
    private: true,
  })
  await paste('MIWEN-aside 选到一半的一行\nMIWEN-name 赵六  今天 09:06\nMIWEN-pasted 再说一句')
  await daiban.call('escalation.accept', { escalation })
  await daiban.call('escalation.resolve', {
    escalation,
    outcome: 'settled',
    note: 'MIWEN-outcome 分了三间',
    returnVisitAt: iso(desk.now + 7 * 24 * 60 * minute),
  })
  const { lastSeq } = await daiban.call('thread.get', { thread })
  await daiban.call('thread.close', {
    thread,
    disposition: 'handledOnSite',
    seen: lastSeq,
    note: 'MIWEN-closing 当面谈好',
  })
  return thread
}

/** One that is done, of the chat's return visit; and one that Li has been offered, of the private thread itself. */
async function handoffs(
  desk: TestStation,
  { zhang, li, daiban }: Record<'zhang' | 'li' | 'daiban', Console>,
  { secret, chat }: Record<'secret' | 'chat', string>,
): Promise<void> {
  const begin = async (by: Console, words: Record<string, string>) => {
    const { handoff } = await by.call('handoff.start', { post: null })
    const { items } = await by.call('handoff.get', { handoff })
    for (const { id } of items) {
      const said = words[id]
      const deadline = iso(desk.now + 8 * 60 * minute)
      const decision = said?.startsWith('MIWEN-kept')
        ? ({ do: 'keep', reason: said } as const)
        : said
          ? ({ do: 'handOver', nextAction: said, deadline, ifThen: 'MIWEN-ifthen 再打就出警' } as const)
          : ({ do: 'keep', reason: '我来跟' } as const)
      await by.call('handoff.decide', { handoff, items: [id], decision })
    }
    return handoff
  }
  const done = await begin(daiban, { [chat]: 'MIWEN-promised 按时回访' })
  await daiban.call('handoff.sign', { handoff: done, side: 'outgoing', password, to: 'zhang' })
  await zhang.call('handoff.accept', { handoff: done, items: [chat] })
  await zhang.call('handoff.sign', { handoff: done, side: 'incoming', password })
  const handoff = await begin(zhang, { [secret]: 'MIWEN-next 联系妇联', [chat]: 'MIWEN-kept 我去过' })
  await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li' })
  await li.call('handoff.readBack', { handoff, item: secret, text: 'MIWEN-readback 联系妇联' })
  const { question } = await li.call('handoff.question', {
    handoff,
    item: secret,
    text: 'MIWEN-asked 伤哪了',
  })
  await zhang.call('handoff.reply', { handoff, question, text: 'MIWEN-replied 手臂' })
}
