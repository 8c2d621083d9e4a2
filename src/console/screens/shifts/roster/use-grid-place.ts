import { computed, type Ref, ref, watch } from 'vue'
import { type Arrow, type Place, placeAfter, type RosterRow } from './week-grid.ts'

const arrows: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']

/** One thing in the week has the keyboard; the arrows go from it to the next. */
export function useGridPlace(
  grid: Readonly<Ref<HTMLElement | null>>,
  rows: () => readonly RosterRow[],
  mayAdd: () => boolean,
) {
  const at = ref<Place>({ row: 0, day: 0, item: 0 })
  const counts = computed(() =>
    rows().map(({ name, cells }) => {
      const adding = mayAdd() && name !== null ? 1 : 0
      return cells.map(({ duties, carried }) => Math.max(1, duties.length + carried.length + adding))
    }),
  )
  const elementAt = ({ row, day, item }: Place) =>
    grid.value?.querySelector<HTMLElement>(`[data-place="${row}-${day}-${item}"]`) ?? null

  /** What stood there may be gone. */
  watch(counts, (now) => {
    const { row, day, item } = at.value
    const count = now[row]?.[day]
    if (count === undefined) at.value = { row: 0, day, item: 0 }
    else if (item >= count) at.value = { row, day, item: count - 1 }
  })

  return {
    at,
    tabindex: (row: number, day: number, item: number) =>
      at.value.row === row && at.value.day === day && at.value.item === item ? 0 : -1,
    stand(day: number, row = 0) {
      at.value = { row, day, item: 0 }
    },
    focus: () => elementAt(at.value)?.focus(),
    onFocus(event: FocusEvent) {
      const place = (event.target as HTMLElement).dataset.place?.split('-').map(Number)
      if (place) at.value = { row: place[0]!, day: place[1]!, item: place[2]! }
    },
    onKey(event: KeyboardEvent) {
      if (!arrows.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      at.value = placeAfter(counts.value, at.value, event.key as Arrow)
      elementAt(at.value)?.focus()
    },
  }
}
