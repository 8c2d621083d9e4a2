import type { OutMedia } from '../../channels/channel.ts'
import type { MediaKind } from '../../contract/media.ts'
import type { Content } from '../view.ts'
import type { StationMedia } from './station-media.ts'

/** The file of a message that leaves; null where it carries none of the desk's own. Its `read` throws `MediaUnreadable`. */
export function outgoingMedia({ media }: { media: StationMedia }, content: Content): OutMedia | null {
  const sent = content?.media as { [field: string]: unknown } | undefined
  if (typeof sent?.sha256 !== 'string') return null
  const { sha256, kind, name, type, bytes } = sent
  return {
    kind: kind as MediaKind,
    name: name as string,
    type: type as string,
    bytes: bytes as number,
    read: () => media.store.read(sha256),
  }
}
