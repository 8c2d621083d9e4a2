import { v7 } from 'uuid'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ShiftKind } from '../../../../contract/shifts.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useShifts } from '../../../stores/shifts.ts'

export const mostKinds = 8

/** The kinds of shift as they are being edited, all saved at once; another's change does not overwrite what is typed. */
export function useKinds() {
  const { t } = useI18n()
  const shifts = useShifts()
  const { did, acting } = useAct()
  const kinds = ref<ShiftKind[]>([])
  const saved = computed(() => JSON.stringify(shifts.kinds))
  let shown = ''

  function put() {
    shown = saved.value
    kinds.value = JSON.parse(saved.value) as ShiftKind[]
  }
  watch(
    saved,
    () => {
      if (kinds.value.length === 0 || JSON.stringify(kinds.value) === shown) put()
    },
    { immediate: true },
  )
  const dirty = computed(() => JSON.stringify(kinds.value) !== saved.value)
  const wrong = (kind: ShiftKind): 'empty' | 'same' | null => {
    if (kind.name.trim() === '') return 'empty'
    const twin = kinds.value.some((other) => other.id !== kind.id && other.name.trim() === kind.name.trim())
    return twin ? 'same' : null
  }

  return {
    kinds,
    dirty,
    acting,
    wrong,
    ready: computed(() => dirty.value && kinds.value.every((kind) => wrong(kind) === null)),
    put,
    add: () => kinds.value.push({ id: v7(), name: '', from: '08:00', to: '17:00' }),
    remove: (at: number) => kinds.value.splice(at, 1),
    async save() {
      const before = shifts.kinds
      const done = await did(
        'shiftKinds.change',
        { kinds: kinds.value },
        {
          done: t('shifts.kinds.saved'),
          undo: () => did('shiftKinds.change', { kinds: [...before] }),
        },
      )
      if (done) shown = JSON.stringify(kinds.value)
    },
  }
}
