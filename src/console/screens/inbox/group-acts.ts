import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface GroupAct {
  what: 'group' | 'pullIn' | 'common'
  /** The message it was asked from. */
  message: number | null
}

/** Asked for on a bubble or on the card, answered by the dialogs of the open thread. */
export const useGroupActs = defineStore('groupActs', () => {
  const asked = shallowRef<GroupAct | null>(null)
  return {
    asked,
    ask(what: GroupAct['what'], message: number | null = null) {
      asked.value = { what, message }
    },
    taken() {
      asked.value = null
    },
  }
})
