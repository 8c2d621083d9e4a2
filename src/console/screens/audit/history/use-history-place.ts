import { onScopeDispose, type Ref, watch } from 'vue'
import type { Queue } from '../../../../contract/threads.ts'
import { type Place, useNavigation } from '../../../stores/navigation.ts'
import { queueThen } from './queues-then.ts'
import type { Moment } from './use-moment.ts'

/** A burst of steps is one address. */
const restFor = 200

/** Keeps the moment, the thread and the queue in the address, so that reload, back and a link come to it. */
export function useHistoryPlace(moment: Moment, thread: Ref<string | null>, queue: Ref<Queue>) {
  const navigation = useNavigation()
  let timer: ReturnType<typeof setTimeout> | undefined
  let written = ''

  /** To where the address says; without one to the newest. */
  function follow() {
    const { seq, at, thread: of, queue: named } = navigation.place
    written = JSON.stringify(navigation.place)
    thread.value = of ?? null
    queue.value = queueThen(named)
    const [number, time] = [Number(seq), Date.parse(at ?? '')]
    if (Number.isFinite(time)) moment.toTime(time)
    else if (Number.isSafeInteger(number) && number > 0) moment.toEntry(number)
    else void moment.toEnd('last')
  }

  function write() {
    const { seq, time, exact } = moment
    if (seq.value === null || navigation.screen !== 'audit' || navigation.place.part !== 'history') return
    const place: Place = {
      part: 'history',
      ...(exact.value || time.value === null
        ? { seq: String(seq.value) }
        : { at: new Date(time.value).toISOString() }),
      ...(thread.value === null ? {} : { thread: thread.value }),
      ...(queue.value === 'all' ? {} : { queue: queue.value }),
    }
    written = JSON.stringify(place)
    navigation.go('audit', place, 'replace')
  }
  watch([moment.seq, moment.time, thread, queue], () => {
    clearTimeout(timer)
    timer = setTimeout(write, restFor)
  })
  watch(
    () => navigation.place,
    (place) => {
      if (navigation.screen !== 'audit' || place.part !== 'history' || JSON.stringify(place) === written)
        return
      clearTimeout(timer)
      if (moment.bounds.value) follow()
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { follow }
}
