import { eventTypes, messageTypes } from '../../src/channels/wecom/facts.ts'
import type { Random } from '../support/random.ts'

/** Items of msg_list as they may come: as documented, and then changed in every way a machine can think of. */

const names: Record<string, readonly string[]> = {
  text: ['content', 'menu_id'],
  image: ['media_id'],
  voice: ['media_id'],
  video: ['media_id'],
  file: ['media_id'],
  location: ['latitude', 'longitude', 'name', 'address'],
  link: ['title', 'desc', 'url', 'pic_url'],
  business_card: ['userid'],
  miniprogram: ['title', 'appid', 'pagepath', 'thumb_media_id'],
  msgmenu: ['head_content', 'list', 'tail_content'],
  channels_shop_product: ['product_id', 'head_image', 'head_img', 'title', 'sales_price', 'shop_nickname'],
  channels_shop_order: ['order_id', 'product_titles', 'price_wording', 'state', 'image_url', 'shop_nickname'],
  merged_msg: ['title', 'item'],
  channels: ['sub_type', 'nickname', 'title'],
  event: [
    'event_type',
    'open_kfid',
    'external_userid',
    'scene',
    'scene_param',
    'wechat_channels',
    'fail_msgid',
    'fail_type',
    'recall_msgid',
    'change_type',
    'old_servicer_userid',
    'new_servicer_userid',
    'servicer_userid',
    'status',
    'stop_type',
    'reject_switch',
  ],
}

export function payload(random: Random, n: number): unknown {
  const item = documented(random, n)
  switch (random.below(6)) {
    case 0:
      return item
    case 1:
      return anything(random, 3)
    case 2:
      return truncated(random, item)
    default: {
      let changed: unknown = item
      for (let times = 1 + random.below(4); times > 0; times--) changed = mutated(random, changed)
      return changed
    }
  }
}

function documented(random: Random, n: number): Record<string, unknown> {
  const msgtype = random.one(messageTypes)
  const event = msgtype === 'event'
  const whose = { open_kfid: 'wkDESK0001', external_userid: `wm${random.below(500)}` }
  const of = Object.fromEntries((names[msgtype] ?? []).map((name) => [name, fieldOf(random, name)]))
  return {
    msgid: `msg-${n}`,
    ...(event ? {} : whose),
    send_time: 1_700_000_000 + random.below(1000),
    origin: event ? 4 : random.one([3, 3, 3, 5]),
    msgtype,
    [msgtype]: event ? { ...of, ...whose } : of,
  }
}

function fieldOf(random: Random, name: string): unknown {
  if (name === 'event_type') return random.one(Object.values(eventTypes))
  if (name === 'latitude' || name === 'longitude') return random() * 90
  if (/_type$|^status$|_switch$/.test(name)) return random.below(14)
  if (name === 'item')
    return Array.from({ length: random.below(4) }, () => ({
      send_time: 1_700_000_000,
      msgtype: 'text',
      sender_name: words(random),
      msg_content: JSON.stringify({ text: { content: words(random) } }),
    }))
  if (name === 'list')
    return Array.from({ length: random.below(5) }, () => {
      const type = random.one(['click', 'view', 'text', 'miniprogram'])
      return { type, [type]: { id: 'a', content: words(random), url: 'https://a.example' } }
    })
  if (name === 'wechat_channels') return { scene: random.below(7), nickname: words(random) }
  return words(random)
}

const pieces = [
  '救命',
  '户口',
  'https://x.example/a?b=1',
  '\u0000',
  '\uD800',
  '😀',
  '%E5%8F',
  '\u202E',
  '\\n',
  ' ',
  '\n',
  '🔒',
  'a',
]

function words(random: Random): string {
  return Array.from({ length: random.below(6) }, () => random.one(pieces)).join('')
}

const oddities: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  '\u0000',
  '\uDFFF',
  'constructor',
  '__proto__',
  [],
  {},
  [[]],
  { length: -1 },
  ['text'],
  'event',
]

function anything(random: Random, depth: number): unknown {
  const shape = random.below(20)
  if (shape === 0) return deep(random)
  if (shape === 1 && random.below(40) === 0)
    return random.one(['电', '\0', '😀']).repeat(random.below(400_000))
  if (shape === 2 && random.below(40) === 0)
    return Array.from({ length: random.below(5_000) }, () => random())
  if (depth > 0 && shape < 8)
    return Object.fromEntries(
      Array.from({ length: random.below(5) }, () => [keyOf(random), anything(random, depth - 1)]),
    )
  if (depth > 0 && shape < 10)
    return Array.from({ length: random.below(5) }, () => anything(random, depth - 1))
  return shape < 14 ? words(random) : random.one(oddities)
}

const known = [
  ...Object.keys(names),
  ...Object.values(names).flat(),
  'msgid',
  'msgtype',
  'send_time',
  'origin',
]

function keyOf(random: Random): string {
  return random.below(3) === 0 ? words(random) : random.one(known)
}

/** As JSON.parse makes it: nested without end. */
function deep(random: Random): unknown {
  const depth = random.below(150) === 0 ? 100_000 : 50 + random.below(200)
  const [open, close] = random.one([
    ['[', ']'],
    ['{"merged_msg":', '}'],
    ['{"event":', '}'],
  ])
  return JSON.parse(`${open!.repeat(depth)}1${close!.repeat(depth)}`)
}

/** One field, somewhere, becomes something else, goes, or comes. */
function mutated(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.below(12) === 0) return anything(random, 2)
  if (Array.isArray(value)) {
    if (value.length === 0) return [anything(random, 1)]
    const at = random.below(value.length)
    return value.map((inner, index) => (index === at ? mutated(random, inner) : inner))
  }
  const keys = Object.keys(value)
  if (keys.length === 0 || random.below(8) === 0) return { ...value, [keyOf(random)]: anything(random, 2) }
  const key = random.one(keys)
  const { [key]: inner, ...rest } = value as Record<string, unknown>
  return random.below(5) === 0 ? rest : { ...rest, [key]: mutated(random, inner) }
}

/** What a parser makes of the beginning of it, where it makes anything at all. */
function truncated(random: Random, item: unknown): unknown {
  const json = JSON.stringify(item)
  const part = json.slice(0, random.below(json.length))
  const quotes = (part.match(/(?<!\\)"/g) ?? []).length % 2 ? '"' : ''
  for (const end of ['}', '}}', '}]}}', ':null}', ':null}}'])
    try {
      return JSON.parse(part.replace(/,$/, '') + quotes + end)
    } catch {}
  return part
}
