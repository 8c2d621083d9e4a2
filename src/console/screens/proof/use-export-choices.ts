import { ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useTime } from '../../composables/use-time.ts'
import { useConnection } from '../../connection/connection.ts'
import type { ScopeKind } from './export-scope.ts'

/** As a select takes it. */
type Choice = { value: string; label: string }
const newest = { offset: 0, limit: 200 }

/** The shifts and handoffs to choose from, read when they are asked for. */
export function useExportChoices(kind: () => ScopeKind) {
  const { t } = useI18n()
  const time = useTime()
  const connection = useConnection()
  const { wordsOf } = useRefusal()
  const shifts = shallowRef<Choice[] | null>(null)
  const handoffs = shallowRef<Choice[] | null>(null)
  const reading = ref(false)
  const error = ref<string | null>(null)

  async function readShifts() {
    const { rows } = await connection.call('shifts.list', newest)
    shifts.value = rows.map(({ id, name, from, to }) => ({
      value: String(id),
      label: `${name} · ${time.full(from)} – ${to ? time.full(to) : t('proof.exports.now')}`,
    }))
  }
  async function readHandoffs() {
    const { rows } = await connection.call('handoffs.list', { of: 'finished', ...newest })
    handoffs.value = rows.map(({ id, fromName, toName, doneAt, code }) => ({
      value: id,
      label: [`${fromName} → ${toName ?? '—'}`, doneAt && time.full(doneAt), code]
        .filter(Boolean)
        .join(' · '),
    }))
  }
  async function read() {
    error.value = null
    reading.value = true
    try {
      if (kind() === 'shift' && shifts.value === null) await readShifts()
      if (kind() === 'handoff' && handoffs.value === null) await readHandoffs()
    } catch (refused) {
      error.value = wordsOf(refused)
    } finally {
      reading.value = false
    }
  }
  watch(kind, read, { immediate: true })

  return { shifts, handoffs, reading, error }
}
