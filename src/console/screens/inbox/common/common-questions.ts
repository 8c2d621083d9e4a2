import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import type { CommonQuestion } from '../../../../contract/groups.ts'
import { useMay } from '../../../composables/use-may.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useSession } from '../../../stores/session.ts'

/** A linked thread changes with each word in it; the list is read once for a burst. */
const gatherMs = 300

/** Who asks the same as a thread does, to link them to a question: one there is already, or a new one. */
export interface Seeking {
  thread: string
  into: string | null
}
export type Shown = Seeking | { common: string }

/** Open common questions 共性问题, and which of them is before the officer. */
export const useCommonQuestions = defineStore('commonQuestions', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const may = useMay()
  const list = shallowRef<CommonQuestion[]>([])
  const shown = ref<Shown | null>(null)
  let gathering: ReturnType<typeof setTimeout> | undefined

  async function refresh() {
    gathering = undefined
    const who = session.session
    if (!who || !may.value.readThreads) {
      list.value = []
      shown.value = null
      return
    }
    if (who.locked) return
    try {
      list.value = await connection.call('commons.list', {})
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
  /** Those somebody still asks; an answered one stays to be linked to for a while. */
  const open = computed(() => list.value.filter(({ threads }) => threads.length > 0))
  const soon = () => {
    if (gathering === undefined) gathering = setTimeout(() => void refresh(), gatherMs)
  }

  changes.onChange((change) => {
    const touched = new Set(change.subjects)
    const linked = () =>
      list.value.some(
        ({ id, threads }) => touched.has(id) || threads.some(({ thread }) => touched.has(thread)),
      )
    if (change.everything || touched.has('commons') || linked()) soon()
  })
  watch(() => [session.session?.user, session.session?.locked], soon, { immediate: true })

  return {
    list,
    open,
    shown,
    refresh,
    of: (common: string | null) => list.value.find(({ id }) => id === common) ?? null,
    /** The question a thread is linked to, or who asks the same as it does. */
    show(thread: string, common: string | null) {
      shown.value = common === null ? { thread, into: null } : { common }
    },
    showQuestion(common: string) {
      shown.value = { common }
    },
    seek(thread: string, into: string) {
      shown.value = { thread, into }
    },
    hide() {
      shown.value = null
    },
  }
})
