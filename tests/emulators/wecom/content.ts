import { sending as facts, sendableTypes } from '../../../src/channels/wecom/facts.ts'
import { refuse } from './answers.ts'
import type { Call } from './call.ts'
import {
  type Body,
  byteLength,
  cut,
  decimal,
  object,
  objects,
  optionalText,
  optionalWhole,
  text,
} from './fields.ts'
import { livingMedia } from './media.ts'

/** What send_msg takes, checked and cut as the server does it. */
export function contentOf(call: Call, type: string): Body {
  if (!(sendableTypes as readonly string[]).includes(type)) return refuse('invalidMessageType')
  const { body } = call
  switch (type) {
    case 'text':
      return words(object(body, 'text'))
    case 'image':
    case 'voice':
    case 'video':
    case 'file': {
      const id = text(object(body, type), 'media_id')
      if (livingMedia(call, id).type !== type) return refuse('invalidMediaId')
      return { media_id: id }
    }
    case 'link':
      return link(call, object(body, 'link'))
    case 'miniprogram':
      return miniprogram(call, object(body, 'miniprogram'))
    case 'msgmenu':
      return menu(object(body, 'msgmenu'), facts.menu.items)
    case 'location': {
      const place = object(body, 'location')
      return {
        name: optionalText(place, 'name'),
        address: optionalText(place, 'address'),
        latitude: decimal(place, 'latitude', facts.latitude),
        longitude: decimal(place, 'longitude', facts.longitude),
      }
    }
    default:
      return { link_url: text(object(body, 'ca_link'), 'link_url') }
  }
}

export function words(given: Body): Body {
  const content = optionalText(given, 'content')
  if (!content) return refuse('emptyText')
  return { content: cut(content, facts.textBytes) }
}

function link(call: Call, given: Body): Body {
  const url = text(given, 'url', facts.link.urlBytes)
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return refuse('invalidParameter', 'field `url` without scheme')
  livingMedia(call, text(given, 'thumb_media_id'))
  return {
    title: cut(text(given, 'title'), facts.link.titleBytes),
    desc: cut(optionalText(given, 'desc') ?? '', facts.link.descBytes),
    url,
    thumb_media_id: given.thumb_media_id,
  }
}

function miniprogram(call: Call, given: Body): Body {
  const appid = optionalText(given, 'appid')
  if (!appid?.startsWith('wx')) return refuse('invalidMiniprogramAppid')
  const pagepath = text(given, 'pagepath')
  if (!pagepath.split('?')[0]?.endsWith(facts.miniprogram.pagepathEnd))
    return refuse('invalidParameter', 'field `pagepath` must end with .html')
  livingMedia(call, text(given, 'thumb_media_id'))
  const title = cut(optionalText(given, 'title') ?? '', facts.miniprogram.titleBytes)
  return { appid, title, thumb_media_id: given.thumb_media_id, pagepath }
}

export function menu(given: Body, most: number): Body {
  const limits = facts.menu
  optionalText(given, 'head_content', limits.headBytes)
  optionalText(given, 'tail_content', limits.tailBytes)
  const items = objects(given, 'list')
  if (items.length > most) return refuse('tooManyMenuItems')
  if (items.filter((item) => item.type !== 'text').length > limits.actionItems)
    return refuse('tooManyMenuItems')
  for (const item of items) menuItem(item)
  return given
}

function menuItem(item: Body): void {
  const limits = facts.menu
  const type = text(item, 'type')
  if (!['click', 'view', 'miniprogram', 'text'].includes(type)) refuse('badMenuItemType')
  const one = object(item, type)
  if (type === 'click') {
    const id = optionalText(one, 'id', limits.clickIdBytes)
    if (id === '') refuse('invalidParameter')
    text(one, 'content', limits.clickContentBytes)
  } else if (type === 'view') {
    text(one, 'url', limits.viewUrlBytes)
    text(one, 'content', limits.viewContentBytes)
  } else if (type === 'miniprogram') {
    text(one, 'appid', limits.appidBytes)
    text(one, 'pagepath', limits.pagepathBytes)
    optionalText(one, 'content', limits.miniprogramContentBytes)
  } else {
    text(one, 'content', limits.textBytes)
    optionalWhole(one, 'no_newline', 0, 1)
  }
}

/** ≤32 bytes of letters, digits, _ and -; an empty one is an error, an absent one is made by the server. */
export function ownMsgid(body: Body): string | undefined {
  const id = optionalText(body, 'msgid')
  if (id === undefined) return undefined
  if (byteLength(id) > facts.msgidBytes || !facts.msgidPattern.test(id))
    return refuse('invalidParameter', 'field `msgid` invalid')
  return id
}
