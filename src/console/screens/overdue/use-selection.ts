import { computed, type Ref, ref, shallowRef, watch } from 'vue'

/** Which rows of a list are selected, one by one, from one to another, or all that match. */
export function useSelection(ids: Readonly<Ref<readonly string[]>>) {
  const selected = shallowRef<ReadonlySet<string>>(new Set())
  /** Where a range begins: the row that was selected or given up last. */
  const anchor = ref<string | null>(null)

  /** What has left the list is selected no more. */
  watch(ids, (now) => {
    if (selected.value.size === 0) return
    const there = new Set(now)
    const kept = [...selected.value].filter((id) => there.has(id))
    if (kept.length < selected.value.size) selected.value = new Set(kept)
  })

  function toggle(id: string) {
    const now = new Set(selected.value)
    if (!now.delete(id)) now.add(id)
    selected.value = now
    anchor.value = id
  }

  function range(to: string) {
    const from = anchor.value === null ? -1 : ids.value.indexOf(anchor.value)
    const end = ids.value.indexOf(to)
    if (from < 0 || end < 0) return toggle(to)
    const between = ids.value.slice(Math.min(from, end), Math.max(from, end) + 1)
    selected.value = new Set([...selected.value, ...between])
    anchor.value = to
  }

  const all = computed(() => ids.value.length > 0 && selected.value.size === ids.value.length)

  return {
    selected,
    all,
    some: computed(() => selected.value.size > 0 && !all.value),
    toggle,
    range,
    everything: () => (selected.value = new Set(ids.value)),
    clear: () => (selected.value = new Set()),
  }
}
export type Selection = ReturnType<typeof useSelection>
