import type { MediaKind, MediaShown } from '../../contract/media.ts'
import { mediaKind } from '../../contract/media.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { JsonObject } from '../../ledger/entry.ts'
import { maskText } from '../people/masking.ts'
import type { Content } from '../view.ts'

/** How the file of a message stands, now or at an earlier moment; null in `media_state` where it carries none. */
export interface MediaStands {
  media_state: 'waiting' | 'here' | 'missed' | null
  media_name: string | null
  media_type: string | null
  media_bytes: number | null
  media_reason: string | null
}

export const carriesNothing: MediaStands = {
  media_state: null,
  media_name: null,
  media_type: null,
  media_bytes: null,
  media_reason: null,
}

/** For whoever may read the message. What a message of such a kind carried goes with its content. */
export function shownMedia(
  kind: MessageKind,
  content: Content,
  stands: MediaStands | undefined,
): MediaShown | null {
  const carried = (content?.media as JsonObject | undefined)?.kind as MediaKind | undefined
  if (content !== null && carried === undefined) return null
  if (carried !== undefined && stands && stands.media_state !== null)
    return {
      kind: carried,
      state: stands.media_state,
      name: stands.media_name === null ? null : maskText(stands.media_name).text,
      type: stands.media_type,
      bytes: stands.media_bytes,
      reason: stands.media_reason,
    }
  const was = carried ?? mediaKind.options.find((each) => each === kind)
  return was === undefined
    ? null
    : { kind: was, state: 'erased', name: null, type: null, bytes: null, reason: null }
}
