import { v7 as uuid } from 'uuid'
import type { InboundEvent } from '../../src/channels/channel.ts'
import type { CallName, CommandName } from '../../src/contract/index.ts'
import { category, disposition, urgency } from '../../src/contract/values.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { at, type Console } from './console.ts'
import { jpeg } from './files.ts'
import { pieceOf } from './media.ts'
import type { Random } from './random.ts'
import { iso, minute, password, phone, resident, type TestStation } from './station.ts'
import { addWecomAccount, kf } from './wecom-village.ts'

/** Days of a station in a minute: everything anybody can do, at random, through the core. */
export interface BusyStation {
  /** One act, or something that happens; many are refused, as they should be. */
  step(): Promise<void>
  /** Commands that were done at least once. */
  readonly done: ReadonlySet<CommandName>
  readonly refused: ReadonlySet<string>
}

interface Row {
  id: string
  last_seq: number
  contact: string
  holder: string | null
}

export async function busyStation(desk: TestStation, random: Random): Promise<BusyStation> {
  const consoles = new Map<string, Console>()
  const admin = await at(desk, 'guanli')
  consoles.set('guanli', admin)
  // A former round may have left him disabled.
  await admin.call('person.change', { user: 'zhao', name: '赵敏', role: 'officer', enabled: true })
  for (const user of ['zhang', 'li', 'zhao', 'daiban']) consoles.set(user, await at(desk, user))
  const done = new Set<CommandName>()
  const refused = new Set<string>()
  let said = 0

  const ask = async (user: string, call: CallName, input: object) => {
    try {
      const answer = await consoles.get(user)!.call(call as never, input as never)
      done.add(call as CommandName)
      return answer as unknown
    } catch (error) {
      refused.add((error as Error).message)
      return null
    }
  }
  const worker = () => random.one(['zhang', 'li', 'zhao', 'daiban'])
  const holder = (t: Row) => t.holder ?? worker()
  const holderOf = (thread: string) => desk.station.views.threads.thread(thread)?.holder ?? null
  const one = (query: string) => random.one(desk.station.db.prepare(`${query} ORDER BY n`).all() as Row[])
  const thread = () =>
    one(
      `SELECT * FROM thread WHERE ${random.one(['closed_at IS NULL', 'closed_at IS NULL', 'closed_at IS NULL', 'closed_at IS NOT NULL', 'snoozed_until IS NOT NULL', `account = '${phone}'`, 'holder IS NOT NULL'])}`,
    )
  const some = (table: 'alarm' | 'escalation') => {
    const ids = desk.station.db.prepare(`SELECT id FROM ${table} ORDER BY rowid`).pluck().all() as string[]
    return ids.length === 0 ? undefined : random.one(ids.slice(-8))
  }
  const message = (delivery: string) =>
    desk.station.db
      .prepare('SELECT thread, seq FROM message WHERE delivery = ? ORDER BY seq DESC LIMIT 1')
      .get(delivery) as { thread: string; seq: number } | undefined

  const hear = () => {
    const events = Array.from({ length: 1 + random.below(3) }, (): InboundEvent => {
      said += 1
      const heard = resident({
        from: `居民${random.below(60)}`,
        text: random() < 0.04 ? `我不想活了 第${said}句` : `第${said}句 13812345678`,
        external: `r${said}`,
        at: desk.now - random.below(30) * minute,
      })
      return random() < 0.9 ? heard : { ...heard, kind: 'image', media: { kind: 'image', id: `m${said}` } }
    })
    desk.takesIn(...events)
    if (random() < 0.2)
      desk.takesIn({ event: 'recall', external: `r${1 + random.below(said + 3)}`, at: desk.now })
  }
  /** Some steps of a handoff; left as it is about as often as finished. */
  const handoff = async (user: string, to: string, of: string = user) => {
    if (random() > 0.4) return
    const rows = <T>(sql: string, ...values: string[]) => desk.station.db.prepare(sql).all(...values) as T[]
    await ask(user, 'handoff.start', { post: null, ...(of === user ? {} : { of }) })
    const open = rows<{ id: string; from: string; to: string | null }>(
      'SELECT id, from_user AS "from", to_user AS "to" FROM handoff WHERE ended_seq IS NULL ORDER BY seq',
    )
    if (open.length === 0) return
    const one = random.one(open)
    const named = { handoff: one.id }
    if (random() < 0.2) await ask(one.from, 'handoff.refreeze', named)
    const sheet = rows<{ item: string; severe: number }>(
      'SELECT item, severe FROM handoff_item WHERE handoff = ? ORDER BY place, item',
      one.id,
    )
    const items = sheet.map(({ item }) => item)
    const some = (share: number) => items.filter(() => random() < share)
    const deadline = iso(desk.now + (1 + random.below(90)) * minute)
    const decide = async (of: string[], decision: object) =>
      of.length > 0 && (await ask(one.from, 'handoff.decide', { ...named, items: of, decision }))
    await decide(items, { do: 'handOver', nextAction: '回电话', deadline, ifThen: null })
    const doubtful = random() < 0.3 ? some(0.2) : []
    if (doubtful.length > 0) await ask(one.from, 'handoff.undecide', { ...named, items: doubtful })
    await decide(doubtful, { do: 'keep', reason: '我熟悉' })
    await decide(some(0.2), { do: 'close', disposition: 'noReplyNeeded', note: null })
    await ask(one.from, 'handoff.setNotices', { ...named, notices: [`提示${random.below(3)}`] })
    const behalf = random() < 0.2 ? { onBehalf: { reason: '不在岗' } } : {}
    const signing = { ...named, password, ...behalf }
    const [giver, taker] = behalf.onBehalf ? ['daiban', 'daiban'] : [one.from, one.to ?? to]
    await ask(giver, 'handoff.sign', { ...signing, signOff: random() < 0.2, side: 'outgoing', to })
    for (const { item, severe } of sheet)
      if (severe) await ask(taker, 'handoff.readBack', { ...named, item, text: '知道了' })
    for (const item of some(0.05)) {
      const asked = (await ask(taker, 'handoff.question', { ...named, item, text: '怎样了' })) as {
        question: string
      } | null
      if (asked) await ask(one.from, 'handoff.reply', { ...named, question: asked.question, text: '还在办' })
    }
    for (const item of some(1)) await ask(taker, 'handoff.accept', { ...named, items: [item] })
    if (random() < 0.4) await ask(one.from, 'handoff.withdraw', named)
    if (random() < 0.25) await ask('daiban', 'handoff.cancel', { ...named, reason: '重来' })
    await ask(taker, 'handoff.sign', { ...signing, side: 'incoming' })
    if (random() < 0.6) await ask(one.from, 'handoff.correct', { ...named, text: '更正', password })
    const [promise] = rows<{ id: string }>('SELECT id FROM promise ORDER BY n DESC LIMIT 1')
    if (promise && random() < 0.3) await ask(worker(), 'promise.done', { promise: promise.id, note: '办了' })
  }
  /** A resident of the WeCom account writes, is answered here or there, and sometimes the desk ends what goes on there. */
  const inWecom = async () => {
    const { station } = desk
    if (station.views.accounts.account(kf) === null) addWecomAccount(station)
    said += 1
    const from = `wm${random.below(6)}`
    const whose = { contact: { external: from, name: '' }, conversation: from }
    const at = desk.now
    const external = `w${said}`
    const turn = { ...whose, event: 'service', external: `s${said}`, at } as const
    const typed = {
      ...whose,
      event: 'own',
      kind: 'text',
      text: '我来',
      sentAt: at,
      colleague: 'wanghong',
    } as const
    takeIn(station, kf, [
      resident({ from, text: `第${said}句`, external, at }),
      random.one([
        { ...turn, state: 'colleague', colleague: 'wanghong' } as const,
        { ...turn, state: 'ended', colleague: 'wanghong' } as const,
        { ...typed, external: `t${said}` },
      ]),
    ])
    const newest = station.views.threads.newestOf(kf, from)
    // A message that was erased is not taken in again.
    if (newest === null) return
    const { id: thread, last_seq: seen } = newest
    await ask(worker(), 'thread.answer', { thread, text: '马上', seen, takeOver: { reason: '出警' } })
    if (random() < 0.5) await ask('daiban', 'thread.endElsewhere', { thread, reason: '居民在等' })
  }
  /** A file or a menu in answer; a file that never came is asked for again. */
  const send = async (t: Row) => {
    const [user, upload] = [holder(t), uuid()]
    await ask(user, 'media.put', pieceOf(jpeg(`${said}`), { upload }))
    const what =
      random() < 0.5
        ? { kind: 'media', upload }
        : { kind: 'menu', menu: { head: '请选', choices: [{ id: '1', text: '好' }], tail: '' } }
    await ask(user, 'thread.send', { thread: t.id, seen: t.last_seq, what })
    if (random() < 0.5) await ask(user, 'media.drop', { upload })
    const [missed] = desk.station.db
      .prepare(`SELECT thread, seq AS message FROM media WHERE state = 'missed' ORDER BY seq DESC LIMIT 1`)
      .all() as object[]
    if (missed) await ask(user, 'media.retry', missed)
  }
  const acts: ((t: Row) => Promise<unknown>)[] = [
    send,
    (t) => ask(worker(), 'thread.claim', { thread: t.id }),
    (t) =>
      ask(holder(t), 'thread.send', {
        thread: t.id,
        seen: t.last_seq,
        what: { kind: 'menu', menu: { head: '办哪一项', choices: [{ id: 'a', text: '落户' }], tail: '' } },
      }),
    () => inWecom(),
    (t) =>
      ask(worker(), 'thread.answer', {
        thread: t.id,
        text: '好的',
        seen: t.last_seq - (random() < 0.1 ? 1 : 0),
        ...(random() < 0.5 ? { takeOver: { reason: '帮忙' } } : {}),
      }),
    (t) =>
      ask(worker(), 'thread.answer', {
        thread: t.id,
        text: '马上',
        seen: t.last_seq,
        takeOver: { reason: '出警' },
      }),
    (t) =>
      ask(holder(t), 'thread.close', {
        thread: t.id,
        disposition: random.one(disposition.options),
        seen: t.last_seq,
        ...(random() < 0.3 ? { note: '办了' } : {}),
      }),
    (t) => ask(holder(t), 'thread.release', { thread: t.id }),
    (t) => ask(holder(t), 'thread.transfer', { thread: t.id, to: worker(), reason: '熟悉' }),
    (t) => ask(worker(), 'thread.takeOver', { thread: t.id, reason: '帮忙' }),
    (t) => ask(worker(), 'thread.note', { thread: t.id, text: '记一下' }),
    (t) =>
      ask(holder(t), 'thread.snooze', { thread: t.id, until: iso(desk.now + random.below(300) * minute) }),
    (t) =>
      ask(worker(), 'thread.wake', {
        thread: one('SELECT * FROM thread WHERE snoozed_until IS NOT NULL')?.id ?? t.id,
      }),
    (t) => ask(worker(), 'thread.reopen', { thread: t.id, reason: '点错了' }),
    (t) =>
      ask(worker(), 'thread.categorise', {
        thread: t.id,
        category: random.one([...category.options, null]),
        urgency: random.one(urgency.options),
      }),
    (t) => ask(worker(), 'thread.draft', { thread: t.id, text: random.one(['半句', '']) }),
    (t) => {
      const menu = { head: '', choices: ['好', ''], tail: '' }
      return ask(worker(), 'thread.draftMenu', { thread: t.id, menu: random.one([menu, null]) })
    },
    (t) => ask(worker(), 'message.unmask', { thread: t.id, seq: t.last_seq }),
    (t) =>
      ask(worker(), 'contact.change', {
        contact: t.contact,
        name: `改名${random.below(9)}`,
        villageGroup: '三组',
        household: null,
        phone: random.one(['13812345678', null]),
        tags: random.one([[], ['独居']]),
      }),
    (t) => ask(worker(), 'contact.unmaskPhone', { contact: t.contact }),
    () => ask(worker(), random.one(['shift.signOn', 'shift.signOff']), {}),
    () =>
      ask(worker(), 'paste.import', {
        account: phone,
        text: `五组 李强${random.below(4)}  昨天 14:${10 + random.below(50)}\n第${random.below(9)}次\n\n张警官  昨天 23:10\n好`,
      }),
    async () => {
      const copy = message('copyByHand')
      if (copy) await ask(worker(), 'message.markSentByHand', copy)
      const failed = message('failed')
      const anybody = worker()
      if (failed) await ask(holderOf(failed.thread) ?? anybody, 'message.retry', failed)
    },
    (t) => ask(worker(), 'thread.tellDelay', { thread: t.id, text: '请稍候', seen: t.last_seq }),
    (t) => ask('daiban', 'threads.reassign', { threads: [t.id], to: worker(), reason: '分派' }),
    (t) =>
      ask(holder(t), 'thread.escalate', {
        thread: t.id,
        desk: random.one(['mediation', 'criminal']),
        level: random.one(['red', 'yellow']),
        reason: '纠纷',
        private: random() < 0.5,
      }),
    (t) => ask(holder(t), 'thread.setPrivate', { thread: t.id, private: random() < 0.5, reason: '家事' }),
    (t) => ask('daiban', 'thread.setPrivate', { thread: t.id, private: false, reason: '无需保密' }),
    (t) => ask(holder(t), 'thread.pullIn', { thread: t.id, who: { user: worker() }, reason: '一起看' }),
    async () => {
      const escalation = some('escalation')
      if (escalation === undefined) return
      await ask('daiban', random.one(['escalation.accept', 'escalation.accept', 'escalation.decline']), {
        escalation,
        ...(random() < 0.5 ? { reason: '不归我管' } : {}),
      })
    },
    async () => {
      const escalation = some('escalation')
      if (escalation === undefined) return
      const at = iso(desk.now + random.below(90) * minute)
      await ask('daiban', 'escalation.resolve', {
        escalation,
        outcome: 'settled',
        note: '好',
        returnVisitAt: at,
      })
      await ask('daiban', 'escalation.visited', {
        escalation,
        result: 'kept',
        note: '好',
        next: random() < 0.3 ? at : null,
      })
    },
    async () => {
      const alarm = some('alarm')
      if (alarm === undefined) return
      const nextContactAt = iso(desk.now + random.below(40) * minute)
      await ask(worker(), 'alarm.acknowledge', { alarm })
      await ask(worker(), 'alarm.contacted', { alarm, note: '已通话', nextContactAt })
      await ask(worker(), 'alarm.follow', { alarm, looksAfter: worker(), nextContactAt })
      if (random() < 0.4)
        await ask('zhang', 'alarm.close', {
          alarm,
          outcome: 'safe',
          note: '平安',
          second: { user: 'daiban', password },
        })
    },
    () => handoff(worker(), worker()),
    () => handoff('daiban', worker(), worker()),
    async (t) => {
      if (random() > 0.1) return
      const id = `q${random.below(3)}`
      const settings = {
        waitMinutes: { urgent: 1 + random.below(10), priority: 20, routine: 60 },
        lockMinutes: 60,
        warningMinutes: { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 },
      }
      await ask('guanli', 'settings.change', settings)
      await ask('guanli', 'quickReply.save', { id, title: '好', text: '好', category: null, shortcut: null })
      await ask('guanli', 'quickReply.remove', { id: `q${random.below(3)}` })
      await ask('guanli', 'checklist.save', { id, title: '落户', papers: ['户口簿'], note: null })
      await ask('guanli', 'checklist.remove', { id: `q${random.below(3)}` })
      await ask('guanli', 'person.change', {
        user: 'zhao',
        name: `赵敏${random.below(3)}`,
        role: 'officer',
        enabled: random() < 0.8,
      })
      await ask('guanli', 'account.change', {
        account: phone,
        name: `手机${random.below(3)}`,
        enabled: random() < 0.5,
        ownNames: ['张警官'],
      })
      await ask('guanli', 'thread.claim', { thread: t.id })
    },
  ]
  // By its number: the outbox runs in its own time, and must not draw from the same dice.
  desk.send = async ({ seq }) =>
    seq % 4 === 0 ? { sent: false, retry: 'never', reason: 'refused' } : { sent: true }
  desk.takesIn(resident({ text: '在吗', external: uuid() }))
  return {
    done,
    refused,
    async step() {
      const dice = random()
      if (dice < 0.25) hear()
      else if (dice < 0.3) await desk.pass(random.below(25) * minute)
      else {
        const t = thread()
        // There may be none of that kind just now.
        if (t) await random.one(acts)(t)
      }
    },
  }
}
