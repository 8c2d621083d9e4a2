import { rootCertificates } from 'node:tls'
import { at, type Console } from '../support/console.ts'
import { jpeg, pdf } from '../support/files.ts'
import { channelFiles, isState, pieceOf, putIn, sendsFile } from '../support/media.ts'
import {
  hour,
  iso,
  minute,
  password,
  phone,
  resident,
  type TestStation,
  village,
} from '../support/station.ts'
import { friendly } from './erasure-plant-friends.ts'

/**
 * Puts a marked text into every kind of content and personal data, through the commands an officer uses. The first
 * character of a mark occurs nowhere else, so that its four bytes tell, also where the full-text index has cut the text
 * into pairs of characters.
 */
const only = '𪘀'
export const mark = (what: string) => `${only}QZX-${what}`
/** What a telephone number can hold of one. */
export const markedPhone = '13987650001'

/** Bytes that must be nowhere. */
export const traces: Record<string, Buffer> = {
  'the mark': Buffer.from(only),
  'the mark as UTF-16': Buffer.from(`${only}Q`, 'utf16le'),
  'the rest of a mark': Buffer.from('QZX-'),
  'the rest as UTF-16': Buffer.from('QZX-', 'utf16le'),
  // Letters stand in the full-text index moved by U+E000, two by two; what a token has in common with the one before it
  // is left out.
  'a token of a mark': Buffer.from('\ue071\ue07a').subarray(2),
  'the phone number': Buffer.from(markedPhone.slice(2)),
  'the phone number as UTF-16': Buffer.from(markedPhone.slice(2), 'utf16le'),
}

export async function plant(desk: TestStation): Promise<void> {
  const [zhang, li, daiban, ducha] = [
    await at(desk, 'zhang'),
    await at(desk, 'li'),
    await at(desk, 'daiban'),
    await at(desk, 'ducha'),
  ]
  const seen = async (thread: string) => (await daiban.call('thread.get', { thread })).lastSeq
  const close = async (who: Console, thread: string) =>
    who.call('thread.close', {
      thread,
      disposition: 'handledByPhone',
      seen: await seen(thread),
      note: mark('closing'),
    })

  const thread = desk.hears({
    from: mark('resident'),
    text: `${mark('words')} 我不想活了 ${markedPhone}`,
    title: mark('title'),
    external: mark('external'),
  })
  const { contact } = desk.station.views.threads.thread(thread)!
  await zhang.call('contact.change', {
    contact,
    name: mark('name'),
    villageGroup: mark('group'),
    household: mark('household'),
    phone: markedPhone,
    tags: [mark('tag')],
  })
  const [alarm] = await zhang.call('alarms.open', {})
  await zhang.call('alarm.acknowledge', { alarm: alarm!.id })
  const nextContactAt = iso(desk.now + 30 * minute)
  await zhang.call('alarm.contacted', { alarm: alarm!.id, note: mark('contacted'), nextContactAt })
  await zhang.call('alarm.close', {
    alarm: alarm!.id,
    outcome: 'safe',
    note: mark('alarm'),
    second: { user: 'daiban', password },
  })
  await zhang.call('thread.note', { thread, text: mark('note') })
  await zhang.call('thread.tellDelay', { thread, text: mark('delay'), seen: await seen(thread) })
  await zhang.call('thread.answer', { thread, text: mark('answer'), seen: await seen(thread) })
  const who = { name: mark('outsider'), profession: mark('profession') }
  await zhang.call('thread.pullIn', { thread, who, reason: mark('pulled') })
  await zhang.call('thread.pullIn', { thread, who: { user: 'li' }, reason: mark('colleague') })
  await zhang.call('thread.transfer', { thread, to: 'li', reason: mark('transfer') })
  await zhang.call('thread.takeOver', { thread, reason: mark('takeover') })
  await daiban.call('threads.reassign', { threads: [thread], to: 'li', reason: mark('reassign') })
  await zhang.call('thread.takeOver', { thread, reason: mark('back') })
  desk.takesIn(
    {
      ...resident({ from: mark('resident'), text: mark('recalled'), external: mark('taken-back') }),
      sentAt: desk.now,
    },
    { event: 'recall', external: mark('taken-back'), at: desk.now },
    { event: 'recall', external: mark('recall-of-nothing'), at: desk.now },
  )
  const image = `data:image/png;base64,${mark('picture')}`
  desk.takesIn({ ...resident({ from: mark('resident'), text: mark('shown') }), kind: 'image', image })
  await files(desk, zhang)
  await throughWecom(desk)
  await friendly(desk, { zhang, daiban }, { thread, contact }, mark)
  await escalated(desk, { zhang, daiban, ducha }, thread)
  await daiban.call('thread.draft', { thread, text: mark('draft') })
  const menu = { head: mark('menu-head'), choices: [mark('menu-choice')], tail: mark('menu-tail') }
  await daiban.call('thread.draftMenu', { thread, menu })
  await close(daiban, thread)
  await daiban.call('thread.reopen', { thread, reason: mark('reopened') })
  await daiban.call('thread.release', { thread, reason: mark('released') })
  await close(daiban, thread)

  await warned(zhang, contact)
  await asked(desk, zhang, close)
  const pasted = await zhang.call('paste.import', {
    account: phone,
    contactName: mark('pasted-name'),
    text: `${mark('aside')} 选到一半\n${mark('pasted-name')}  今天 09:05\n${mark('pasted')} 分家的事`,
  })
  for (const each of pasted.threads) await close(zhang, each)

  const { hold } = await daiban.call('hold.place', { of: { kind: 'thread', thread }, reason: mark('hold') })
  await daiban.call('hold.lift', { hold, reason: mark('lifted') })
  await daiban.call('post.save', { id: 'p1', name: '一号岗', accounts: [village] })
  await daiban.call('duty.save', {
    id: 'd1',
    post: 'p1',
    kind: null,
    name: mark('duty'),
    from: iso(desk.now + hour),
    to: iso(desk.now + 9 * hour),
    people: ['zhang'],
  })
  await ducha.call('finding.save', {
    id: 'f1',
    title: mark('finding'),
    note: mark('finding-note'),
    severity: 'low',
    seqs: [],
    threads: [thread],
    handoffs: [],
    anomaly: null,
  })
  await ducha.call('finding.close', { finding: 'f1', outcome: mark('finding-outcome') })
  await takenBack(desk, { zhang, li })
  await handedOver(desk, { zhang, li, daiban })
  await zhang.call('search.messages', { words: mark('searched-for'), offset: 0, limit: 10 })
  const guanli = await at(desk, 'guanli')
  await guanli.call('person.change', { user: 'zhao', name: mark('former'), role: 'officer', enabled: true })
  await guanli.call('person.change', { user: 'zhao', name: '赵敏', role: 'officer', enabled: true })
  while (desk.sent.length < 4) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** What a channel says of a resident, and a connection whose certificates are its own and stay. */
async function throughWecom(desk: TestStation): Promise<void> {
  const told = { external: mark('resident'), name: mark('nickname'), avatar: mark('avatar') }
  desk.station.linking.listener.profiles(village, [{ ...told, gender: 'female' }], [])
  const guanli = await at(desk, 'guanli')
  const settings = {
    name: '县局企业微信',
    corpid: 'wwDUTYDESK00000001',
    apiBase: 'https://qyapi.weixin.qq.com',
    ca: rootCertificates[0]!,
    proxy: null,
    relay: null,
  }
  const { id } = await guanli.call('connection.add', { ...settings, secret: 'a-secret-of-the-app' })
  await guanli.call('connection.change', { ...settings, connection: id, enabled: false })
}

/** Sent by the resident and by the officer, never fetched, and put in without being sent. */
async function files(desk: TestStation, zhang: Console): Promise<void> {
  const channel = channelFiles(desk)
  const from = mark('resident')
  channel.files.set(mark('media-id'), { file: jpeg(mark('in-a-file')), name: `${mark('file')}.jpg` })
  channel.connect()
  const { thread, message } = sendsFile(desk, { id: mark('media-id'), from })
  await isState(desk, message, 'here')
  const refused = sendsFile(desk, { id: mark('media-not-given'), from })
  await isState(desk, refused.message, 'missed')
  const { upload } = await putIn(zhang, pdf(mark('in-an-answer')), `${mark('answered-file')}.pdf`)
  const { lastSeq: seen } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.send', { thread, seen, what: { kind: 'media', upload } })
  await putIn(zhang, pdf(mark('not-sent')), `${mark('not-sent')}.pdf`)
  const half = Buffer.concat([pdf(mark('half-put-in')), Buffer.alloc(600_000)])
  const id = '0198f000-0000-7000-8000-00000000000a'
  await zhang.call('media.put', pieceOf(half, { upload: id, name: mark('half') }))
  await putIn(zhang, pdf(mark('in-a-draft')), `${mark('drafted-file')}.pdf`, undefined, thread)
  const drafted = pieceOf(half, {
    upload: '0198f000-0000-7000-8000-00000000000b',
    name: mark('drafted-half'),
  })
  await zhang.call('media.put', { ...drafted, thread })
}

type People = Record<'zhang' | 'daiban' | 'ducha', Console>

/** Declined, given again, private, opened by break-glass, settled and visited. */
async function escalated(desk: TestStation, { zhang, daiban, ducha }: People, thread: string): Promise<void> {
  await zhang.call('thread.escalate', {
    thread,
    desk: 'mediation',
    level: 'yellow',
    reason: mark('escalated'),
    private: true,
  })
  const [matter] = (await daiban.call('escalations.list', { of: 'live', offset: 0, limit: 10 })).rows
  const escalation = matter!.id
  await daiban.call('escalation.decline', { escalation, reason: mark('declined') })
  await daiban.call('escalation.reassign', {
    escalation,
    desk: 'criminal',
    level: 'red',
    reason: mark('again'),
  })
  await ducha.call('glass.break', { thread, reason: mark('glass'), minutes: 30 })
  await daiban.call('escalation.accept', { escalation })
  await daiban.call('escalation.resolve', {
    escalation,
    outcome: 'settled',
    note: mark('outcome'),
    returnVisitAt: iso(desk.now + hour),
  })
  await daiban.call('escalation.visited', { escalation, result: 'kept', note: mark('visit'), next: null })
}

async function warned(zhang: Console, contact: string): Promise<void> {
  const { warning } = await zhang.call('warning.enter', {
    name: mark('warned'),
    phone: markedPhone,
    type: 'fakeJob',
    source: mark('source'),
    note: mark('warning-note'),
    contact,
  })
  await zhang.call('warning.claim', { warning })
  await zhang.call('warning.messaged', { warning, text: mark('by-phone'), by: 'phone' })
  await zhang.call('warning.neighbourAsked', {
    warning,
    contact: null,
    name: mark('neighbour'),
    result: 'reached',
  })
  await zhang.call('warning.close', { warning, outcome: 'dissuaded', note: mark('warning-closed') })
}

/** A group, a common question, and private talk with one who spoke. */
async function asked(
  desk: TestStation,
  zhang: Console,
  close: (who: Console, thread: string) => Promise<unknown>,
): Promise<void> {
  const group = { external: mark('group-number'), name: mark('group-name') }
  const said = resident({ from: mark('speaker'), text: mark('in-group'), at: desk.now })
  const thread = desk.takesIn({ ...said, conversation: group.external, group }).threads[0]!
  const { items } = await zhang.call('thread.timeline', { thread, limit: 10 })
  const message = items.find(({ item }) => item === 'message')!.seq
  const { lastSeq } = await zhang.call('thread.get', { thread })
  const moved = await zhang.call('group.moveToPrivate', {
    thread,
    message,
    seen: lastSeq,
    line: mark('line'),
    greeting: mark('greeting'),
  })
  const { common } = await zhang.call('common.open', { title: mark('common'), threads: [thread] })
  const now = (await zhang.call('thread.get', { thread })).lastSeq
  await zhang.call('common.answer', {
    common,
    text: mark('common-answer'),
    seen: [{ thread, seen: now }],
    close: false,
  })
  await close(zhang, thread)
  await close(zhang, moved.thread)
}

/** A sheet whose item is decided, read back and asked about, then taken back. */
async function takenBack(desk: TestStation, { zhang, li }: Record<'zhang' | 'li', Console>): Promise<void> {
  const thread = desk.hears({ from: mark('on-the-sheet'), text: mark('handed-over') })
  await zhang.call('thread.claim', { thread })
  const { handoff } = await zhang.call('handoff.start', { post: null })
  const deadline = iso(desk.now + hour)
  await zhang.call('handoff.decide', {
    handoff,
    items: [thread],
    decision: { do: 'handOver', nextAction: mark('next-action'), deadline, ifThen: mark('if-then') },
  })
  await zhang.call('handoff.setNotices', { handoff, notices: [mark('notice')] })
  await zhang.call('handoff.sign', { handoff, side: 'outgoing', password, to: 'li', signOff: false })
  const { question } = await li.call('handoff.question', { handoff, item: thread, text: mark('question') })
  await zhang.call('handoff.reply', { handoff, question, text: mark('reply') })
  await li.call('handoff.readBack', { handoff, item: thread, text: mark('read-back') })
  await zhang.call('handoff.withdraw', { handoff })
  await zhang.call('handoff.cancel', { handoff, reason: mark('cancelled') })
  const { lastSeq } = await zhang.call('thread.get', { thread })
  await zhang.call('thread.close', { thread, disposition: 'handledByPhone', seen: lastSeq })
}

/** A supervisor hands over for an officer who has left; what was promised is done, and a correction added. */
async function handedOver(
  desk: TestStation,
  { zhang, li, daiban }: Record<'zhang' | 'li' | 'daiban', Console>,
): Promise<void> {
  const thread = desk.hears({ from: mark('left-behind'), text: mark('left-open') })
  await zhang.call('thread.claim', { thread })
  const { warning } = await zhang.call('warning.enter', {
    name: mark('left-warned'),
    phone: null,
    type: 'fakeJob',
    source: null,
    note: null,
    contact: null,
  })
  await zhang.call('warning.claim', { warning })
  await zhang.call('shift.signOff', { reason: mark('leaving') })
  const { handoff } = await daiban.call('handoff.start', { post: null, of: 'zhang', reason: mark('for-him') })
  const items = (await daiban.call('handoff.get', { handoff })).items.map(({ id }) => id)
  await daiban.call('handoff.decide', {
    handoff,
    items,
    decision: { do: 'handOver', nextAction: mark('promise'), deadline: iso(desk.now + hour), ifThen: null },
  })
  const sign = { handoff, password, onBehalf: { reason: mark('on-behalf') } }
  await daiban.call('handoff.sign', { ...sign, side: 'outgoing', to: 'li' })
  for (const item of items) await li.call('handoff.readBack', { handoff, item, text: mark('read-back') })
  await li.call('handoff.accept', { handoff, items })
  await li.call('handoff.sign', { handoff, side: 'incoming', password })
  const promises = await li.call('promises.list', { of: 'open', offset: 0, limit: 10 })
  for (const { id } of promises.rows) await li.call('promise.done', { promise: id, note: mark('kept') })
  await li.call('handoff.correct', { handoff, text: mark('correction'), password })
  await li.call('thread.setPrivate', { thread, private: true, reason: mark('private') })
  await daiban.call('thread.setPrivate', { thread, private: false, reason: mark('public') })
  const { lastSeq } = await li.call('thread.get', { thread })
  await li.call('thread.close', { thread, disposition: 'handledByPhone', seen: lastSeq })
  await li.call('warning.close', { warning, outcome: 'unreachable', note: mark('not-reached') })
}
