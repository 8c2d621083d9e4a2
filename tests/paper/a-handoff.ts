import type { Handoff, HandoffItem, ItemWhy, Severity } from '../../src/contract/handoff.ts'
import type { Category } from '../../src/contract/values.ts'
import { makeCheckpoint } from '../../src/ledger/checkpoint.ts'
import { shortCode } from '../../src/ledger/short-code.ts'
import { ed25519Signer } from '../../src/ledger/signed-note.ts'
import type { Copy, DeskNames } from '../../src/paper/handoff-sheet.ts'

/** A night at the east post, handed from Chen Jun to Liu Fang in the morning. */

const signer = ed25519Signer('duty-desk/0197c1d2-7a40-7c11-9d58-2f6f0b9f3e11', Buffer.alloc(32, 7))
const root = Buffer.from('7d5c3a19f0e8b2467d5c3a19f0e8b2467d5c3a19f0e8b2467d5c3a19f0e8b246', 'hex')
export const checkpoint = {
  size: 48_213,
  code: shortCode(root),
  note: makeCheckpoint({ origin: signer.name, size: 48_213, root }, signer),
}

export const names: DeskNames = {
  desks: { mediation: '调解专席', antiFraud: '反诈专席' },
  levels: { red: '红', orange: '橙' },
}
export const copy: Copy = { printedAt: '2026-03-09T00:21:00.000Z', printedByName: '刘芳' }

export const plainItem: HandoffItem = {
  id: '0197c1d2-0000-7000-8000-000000000001',
  kind: 'thread',
  severity: 'routine',
  why: ['waiting'],
  thread: '0197c1d2-0000-7000-8000-000000000001',
  account: 'east',
  accountName: '东村户户通',
  private: false,
  readable: true,
  title: '三组 王桂兰',
  category: 'hukou',
  urgency: 'routine',
  summary: '您好，新生儿落户需要带哪些材料？孩子爸爸在外地，可以我一个人来办吗？',
  holder: 'chenjun',
  holderName: '陈军',
  waitingSince: '2026-03-08T22:41:00.000Z',
  snoozedUntil: null,
  alarmAt: null,
  escalation: null,
  returnVisitAt: null,
  promise: null,
  decision: {
    do: 'handOver',
    nextAction: '上午九点前答复所需材料清单',
    deadline: '2026-03-09T01:00:00.000Z',
    ifThen: null,
    at: '2026-03-08T23:50:00.000Z',
    byName: '陈军',
  },
  readBack: null,
  accepted: true,
  questions: [],
  newsSince: 0,
  moved: { to: 'liufang', toName: '刘芳' },
}

export const criticalItem: HandoffItem = {
  ...plainItem,
  id: 'critical-1',
  severity: 'critical',
  why: ['alarm', 'danger', 'promise'],
  title: '五组 李秀英',
  category: 'crisis',
  urgency: 'urgent',
  summary: '我不想活了，孩子也不理我。\n（已撤回）刚才说的别当真，我就是心里难受，睡不着，一个人在河边走走。',
  alarmAt: '2026-03-08T18:12:00.000Z',
  escalation: { desk: 'mediation', level: 'red', state: 'offered', dueAt: '2026-03-09T01:30:00.000Z' },
  promise: { id: 'p1', nextAction: '每两小时联系一次', deadline: '2026-03-08T22:00:00.000Z' },
  decision: {
    do: 'handOver',
    nextAction: '八点半前给其女儿打电话，确认老人已到女儿家；十点村妇联上门',
    deadline: '2026-03-09T00:30:00.000Z',
    ifThen: '如电话不通，立即请村支书上门，并通知巡逻组到河堤查看',
    at: '2026-03-08T23:52:00.000Z',
    byName: '陈军',
  },
  readBack: {
    text: '李秀英夜里说过轻生的话又撤回，人在河边；女儿已接走。我八点半前打给女儿确认，不通就请村支书上门并派人看河堤，十点妇联上门。',
    at: '2026-03-09T00:08:00.000Z',
    byName: '刘芳',
  },
  questions: [
    {
      id: 'q1',
      text: '女儿的电话是登记的那个吗？',
      byName: '刘芳',
      at: '2026-03-09T00:06:00.000Z',
      reply: { text: '是，夜里通过话。', byName: '陈军', at: '2026-03-09T00:07:00.000Z' },
    },
  ],
  newsSince: 2,
}

const seriousItem: HandoffItem = {
  ...plainItem,
  id: 'serious-1',
  severity: 'serious',
  why: ['escalation', 'private'],
  private: true,
  readable: false,
  title: '🔒',
  category: 'dispute',
  summary: null,
  escalation: { desk: 'mediation', level: 'orange', state: 'accepted', dueAt: null },
  returnVisitAt: '2026-03-12T02:00:00.000Z',
  decision: {
    ...plainItem.decision!,
    do: 'handOver',
    nextAction: '',
    deadline: '2026-03-12T02:00:00.000Z',
    ifThen: null,
  },
  readBack: { text: null, at: '2026-03-09T00:10:00.000Z', byName: '刘芳' },
}

export const keptItem: HandoffItem = {
  ...plainItem,
  id: 'kept-1',
  severity: 'watch',
  why: ['watched', 'held'],
  title: '一组 赵德厚',
  category: 'scam',
  summary: '又有人打电话说我孙子出事了要汇款，还好我没汇。',
  decision: {
    do: 'keep',
    reason: '已约上午十点本人到所做笔录，由我接待',
    at: '2026-03-08T23:58:00.000Z',
    byName: '陈军',
  },
  moved: { left: 'kept' },
}

export const closedItem: HandoffItem = {
  ...plainItem,
  id: 'closed-1',
  why: ['held'],
  title: '二组 孙小军',
  category: 'lostFound',
  summary: '谢谢警官，钱包找到了！',
  decision: {
    do: 'close',
    disposition: 'noReplyNeeded',
    note: '失主已到所领回',
    at: '2026-03-08T23:59:00.000Z',
    byName: '陈军',
  },
  moved: { left: 'closed' },
}

export const faultItem: HandoffItem = {
  ...plainItem,
  id: 'account:west',
  kind: 'account',
  severity: 'watch',
  why: ['fault'],
  thread: null,
  account: 'west',
  accountName: '西村户户通',
  title: '西村户户通',
  category: null,
  urgency: null,
  summary: '03:12 起收不到新消息，手机仍在线',
  holder: null,
  holderName: null,
  waitingSince: null,
  decision: {
    ...plainItem.decision!,
    do: 'handOver',
    nextAction: '请村干部重新扫码登录',
    deadline: null,
    ifThen: '如仍收不到，改在手机上办理并登记',
  },
}

const residents = ['陈桂芳', '刘建国', '吴秀珍', '周大勇', '黄小燕', '罗家明', '谭春生', '欧阳正华']
const asks: readonly [Category, Severity, ItemWhy[], string, string][] = [
  [
    'noise',
    'routine',
    ['waiting'],
    '楼下烧烤店凌晨两点还在放音响，能不能来管一管？已经反映第三次了。',
    '晚八点前到店告知限时，并回复居民',
  ],
  ['traffic', 'routine', ['held'], '村口拐弯处的反光镜被撞歪了', '报交警中队，答复居民何时修'],
  [
    'scam',
    'watch',
    ['watched', 'waiting'],
    '有个“客服”让我把钱转到安全账户，链接我没有点，截图发给你们看看',
    '答复：是诈骗，勿点；请反诈专席登记号码',
  ],
  ['lostFound', 'routine', ['snoozed'], '我家黄牛昨晚没有回栏，耳标 4471', '上午在村群发寻物消息'],
  [
    'dispute',
    'watch',
    ['overdue', 'waiting'],
    '隔壁砌墙占了我家半米，说好今天量地',
    '联系村委会，下午三点一起到现场量',
  ],
  ['other', 'routine', ['unclaimed'], '请问身份证今天能拿吗', '查办证系统后答复'],
]

function many(n: number): HandoffItem[] {
  return Array.from({ length: n }, (_, at) => {
    const [category, severity, why, summary, nextAction] = asks[at % asks.length]!
    return {
      ...plainItem,
      id: `item-${at}`,
      severity,
      why,
      category,
      summary,
      title: `${(at % 9) + 1}组 ${residents[at % residents.length]}`,
      accountName: at % 3 === 0 ? '西村户户通' : '东村户户通',
      waitingSince: new Date(Date.parse('2026-03-08T14:00:00.000Z') + at * 61_000).toISOString(),
      snoozedUntil: why.includes('snoozed') ? '2026-03-09T02:00:00.000Z' : null,
      decision: {
        ...plainItem.decision!,
        do: 'handOver' as const,
        nextAction,
        deadline: at % 4 === 3 ? null : '2026-03-09T04:00:00.000Z',
        ifThen: at % 5 === 2 ? '如居民再来催，先电话说明进度' : null,
      },
    }
  })
}

/** Of so many items, three of them severe; the first is a critical one. */
export function aHandoff(items: number, changed: Partial<Handoff> = {}): Handoff {
  const fixed = [criticalItem, { ...criticalItem, ...secondSevere }, seriousItem]
  const tail = items > 6 ? [keptItem, closedItem, faultItem] : []
  const all = [...fixed, ...many(Math.max(0, items - fixed.length - tail.length)), ...tail].slice(0, items)
  return {
    id: '0197c1d2-7a40-7c11-9d58-2f6f0b9f3e22',
    post: 'east',
    postName: '东片综合岗',
    state: 'done',
    from: 'chenjun',
    fromName: '陈军',
    to: 'liufang',
    toName: '刘芳',
    startedAt: '2026-03-08T23:40:00.000Z',
    frozenAt: '2026-03-08T23:45:12.000Z',
    frozenSeq: 48_090,
    offeredAt: '2026-03-09T00:02:30.000Z',
    doneAt: '2026-03-09T00:12:44.000Z',
    overdue: false,
    counts: { items, decided: items, severe: 3, readBack: 3, accepted: items, questions: 1 },
    signatures: [
      {
        side: 'outgoing',
        user: 'chenjun',
        name: '陈军',
        role: 'officer',
        at: '2026-03-09T00:02:30.000Z',
        onBehalfOf: null,
        reason: null,
      },
      {
        side: 'incoming',
        user: 'zhoujianguo',
        name: '周建国',
        role: 'supervisor',
        at: '2026-03-09T00:12:44.000Z',
        onBehalfOf: { user: 'liufang', name: '刘芳' },
        reason: '刘芳在现场处置警情，由带班领导代签',
      },
    ],
    code: checkpoint.code,
    corrects: null,
    correctedBy: [],
    items: all,
    queue: {
      threads: 12,
      oldestWaitingSince: '2026-03-08T21:03:00.000Z',
      rows: Array.from({ length: 12 }, (_, at) => ({
        thread: `queued-${at}`,
        title: at === 4 ? '🔒' : `${at + 1}组 ${residents[at % residents.length]}`,
        accountName: '东村户户通',
        waitingSince: new Date(Date.parse('2026-03-08T21:03:00.000Z') + at * 600_000).toISOString(),
        urgency: at === 0 ? 'priority' : 'routine',
        category: at % 2 ? 'noise' : null,
      })),
    },
    notices: [
      '今天上午九点停电检修，值班台改用备用电源，预计两小时。',
      '寻找走失老人张福生：82 岁，穿蓝色棉衣，有线索请报指挥室。',
    ],
    checkpoint,
    station: '隆回县公安局桃洪派出所',
    text: null,
    may: { prepare: false, outgoing: false, receive: false, onBehalf: [] },
    ...changed,
  }
}

const secondSevere: Partial<HandoffItem> = {
  id: 'critical-2',
  severity: 'serious',
  why: ['returnVisit', 'overdue'],
  title: '七组 周大勇',
  category: 'dispute',
  summary: '宅基地的事情调解过了，他家昨晚又把石头堆到路上，我儿子要去找他打架。',
  alarmAt: null,
  promise: null,
  escalation: { desk: 'mediation', level: 'orange', state: 'visit', dueAt: null },
  returnVisitAt: '2026-03-09T06:00:00.000Z',
  readBack: {
    text: '宅基地旧案又起，对方堆石堵路，儿子要动手；下午两点带调解员回访，先打电话稳住儿子。',
    at: '2026-03-09T00:09:00.000Z',
    byName: '刘芳',
  },
  decision: {
    ...plainItem.decision!,
    do: 'handOver',
    nextAction: '先电话劝住其子，下午两点与调解员一起到现场回访',
    deadline: '2026-03-09T06:00:00.000Z',
    ifThen: '如已动手，立即出警并转刑侦专席',
  },
  questions: [],
  newsSince: 0,
}
