import { cut, Fields, mostText, type Noted } from './fields.ts'
import { lines, type Shown } from './shown.ts'

/** Messages shown of a forwarded chat, and how deep one may stand inside another. */
const mostShown = 300
const deepest = 3

/** A forwarded chat 聊天记录: who said what, line by line. */
export function merged(
  of: Fields,
  noted: Noted,
  read: (item: Fields, noted: Noted, depth: number) => Shown,
  depth: number,
): Shown {
  const title = of.text('title')
  const items = depth > deepest ? [] : of.list('item')
  const said = items.slice(0, mostShown).map((raw) => {
    const item = new Fields(raw, noted)
    const shown = read(contentOf(item, noted), noted, depth + 1)
    return `${item.text('sender_name', 100) || '（没有名字）'}：${shown.text}`
  })
  const rest = items.length - said.length
  const text = `[聊天记录] ${lines(title, ...said, rest > 0 && `……还有 ${rest} 条`)}`
  if (text.length > mostText) noted.long = true
  return { kind: 'link', text: cut(text, mostText), ...(title ? { title } : {}), partly: true }
}

/** `msg_content` is the JSON text of a message; its type stands outside or inside it. */
function contentOf(item: Fields, noted: Noted): Fields {
  let content: unknown
  try {
    content = JSON.parse(item.text('msg_content', mostText))
  } catch {
    content = null
  }
  const plain = typeof content === 'object' && content !== null && !Array.isArray(content) ? content : {}
  return new Fields({ ...plain, msgtype: item.text('msgtype', 64) || Reflect.get(plain, 'msgtype') }, noted)
}
