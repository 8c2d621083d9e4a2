/** What a pasted text stands for: WeChat copies a picture as "[图片]" and a recall as a line of its own. */

export type PastedKind =
  | 'text'
  | 'image'
  | 'voice'
  | 'video'
  | 'file'
  | 'location'
  | 'link'
  | 'sticker'
  | 'system'

const PLACEHOLDERS: Record<string, PastedKind> = {
  图片: 'image',
  照片: 'image',
  photo: 'image',
  image: 'image',
  picture: 'image',
  语音: 'voice',
  语音消息: 'voice',
  voice: 'voice',
  audio: 'voice',
  'voice message': 'voice',
  视频: 'video',
  小视频: 'video',
  video: 'video',
  文件: 'file',
  file: 'file',
  位置: 'location',
  地理位置: 'location',
  实时位置共享: 'location',
  location: 'location',
  链接: 'link',
  小程序: 'link',
  聊天记录: 'link',
  视频号: 'link',
  link: 'link',
  'mini program': 'link',
  'chat history': 'link',
  动画表情: 'sticker',
  表情: 'sticker',
  sticker: 'sticker',
  'animated sticker': 'sticker',
  语音通话: 'system',
  视频通话: 'system',
  'voice call': 'system',
  'video call': 'system',
}

const PLACEHOLDER = /^[[［【]\s*([^\][［］【】]{1,20}?)\s*[\]］】]/

/** The kind a text begins with, if it begins with a placeholder. Emoji such as [微笑] are text. */
export function placeholderKind(text: string): PastedKind | null {
  const match = PLACEHOLDER.exec(text)
  return match ? (PLACEHOLDERS[match[1]!.toLowerCase()] ?? null) : null
}

export interface Notice {
  /** Null for "你撤回了一条消息": the desk's own account. */
  name: string | null
  quoted: boolean
}

const NOTICE =
  /^(?:["“”「『]([^"“”「」『』]{1,40})["“”」』]|([^\s"“”「」，。！？,.!?]{1,20}?))\s*(?:撤回了一条(?:成员)?消息|拍了拍.{1,40}|加入了?群聊|recalled a message)[。.]?(?:\s*重新编辑)?$/

/** WeChat's own grey lines: a recall, a nudge, somebody joining. */
export function notice(line: string): Notice | null {
  // Cheap refusal first: the pattern runs on every line of a huge paste otherwise.
  if (line.length > 100 || !/撤回|拍了拍|群聊|recalled/.test(line)) return null
  const match = NOTICE.exec(line.trim())
  if (!match) return null
  const name = (match[1] ?? match[2])!.trim()
  if (/^(你|您|You)$/i.test(name)) return { name: null, quoted: match[1] !== undefined }
  return { name, quoted: match[1] !== undefined }
}
