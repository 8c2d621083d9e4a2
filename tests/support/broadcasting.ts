import type { Audience } from '../../src/contract/broadcasts.ts'
import type { Console } from './console.ts'
import { type FriendlyStation, friendlyStation } from './friendly-station.ts'
import { entriesOf, hour } from './station.ts'

export const day = 24 * hour
export const page = { offset: 0, limit: 50 }
export const everybody: Audience = {
  where: { accounts: [], villageGroups: [], tags: [] },
  also: [],
  without: [],
}
export const words = { purpose: '反诈提醒', text: '年底诈骗多，不要转账', attachments: [] }

/** Wang and Li are friends of members, Zhao is nobody's. */
export async function village() {
  const given = await friendlyStation()
  const { contacts, resident, works } = given
  const wang = await resident('wm1', { name: '王桂兰', villageGroup: '三组', tags: ['独居'] })
  const li = await resident('wm2', { name: '李大海', villageGroup: '五组' })
  const zhao = await resident('wm3', { name: '赵六', villageGroup: '三组' })
  contacts.befriend('ZhangSan', 'wm1')
  contacts.befriend('LiSi', 'wm2')
  await works()
  return { ...given, wang, li, zhao }
}

export const draft = async (console: Console, audience: Audience = everybody) =>
  (await console.call('broadcast.draft', { ...words, audience })).broadcast

export async function approve({ consoles }: FriendlyStation, broadcast: string) {
  const { version, audience } = await consoles.daiban.call('broadcast.get', { broadcast })
  const { reachable } = await consoles.daiban.call('broadcasts.preview', {
    audience: audience!,
    of: 'reachable',
    ...page,
  })
  await consoles.daiban.call('broadcast.approve', { broadcast, version, reachable })
}

/** Drafted by Zhang, approved by the supervisor, its tasks made in WeCom. */
export async function made(audience: Audience = everybody) {
  const given = await village()
  const broadcast = await draft(given.consoles.zhang, audience)
  await approve(given, broadcast)
  await given.works()
  const get = () => given.consoles.zhang.call('broadcast.get', { broadcast })
  return { ...given, broadcast, get }
}

export const typesOf = ({ desk }: FriendlyStation) =>
  entriesOf(desk.station)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('broadcast.'))
