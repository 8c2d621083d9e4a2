import type { Refusal } from '../../src/contract/errors.ts'
import type { CommandName, Input } from '../../src/contract/index.ts'
import type { By } from '../../src/desk/route.ts'
import type { routes } from '../../src/desk/routes.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'

/** Handoffs from the freeze to the last signature, step by step; the same in a core that is killed and in one that goes on. */

const minute = 60_000
const hour = 60 * minute
export const roles = {
  zhang: 'officer',
  li: 'officer',
  zhao: 'officer',
  daiban: 'supervisor',
  ducha: 'auditor',
} as const

/** What is on Zhang's sheet. */
export interface Things {
  crisis: string
  secret: string
  warning: string
  calm: string
  noisy: string
  answered: string
  unclaimed: string
}

export interface Place {
  station: Station
  things: Things
  password: string
  /** When the steps began (ms). */
  begun: number
  /** Of the command; null where a step is none, or several. */
  id: Buffer | null
}

export interface Step {
  name: string
  /** ms after the beginning. */
  at: number
  /** An entry of the one commit in which it is to be killed; null: this step only leads on to the next. */
  entry: string | null
  /** What the same act is told under a new command id, once it is done; undefined where it may be done twice. */
  again?: Refusal['code'] | 'nothing new'
  act(place: Place): Promise<unknown>
}

export function by(station: Station, user: keyof typeof roles): By {
  return { user, role: roles[user], device: 'child', now: station.now() }
}

type Act<N extends CommandName> = (place: Place) => Input<N>

/** One command of one person. */
const command =
  <N extends CommandName & keyof typeof routes>(user: keyof typeof roles, name: N, input: Act<N>) =>
  (place: Place): Promise<unknown> =>
    place.station.execute(name, input(place), by(place.station, user), place.id)

/** The first, second … that was begun; corrections are not counted. */
export function begunAs({ station }: Pick<Place, 'station'>, number: number): string {
  const all = station.db.prepare('SELECT id FROM handoff WHERE corrects IS NULL ORDER BY seq').pluck().all()
  return all[number - 1] as string
}
const firstQuestion = ({ station }: Place) =>
  station.db.prepare('SELECT id FROM handoff_question ORDER BY asked_seq').pluck().get() as string
const promiseOn = (place: Place, item: string) =>
  place.station.views.promises.ofHandoff(begunAs(place, 1)).find((promise) => promise.item === item)!.id
const itemsOf = (place: Place, number: number) =>
  place.station.views.handoffs.items(begunAs(place, number)).map(({ item }) => item)

const handOver = ({ begun }: Place, hours: number) =>
  ({
    do: 'handOver',
    nextAction: '天亮后回电话',
    deadline: new Date(begun + hours * hour).toISOString(),
    ifThen: '不接就上门',
  }) as const
const given = ({ things }: Place) => [
  things.crisis,
  things.secret,
  things.warning,
  things.calm,
  things.unclaimed,
]
const keep = { do: 'keep', reason: '我熟悉这件事' } as const

const clock = ({ station }: Place) => station.timers.tick()

/** Everything handed over is read back or accepted, and what is severe is read back. */
const readThrough = (user: keyof typeof roles, number: number) => async (place: Place) => {
  const { station } = place
  const handoff = begunAs(place, number)
  const items = station.views.handoffs.items(handoff).filter(({ did }) => did === 'handOver')
  for (const { item, read_seq, frozen } of items)
    if (read_seq === null && /"(critical|serious)"/.test(frozen))
      await station.execute(
        'handoff.readBack',
        { handoff, item, text: '天亮后回电话' },
        by(station, user),
        null,
      )
  const open = items.filter(({ accepted }) => accepted === 0).map(({ item }) => item)
  await station.execute('handoff.accept', { handoff, items: open }, by(station, user), null)
}

const sign = (
  user: keyof typeof roles,
  number: number,
  over: Omit<Input<'handoff.sign'>, 'handoff' | 'password'>,
) =>
  command(user, 'handoff.sign', (place) => ({
    handoff: begunAs(place, number),
    password: place.password,
    ...over,
  }))

/** Zhang to Li: everything a handoff can go through, and what comes after it. */
const zhangToLi: Step[] = [
  {
    name: 'start',
    at: 0,
    entry: 'handoff.started',
    again: 'handoff_open',
    act: command('zhang', 'handoff.start', () => ({ post: null })),
  },
  {
    name: 'decide: hand over',
    at: minute,
    entry: 'handoff.itemDecided',
    again: 'nothing new',
    act: command('zhang', 'handoff.decide', (place) => ({
      handoff: begunAs(place, 1),
      items: given(place),
      decision: handOver(place, 8),
    })),
  },
  {
    name: 'decide: keep',
    at: 2 * minute,
    entry: 'handoff.itemDecided',
    again: 'nothing new',
    act: command('zhang', 'handoff.decide', (place) => ({
      handoff: begunAs(place, 1),
      items: [place.things.noisy],
      decision: keep,
    })),
  },
  {
    name: 'decide: close',
    at: 3 * minute,
    entry: 'thread.closed',
    again: 'nothing new',
    act: command('zhang', 'handoff.decide', (place) => ({
      handoff: begunAs(place, 1),
      items: [place.things.answered],
      decision: { do: 'close', disposition: 'answered', note: '已答复' },
    })),
  },
  {
    name: 'undecide',
    at: 4 * minute,
    entry: 'handoff.itemUndecided',
    again: 'nothing_to_do',
    act: command('zhang', 'handoff.undecide', (place) => ({
      handoff: begunAs(place, 1),
      items: [place.things.noisy],
    })),
  },
  {
    name: 'news after the freeze point',
    at: 5 * minute,
    entry: null,
    act: async ({ station }) =>
      takeIn(station, 'liuhe', [
        {
          event: 'message',
          contact: { external: '一组 甲', name: '一组 甲' },
          conversation: '一组 甲',
          external: 'news',
          kind: 'text',
          text: '还在吗',
          title: null,
          image: null,
          sentAt: station.now(),
        },
      ]),
  },
  {
    name: 'refreeze',
    at: 6 * minute,
    entry: 'handoff.frozen',
    act: command('zhang', 'handoff.refreeze', (place) => ({ handoff: begunAs(place, 1) })),
  },
  {
    name: 'kept after all',
    at: 7 * minute,
    entry: null,
    act: command('zhang', 'handoff.decide', (place) => ({
      handoff: begunAs(place, 1),
      items: [place.things.noisy],
      decision: keep,
    })),
  },
  {
    name: 'set notices',
    at: 8 * minute,
    entry: 'handoff.noticesSet',
    again: 'nothing_to_do',
    act: command('zhang', 'handoff.setNotices', (place) => ({
      handoff: begunAs(place, 1),
      notices: ['明早停电', '东门在修'],
    })),
  },
  {
    name: 'outgoing signature',
    at: 9 * minute,
    entry: 'handoff.signed',
    again: 'wrong_state',
    act: sign('zhang', 1, { side: 'outgoing', to: 'li', signOff: true }),
  },
  {
    name: 'withdraw',
    at: 10 * minute,
    entry: 'handoff.withdrawn',
    again: 'wrong_state',
    act: command('zhang', 'handoff.withdraw', (place) => ({ handoff: begunAs(place, 1) })),
  },
  {
    name: 'signed again',
    at: 11 * minute,
    entry: null,
    act: sign('zhang', 1, { side: 'outgoing', to: 'li', signOff: true }),
  },
  {
    name: 'opened by the incoming side',
    at: 12 * minute,
    entry: 'handoff.opened',
    again: 'nothing new',
    act: (place) =>
      place.station.query('handoff.get', { handoff: begunAs(place, 1) }, by(place.station, 'li')),
  },
  {
    name: 'read-back',
    at: 13 * minute,
    entry: 'handoff.itemReadBack',
    act: command('li', 'handoff.readBack', (place) => ({
      handoff: begunAs(place, 1),
      item: place.things.crisis,
      text: '他一个人在家，天亮后回电话',
    })),
  },
  {
    name: 'question',
    at: 14 * minute,
    entry: 'handoff.itemQuestioned',
    act: command('li', 'handoff.question', (place) => ({
      handoff: begunAs(place, 1),
      item: place.things.calm,
      text: '材料齐了吗',
    })),
  },
  {
    name: 'reply',
    at: 15 * minute,
    entry: 'handoff.questionReplied',
    again: 'nothing_to_do',
    act: command('zhang', 'handoff.reply', (place) => ({
      handoff: begunAs(place, 1),
      question: firstQuestion(place),
      text: '还缺照片',
    })),
  },
  {
    name: 'accept',
    at: 16 * minute,
    entry: 'handoff.itemAccepted',
    again: 'nothing_to_do',
    act: command('li', 'handoff.accept', (place) => ({ handoff: begunAs(place, 1), items: given(place) })),
  },
  { name: 'almost half an hour', at: 41 * minute - 1, entry: null, act: clock },
  {
    name: 'timer: overdue',
    at: 41 * minute,
    entry: 'handoff.overdue',
    again: 'nothing new',
    act: clock,
  },
  {
    name: 'the other severe ones read back',
    at: 42 * minute,
    entry: null,
    act: async (place) => {
      for (const item of [place.things.secret, place.things.warning])
        await command('li', 'handoff.readBack', () => ({
          handoff: begunAs(place, 1),
          item,
          text: '天亮后回电话',
        }))({ ...place, id: null })
    },
  },
  {
    name: 'incoming signature, the outgoing officer goes off shift',
    at: 43 * minute,
    entry: 'handoff.completed',
    again: 'wrong_state',
    act: sign('li', 1, { side: 'incoming' }),
  },
  {
    name: 'correction',
    at: 44 * minute,
    entry: 'handoff.corrected',
    act: command('zhang', 'handoff.correct', (place) => ({
      handoff: begunAs(place, 1),
      text: '照片已经补了',
      password: place.password,
    })),
  },
  {
    name: 'promise done',
    at: 45 * minute,
    entry: 'thread.promiseDone',
    again: 'nothing_to_do',
    act: command('li', 'promise.done', (place) => ({
      promise: promiseOn(place, place.things.calm),
      note: '照片收到了',
    })),
  },
  { name: 'almost eight hours', at: 8 * hour - 1, entry: null, act: clock },
  {
    name: 'timer: promises due',
    at: 8 * hour,
    entry: 'handoff.promiseDue',
    again: 'nothing new',
    act: clock,
  },
]

/** What Zhang kept, the supervisor hands over in his place; Zhao comes on shift by signing. */
const zhangAway: Step[] = [
  {
    name: 'start for an officer who has left',
    at: 8 * hour + minute,
    entry: 'handoff.started',
    again: 'handoff_open',
    act: command('daiban', 'handoff.start', () => ({ post: null, of: 'zhang', reason: '人已回家' })),
  },
  {
    name: 'cancel',
    at: 8 * hour + 2 * minute,
    entry: 'handoff.cancelled',
    again: 'wrong_state',
    act: command('daiban', 'handoff.cancel', (place) => ({ handoff: begunAs(place, 2), reason: '等他回来' })),
  },
  {
    name: 'begun once more and decided',
    at: 8 * hour + 3 * minute,
    entry: null,
    act: async (place) => {
      const daiban = by(place.station, 'daiban')
      const asked = { post: null, of: 'zhang', reason: '不回来了' }
      const { handoff } = await place.station.execute('handoff.start', asked, daiban, null)
      const decision = handOver(place, 16)
      await place.station.execute(
        'handoff.decide',
        { handoff, items: itemsOf(place, 3), decision },
        daiban,
        null,
      )
    },
  },
  {
    name: 'outgoing signature on behalf',
    at: 8 * hour + 4 * minute,
    entry: 'handoff.signed',
    again: 'wrong_state',
    act: sign('daiban', 3, { side: 'outgoing', to: 'zhao', onBehalf: { reason: '张警官已回家' } }),
  },
  { name: 'read through', at: 8 * hour + 5 * minute, entry: null, act: readThrough('zhao', 3) },
  {
    name: 'incoming signature, which signs its officer on',
    at: 8 * hour + 6 * minute,
    entry: 'handoff.completed',
    again: 'wrong_state',
    act: sign('zhao', 3, { side: 'incoming' }),
  },
]

/** Li to Zhao, who never reads it: the supervisor signs in his place. */
const liToZhao: Step[] = [
  {
    name: 'offered by Li',
    at: 8 * hour + 7 * minute,
    entry: null,
    act: async (place) => {
      const li = by(place.station, 'li')
      const { handoff } = await place.station.execute('handoff.start', { post: null }, li, null)
      const decision = handOver(place, 16)
      await place.station.execute('handoff.decide', { handoff, items: itemsOf(place, 4), decision }, li, null)
      await sign('li', 4, { side: 'outgoing', to: 'zhao', signOff: true })(place)
    },
  },
  {
    name: 'incoming signature on behalf',
    at: 8 * hour + 40 * minute,
    entry: 'handoff.completed',
    again: 'wrong_state',
    act: sign('daiban', 4, { side: 'incoming', onBehalf: { reason: '赵警官出警了' } }),
  },
]

export const steps: readonly Step[] = [...zhangToLi, ...zhangAway, ...liToZhao]
