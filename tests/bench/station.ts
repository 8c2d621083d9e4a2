import { join } from 'node:path'
import type { InboundMessage } from '../../src/channels/channel.ts'
import type { AccountKind } from '../../src/contract/accounts.ts'
import { accountAdded } from '../../src/desk/accounts/entries.ts'
import { draft, entries } from '../../src/desk/decision.ts'
import { personAdded } from '../../src/desk/people/entries.ts'
import type { By } from '../../src/desk/route.ts'
import { createStation } from '../../src/desk/station/opening.ts'
import { fileSecrets } from '../../src/desk/station/secrets.ts'
import type { Station } from '../../src/desk/station/station.ts'
import { takeIn } from '../../src/desk/threads/inbound.ts'
import { resources } from '../../src/hosts/resources.ts'

export const account = 'bench'
/** Where there are several, as a station has that is written to this much. */
export const accounts = [account, ...Array.from({ length: 24 }, (_, i) => `bench${i + 1}`)]
export const officers = Array.from({ length: 50 }, (_, i) => `officer${i}`)

export function officer(station: Station, user: string): By {
  return { user, role: 'officer', device: 'bench', now: station.now() }
}

/** A station with fifty officers on shift and one account. Timers do not run: only what is asked. */
export async function benchStation(dir: string, clock: () => number = Date.now): Promise<Station> {
  const station = await createStation(
    { dir, secrets: fileSecrets(join(dir, 'secrets')), resources, clock, log: () => {} },
    { name: '测速站', demo: false },
  )
  station.channels.serve({ kind: 'sandbox', send: async () => ({ sent: true }) })
  addAccounts(station, accounts, 'sandbox')
  station.bus.runNow(core(station), () => ({
    decision: entries(
      ...officers.flatMap((user) => [personAdded(user, 'officer', user), draft('shift.signedOn', user)]),
    ),
  }))
  return station
}

export function addAccounts(station: Station, ids: readonly string[], kind: AccountKind): void {
  station.bus.runNow(core(station), () => ({
    decision: entries(...ids.map((id) => accountAdded(id, kind, `户户通·测速村 ${id}`, []))),
  }))
}

const core = (station: Station): By => ({ user: 'core', role: 'system', device: 'bench', now: station.now() })

const ringing = '有人冒充客服让我转账'
const topics = [
  '户口迁移要带哪些材料',
  '楼上半夜还在打麻将',
  ringing,
  '电梯困人快来',
  '我家的牛跑丢了',
  '邻居占了我家的地界',
  '居住证什么时候能办好',
  '孩子出生落户怎么办',
]
const words =
  '村组路口晚上昨天今天民警同志你好请问一下谢谢麻烦帮忙看看孩子老人房子手机电话钱车辆学校医院派出所社区证件材料办理时间地点情况问题'

/** A message of about forty invented characters, always the same for the same number. One in eight rings. */
export function textOf(n: number, topic = topics[n % topics.length]!): string {
  let text = topic
  let state = (n * 2_654_435_761) >>> 0
  for (let i = 0; i < 26; i += 1) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    text += words[state % words.length]
  }
  return text
}

/** The same where one in three hundred rings, as on an ordinary day. */
export function ordinaryTextOf(n: number): string {
  const calm = topics.filter((topic) => topic !== ringing)
  return textOf(n, n % 300 === 0 ? ringing : calm[n % calm.length])
}

export function message(
  n: number,
  conversation: number,
  { text = textOf(n), sentAt = Date.now() - 3_600_000 + n } = {},
): InboundMessage {
  const external = `resident-${conversation}`
  return {
    event: 'message',
    contact: { external, name: `${1 + (conversation % 12)}组 居民${conversation}` },
    conversation: external,
    external: `m-${n}`,
    kind: 'text',
    text,
    title: null,
    image: null,
    sentAt,
  }
}

/** Fills the station with messages from `from` up to `to`, spread over so many threads. */
export function fill(station: Station, from: number, to: number, threads: number, text = textOf): void {
  for (let at = from; at < to; at += 1_000) {
    const batch: InboundMessage[] = []
    for (let n = at; n < Math.min(to, at + 1_000); n += 1)
      batch.push(message(n, n % threads, { text: text(n) }))
    takeIn(station, account, batch)
    // A desk has quiet moments between, in which what lags catches up; the rules read what was said a moment ago.
    if (at % 4_000 === 0) station.indexing.finish()
  }
}
