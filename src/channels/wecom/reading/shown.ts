import type { MessageKind } from '../../../contract/values.ts'
import type { Carried } from '../../channel.ts'

/** What of a message stands on the screen. */
export interface Shown extends Carried {
  kind: MessageKind
  text: string
  title?: string
  /** Not all of it can be shown: it is kept as it came too. */
  partly?: true
}

/** Lines that have something to say, one below the other. */
export function lines(...all: (string | false | null | undefined)[]): string {
  return all.filter((line) => line).join('\n')
}

/** Only what a browser may be led to. */
export function webAddress(address: string): string | undefined {
  return /^https?:\/\/[^\s]+$/i.test(address) ? address : undefined
}
