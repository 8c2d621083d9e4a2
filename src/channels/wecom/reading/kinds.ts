import type { Fields, Noted } from './fields.ts'
import { merged } from './merged.ts'
import { link, location, media, menu, text } from './plain-kinds.ts'
import { businessCard, channels, miniprogram, order, product, withoutContent } from './shared-kinds.ts'
import type { Shown } from './shown.ts'

const kinds: ReadonlyMap<string, (of: Fields, noted: Noted) => Shown> = new Map([
  ['text', text],
  ['image', media('image')],
  ['voice', media('voice')],
  ['video', media('video')],
  ['file', media('file')],
  ['location', location],
  ['link', link],
  ['msgmenu', menu],
  ['business_card', businessCard],
  ['miniprogram', miniprogram],
  ['channels_shop_product', product],
  ['channels_shop_order', order],
  ['channels', channels],
  ['meeting', withoutContent('会议')],
  ['calendar', withoutContent('日程')],
  ['note', withoutContent('笔记')],
])

/** What the screen shows of a message, by its `msgtype`; of one that is not known, that it cannot be shown. */
export function shownOf(item: Fields, noted: Noted, depth = 0): Shown {
  const type = item.text('msgtype', 64)
  if (type === 'merged_msg') return merged(item.inside(type), noted, shownOf, depth)
  const read = kinds.get(type)
  if (read) return read(item.inside(type), noted)
  return { kind: 'unknown', text: `[无法显示的消息] ${type || '没有写明类型'}`, partly: true }
}
