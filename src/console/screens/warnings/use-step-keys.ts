import { onScopeDispose, type Ref, ref, watch } from 'vue'

/** Longer than a key pressed twice in haste: the second must not answer the next step. */
const restMs = 600

/** Whether the keys of a step may be pressed yet: not in the first moment after it came. */
export function useStepKeys(what: () => unknown): Readonly<Ref<boolean>> {
  const ready = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    what,
    () => {
      ready.value = false
      clearTimeout(timer)
      timer = setTimeout(() => (ready.value = true), restMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return ready
}
