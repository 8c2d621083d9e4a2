import { type Queue, queue } from '../../../../contract/threads.ts'

/** An auditor holds nothing, so there is no queue of one's own. */
export const queuesThen: readonly Queue[] = queue.options.filter((name) => name !== 'mine')
export const queueThen = (name: string | undefined): Queue => queuesThen.find((one) => one === name) ?? 'all'
