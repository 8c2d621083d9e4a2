import {
  begunAs,
  by,
  clock,
  command,
  firstQuestion,
  given,
  handOver,
  hour,
  itemsOf,
  keep,
  minute,
  type Place,
  promiseOn,
  readThrough,
  type Step,
  sign,
} from './handoff-acts.ts'

/** Handoffs from the freeze to the last signature, step by step; the same in a core that is killed and in one that goes on. */

const first = (place: Place) => ({ handoff: begunAs(place, 1) })

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
      ...first(place),
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
      ...first(place),
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
      ...first(place),
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
      ...first(place),
      items: [place.things.noisy],
    })),
  },
  {
    name: 'another thread comes after the freeze point',
    at: 5 * minute,
    entry: null,
    act: command('li', 'thread.transfer', ({ things }) => ({
      thread: things.lamp,
      to: 'zhang',
      reason: '离你近',
    })),
  },
  {
    name: 'refreeze',
    at: 6 * minute,
    entry: 'handoff.frozen',
    act: command('zhang', 'handoff.refreeze', first),
  },
  {
    name: 'kept after all, and the other one handed over',
    at: 7 * minute,
    entry: null,
    act: async (place) => {
      const { station, things } = place
      const handoff = begunAs(place, 1)
      const decisions = { [things.noisy]: keep, [things.lamp]: handOver(place, 8) }
      for (const [item, decision] of Object.entries(decisions))
        await station.execute(
          'handoff.decide',
          { handoff, items: [item], decision },
          by(station, 'zhang'),
          null,
        )
    },
  },
  {
    name: 'set notices',
    at: 8 * minute,
    entry: 'handoff.noticesSet',
    again: 'nothing_to_do',
    act: command('zhang', 'handoff.setNotices', (place) => ({
      ...first(place),
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
    act: command('zhang', 'handoff.withdraw', first),
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
    act: (place) => place.station.query('handoff.get', first(place), by(place.station, 'li')),
  },
  {
    name: 'read-back',
    at: 13 * minute,
    entry: 'handoff.itemReadBack',
    act: command('li', 'handoff.readBack', (place) => ({
      ...first(place),
      item: place.things.crisis,
      text: '他一个人在家，天亮后回电话',
    })),
  },
  {
    name: 'question',
    at: 14 * minute,
    entry: 'handoff.itemQuestioned',
    act: command('li', 'handoff.question', (place) => ({
      ...first(place),
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
      ...first(place),
      question: firstQuestion(place),
      text: '还缺照片',
    })),
  },
  {
    name: 'accept',
    at: 16 * minute,
    entry: 'handoff.itemAccepted',
    again: 'nothing_to_do',
    act: command('li', 'handoff.accept', (place) => ({
      ...first(place),
      items: [...given(place), place.things.lamp],
    })),
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
          ...first(place),
          item,
          text: '天亮后回电话',
        }))({ ...place, id: null })
    },
  },
  {
    name: 'incoming signature with a sign-off',
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
      ...first(place),
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
    name: 'start for one who has left',
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
    name: 'incoming signature with a sign-on',
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
