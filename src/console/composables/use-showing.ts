import { computed, type Ref } from 'vue'

/** Whether a dialog is shown, of several of which one is open at most: each closes itself only. */
export function useShowing<Name extends string>(open: Ref<Name | null>) {
  return (which: Name) =>
    computed({
      get: () => open.value === which,
      set(show: boolean) {
        if (show) open.value = which
        else if (open.value === which) open.value = null
      },
    })
}
