/**
 * Some Chinese input methods fire a second, ordinary Enter after the one that ended the composition; it must
 * not send. Longer than that echo, shorter than a person needs to press Enter again on purpose.
 */
const echoMs = 100

/** Knows whether a key belongs to the input method, so that Enter that picks a candidate never sends. */
export function inputMethodGuard(now: () => number = () => performance.now()) {
  let composing = false
  let endedAt = Number.NEGATIVE_INFINITY

  return {
    start() {
      composing = true
    },
    end() {
      composing = false
      endedAt = now()
    },
    owns(event: Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing'>): boolean {
      // 229 is what browsers report for a key the input method has taken, also where isComposing is not set.
      if (composing || event.isComposing || event.keyCode === 229) return true
      return event.key === 'Enter' && now() - endedAt < echoMs
    },
  }
}
