import { v7 } from 'uuid'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { EscalationLevel } from '../../../../contract/escalations.ts'
import { useAct } from '../../../composables/use-act.ts'
import { contrast } from '../../../parts/ink.ts'
import { useDirectory } from '../../../stores/directory.ts'
import { useMatters } from '../../../stores/matters.ts'
import { dark, light } from '../../../theme.ts'

export const mostLevels = 6
/** A bar of it must be told from the surface in both themes; a thin line round each does the rest. */
const leastContrast = 1.6
const freshColours = ['#7b3fb5', '#1b8a6b', '#8a5a2b', '#b5316f', '#3a6ea5', '#6b6b6b']

/** The levels as they are being edited, all saved at once; another's change does not overwrite what is typed. */
export function useLevels() {
  const { t } = useI18n()
  const directory = useDirectory()
  const matters = useMatters()
  const { did, acting } = useAct()
  const levels = ref<EscalationLevel[]>([])
  const saved = computed(() => JSON.stringify(directory.levels))
  let shown = ''

  function put() {
    shown = saved.value
    levels.value = JSON.parse(saved.value) as EscalationLevel[]
  }
  const dirty = computed(() => JSON.stringify(levels.value) !== saved.value)
  watch(
    saved,
    () => {
      if (JSON.stringify(levels.value) === shown || levels.value.length === 0) put()
    },
    { immediate: true },
  )

  const inUse = (id: string) =>
    Object.values(matters.escalations?.desks ?? {}).some((counts) => (counts[id] ?? 0) > 0)

  /** What is wrong with a level, if anything; `wrong` stops saving, the others only warn. */
  function trouble(level: EscalationLevel): { words: string; wrong: boolean } | null {
    if (level.name.trim() === '') return { words: t('escalations.levels.empty'), wrong: true }
    const twin = levels.value.some(
      (other) =>
        other.id !== level.id && (other.name.trim() === level.name.trim() || other.colour === level.colour),
    )
    if (twin) return { words: t('escalations.levels.same'), wrong: true }
    const weakest = Math.min(contrast(level.colour, light.surface), contrast(level.colour, dark.surface))
    return weakest < leastContrast ? { words: t('escalations.levels.pale'), wrong: false } : null
  }

  return {
    levels,
    dirty,
    acting,
    inUse,
    trouble,
    ready: computed(() => dirty.value && levels.value.every((level) => !trouble(level)?.wrong)),
    put,
    move(at: number, by: -1 | 1) {
      const [level] = levels.value.splice(at, 1)
      if (level) levels.value.splice(at + by, 0, level)
    },
    add() {
      const colour = freshColours.find((one) => !levels.value.some((level) => level.colour === one))
      levels.value.push({
        id: v7(),
        name: t('escalations.levels.fresh'),
        colour: colour ?? '#5b6675',
        acceptMinutes: 60,
        accepts: 'members',
      })
    },
    remove: (at: number) => levels.value.splice(at, 1),
    async save() {
      if (await did('levels.change', { levels: levels.value }, { done: t('escalations.levels.saved') }))
        shown = JSON.stringify(levels.value)
    },
  }
}
