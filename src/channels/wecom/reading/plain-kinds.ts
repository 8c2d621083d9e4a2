import type { MediaKind } from '../../../contract/media.ts'
import type { Menu, Place } from '../../../contract/threads.ts'
import { sending } from '../facts.ts'
import { Fields, mostText, type Noted } from './fields.ts'
import { lines, type Shown, webAddress } from './shown.ts'

/** Words, files, places, links, menus. Each is handed its own object of the item (`item.text`, `item.image` ...). */

export function text(of: Fields): Shown {
  const choice = of.id('menu_id')
  const content = of.text('content', mostText)
  return { kind: 'text', text: content || '[空白消息]', ...(choice === null ? {} : { choice }) }
}

const mediaWords: Record<MediaKind, string> = { image: '图片', voice: '语音', video: '视频', file: '文件' }

export function media(kind: MediaKind): (of: Fields) => Shown {
  return (of) => {
    const id = of.text('media_id', 512)
    const words = mediaWords[kind]
    return id
      ? { kind, text: `[${words}]`, media: { kind, id } }
      : { kind, text: `[${words}] 没有内容可取`, partly: true }
  }
}

export function location(of: Fields): Shown {
  const name = of.text('name')
  const address = of.text('address')
  const latitude = of.number('latitude')
  const longitude = of.number('longitude')
  const place = placeOf(latitude, longitude, name, address)
  const where = name || address ? null : place && `${place.latitude}, ${place.longitude}`
  return {
    kind: 'location',
    text: `[位置] ${lines(name, address !== name && address, where) || '没有写明地点'}`,
    ...(place ? { place } : { partly: true }),
  }
}

function placeOf(
  latitude: number | null,
  longitude: number | null,
  name: string,
  address: string,
): Place | null {
  if (latitude === null || Math.abs(latitude) > sending.latitude) return null
  if (longitude === null || Math.abs(longitude) > sending.longitude) return null
  return { latitude, longitude, name, address }
}

export function link(of: Fields): Shown {
  const title = of.text('title')
  const address = of.text('url', 4_096)
  const url = webAddress(address)
  return {
    kind: 'link',
    text: `[链接] ${lines(title, of.text('desc'), address) || '没有内容'}`,
    ...(title ? { title } : {}),
    ...(url ? { url } : { partly: true }),
  }
}

/** Twice what a menu may have. */
const mostItems = 2 * sending.menu.items

/** Pressable items have an object named after their type; what is only read stands between them. */
export function menu(of: Fields, noted: Noted): Shown {
  const head = of.text('head_content')
  const tail = of.text('tail_content')
  const choices: Menu['choices'] = []
  const items = of.list('list')
  const middle = items.slice(0, mostItems).map((raw) => {
    const item = new Fields(raw, noted)
    const type = item.text('type', 32)
    const inner = item.inside(type)
    const words = inner.text('content')
    if (type === 'click') {
      choices.push({ id: inner.id('id') ?? '', text: words })
      return `· ${words}`
    }
    if (type === 'text') return words.replaceAll('\\n', '\n').trimEnd()
    return lines(`· ${words}`, type === 'view' && inner.text('url', 4_096))
  })
  return {
    kind: 'text',
    text: lines(head, ...middle, tail) || '[菜单]',
    menu: { head, choices, tail },
    ...(items.length === choices.length ? {} : { partly: true }),
  }
}
