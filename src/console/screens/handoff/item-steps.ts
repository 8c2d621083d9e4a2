import { type HandoffItem, isSevere } from '../../../contract/handoff.ts'

/** What is still to be done with an item, by the side that does it. */

/** Where the words are kept that are being written about it. */
export const readBackOf = (handoff: string, item: string) => `handoff.readBack.${handoff}.${item}`
export const decisionOf = (handoff: string, items: readonly { id: string }[]) =>
  `handoff.decision.${handoff}.${items.map(({ id }) => id).join()}`

type Decided = Pick<HandoffItem, 'decision' | 'moved'>
export const isDecided = ({ decision, moved }: Decided): boolean => decision !== null || moved !== null

/** Only what is handed over is the incoming side's to accept. */
export const isForIncoming = ({ decision, moved }: Decided): boolean =>
  decision?.do === 'handOver' && moved === null

type Received = Pick<HandoffItem, 'severity' | 'readBack' | 'accepted' | 'questions' | 'decision' | 'moved'>
export const needsReadBack = (item: Received): boolean =>
  isForIncoming(item) && isSevere(item.severity) && item.readBack === null

export const isAnswered = ({ questions }: Pick<HandoffItem, 'questions'>): boolean =>
  questions.every(({ reply }) => reply !== null)

export const isReceived = (item: Received): boolean =>
  !isForIncoming(item) || (item.accepted && !needsReadBack(item) && isAnswered(item))

/** The next one after `from` for which `open` holds, going round once; null when there is none. */
export function nextOpen<Item extends { id: string }>(
  items: readonly Item[],
  from: string | null,
  open: (item: Item) => boolean,
): Item | null {
  const at = items.findIndex(({ id }) => id === from)
  for (let step = 1; step <= items.length; step++) {
    const item = items[(at + step) % items.length]
    if (item && item.id !== from && open(item)) return item
  }
  return null
}
