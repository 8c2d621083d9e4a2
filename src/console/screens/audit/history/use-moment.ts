import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import { useConnection } from '../../../connection/connection.ts'
import { latest } from './latest.ts'
import type { Span, Step } from './slider-steps.ts'

/**
 * The moment that is looked at: a time (ms) and the entry after which it stood so. An entry is meant by its number,
 * because several have the same time; a time need not have an entry of its own.
 */
export function useMoment() {
  const connection = useConnection()
  const bounds = shallowRef<{ span: Span; size: number } | null>(null)
  const failed = shallowRef<unknown>(null)
  /** Where the slider stands; ahead of `seq` until the core has found the entry. */
  const time = ref<number | null>(null)
  const seq = ref<number | null>(null)
  /** The entry itself is meant, not the time. */
  const exact = ref(true)
  /** The entry last asked for, so that arrows pressed fast each count. */
  let aim: number | null = null

  const asking = latest(
    (asked: { seq: number } | { at: string }) => connection.call('history.position', asked),
    (found, asked) => {
      seq.value = found.seq
      aim = found.seq
      if ('seq' in asked) time.value = Date.parse(found.at)
      failed.value = null
    },
    (error) => {
      failed.value = error
    },
  )
  onScopeDispose(asking.stop)

  async function readBounds() {
    try {
      const { firstAt, lastAt, size } = await connection.call('history.bounds', {})
      bounds.value =
        firstAt === null || lastAt === null
          ? null
          : { span: { from: Date.parse(firstAt), to: Date.parse(lastAt) }, size }
      failed.value = null
    } catch (error) {
      failed.value = error
      if (!(error instanceof Refused)) throw error
    }
  }

  function toEntry(number: number) {
    const { size } = bounds.value ?? { size: number }
    aim = Math.min(Math.max(number, 1), Math.max(size, 1))
    exact.value = true
    asking.put({ seq: aim })
  }
  function toTime(at: number) {
    const span = bounds.value?.span
    if (!span) return
    exact.value = false
    time.value = Math.min(Math.max(at, span.from), span.to)
    asking.put({ at: new Date(time.value).toISOString() })
  }
  async function toEnd(end: 'first' | 'last') {
    if (end === 'first') return toEntry(1)
    await readBounds()
    if (bounds.value) toEntry(bounds.value.size)
  }
  function step(step: Step) {
    if (step.by === 'entry') toEntry((aim ?? seq.value ?? 1) + step.n)
    else if (step.by === 'time') toTime((time.value ?? bounds.value?.span.to ?? 0) + step.ms)
    else void toEnd(step.end)
  }

  return {
    bounds,
    failed,
    time,
    seq,
    exact,
    isFirst: computed(() => seq.value === 1),
    isLast: computed(() => bounds.value !== null && seq.value === bounds.value.size),
    readBounds,
    toEntry,
    toTime,
    toEnd,
    step,
  }
}
export type Moment = ReturnType<typeof useMoment>
