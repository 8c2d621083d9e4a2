/** Files that were on screen a moment ago, up to so many bytes; those longest not looked at go first. */
const mostBytes = 96 * 1024 * 1024

export interface KeptMedia {
  url: string
  blob: Blob
  name: string | null
  /** A small copy for the timeline, of large pictures. */
  thumb: string
}

const kept = new Map<string, KeptMedia>()

export function lookedAt(key: string): KeptMedia | undefined {
  const found = kept.get(key)
  if (!found) return undefined
  kept.delete(key)
  kept.set(key, found)
  return found
}

export function keep(key: string, media: KeptMedia): void {
  forget(key)
  kept.set(key, media)
  let bytes = 0
  for (const [each, { blob }] of [...kept].reverse()) {
    bytes += blob.size
    if (bytes > mostBytes && each !== key) forget(each)
  }
}

export function forget(key: string): void {
  const media = kept.get(key)
  if (!media) return
  kept.delete(key)
  URL.revokeObjectURL(media.url)
  if (media.thumb !== media.url) URL.revokeObjectURL(media.thumb)
}

/** Another person sits down, or the words of a thread are erased. */
export function forgetAll(): void {
  for (const key of [...kept.keys()]) forget(key)
}
