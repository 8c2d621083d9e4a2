import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { type Anomaly, type AnomalyKind, anomalyKind } from '../../../../contract/audit.ts'
import { useConnection } from '../../../connection/connection.ts'
import { rowPages } from '../../../parts/row-pages.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useNavigation } from '../../../stores/navigation.ts'
import { periodNamed, spanOf } from './anomaly-periods.ts'

/** What the desk finds in the time and of the kinds that the address names. */
export function useAnomalies() {
  const connection = useConnection()
  const changes = useChanges()
  const navigation = useNavigation()

  /** Stays as it was while another address is there. */
  const place = ref(navigation.place)
  watch(
    () => navigation.place,
    (now) => {
      if (navigation.screen === 'audit' && now.part === 'anomalies') place.value = now
    },
  )
  const period = computed(() => periodNamed(place.value.period))
  /** The end stays where it was when the list was read, so that pages fit together. */
  const now = ref(Date.now())
  const span = computed(() => spanOf(period.value, now.value, place.value))
  const kinds = computed(() => {
    const named = (place.value.kinds ?? '').split(',')
    return anomalyKind.options.filter((kind) => named.includes(kind))
  })
  /** What is empty is left out of the address. */
  function goTo(change: Record<string, string>) {
    const next = { ...place.value, part: 'anomalies', ...change }
    navigation.go('audit', Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')))
  }

  const pages = rowPages<Anomaly>((offset, limit) =>
    connection.call('anomalies.list', {
      ...span.value,
      ...(kinds.value.length > 0 ? { kinds: kinds.value } : {}),
      offset,
      limit,
    }),
  )
  const counts = shallowRef(new Map<AnomalyKind, number>())
  async function count() {
    try {
      const found = await connection.call('anomalies.counts', span.value)
      counts.value = new Map(found.map(({ kind, n }) => [kind, n]))
    } catch {
      // The list says what went wrong.
    }
  }
  watch(
    () => JSON.stringify([span.value, kinds.value]),
    () => void pages.restart(),
    { immediate: true },
  )
  watch(() => JSON.stringify(span.value), count, { immediate: true })
  onScopeDispose(
    changes.onChange(({ everything, subjects }) => {
      if (everything || subjects.includes('findings')) void pages.refresh()
    }),
  )

  return {
    pages,
    counts,
    period,
    span,
    kinds,
    goTo,
    again() {
      now.value = Date.now()
      void pages.refresh()
      void count()
    },
    toggle(kind: AnomalyKind) {
      const left = kinds.value.filter((one) => one !== kind)
      goTo({ kinds: (left.length < kinds.value.length ? left : [...left, kind]).join(',') })
    },
  }
}
