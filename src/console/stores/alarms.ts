import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { AlarmRow, AlarmSignal } from '../../contract/alarms.ts'
import { Refused } from '../../contract/errors.ts'
import { useMay } from '../composables/use-may.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from './changes.ts'
import { useSession } from './session.ts'

/** Open alarms (rule 10); behind a locked screen only that there are some. */
export const useAlarms = defineStore('alarms', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const may = useMay()
  /** Ringing ones first, oldest first; then those followed, next contact first. */
  const open = shallowRef<AlarmRow[]>([])
  const signal = shallowRef<AlarmSignal | null>(null)
  const loaded = ref(false)
  const failed = shallowRef<unknown>(null)
  let wanted = false
  let reading: Promise<void> | null = null
  /** Whose alarms are here: an answer meant for the former reader is thrown away. */
  let reader = ''

  const ringing = computed(() => open.value.filter(({ state }) => state === 'ringing'))
  const followed = computed(() => open.value.filter(({ state }) => state === 'followed'))

  const readerNow = () => {
    const who = session.session
    return who && may.value.readThreads ? `${who.user} ${who.locked}` : ''
  }

  async function readOnce() {
    const mine = readerNow()
    if (mine === '') return
    const locked = session.session?.locked ?? true
    const [told, rows] = await Promise.all([
      connection.call('alarms.signal', {}),
      locked ? [] : connection.call('alarms.open', {}),
    ])
    if (readerNow() !== mine) return
    signal.value = told
    open.value = rows
    failed.value = null
    loaded.value = !locked
  }

  async function read() {
    try {
      while (wanted) {
        wanted = false
        await readOnce()
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.refusal.code !== 'locked') failed.value = error
    } finally {
      reading = null
    }
  }

  /** Resolves when what is here is at least as new as this call. */
  function refresh(): Promise<void> {
    wanted = true
    reading ??= read()
    return reading
  }

  function begin() {
    if (readerNow() !== reader) {
      reader = readerNow()
      open.value = []
      loaded.value = false
      failed.value = null
      if (reader === '') signal.value = null
    }
    void refresh()
  }

  changes.onChange((change) => {
    const touched = new Set(change.subjects)
    /** A thread may have become private: its resident's name leaves the screen at once. */
    const concerns =
      touched.has('alarms') || touched.has('lexicon') || open.value.some(({ thread }) => touched.has(thread))
    if (change.everything || concerns) void refresh()
  })
  watch(() => [session.session?.user, session.session?.locked], begin, { immediate: true })
  watch(connection.state, (state) => {
    if (state === 'open') void refresh()
  })

  return { open, ringing, followed, signal, loaded, failed, refresh }
})
