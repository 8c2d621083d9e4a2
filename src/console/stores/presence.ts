import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Presence } from '../../contract/session.ts'
import { useConnection } from '../connection/connection.ts'
import { useSession } from './session.ts'

/** Typing counts as over after this much silence. */
const silenceMs = 5_000
/** Moving quickly through the list tells nobody that each thread was read. */
const settleMs = 200

/** Who else reads or writes which thread, and telling the others what is open here. */
export const usePresence = defineStore('presence', () => {
  const connection = useConnection()
  const session = useSession()
  const all = shallowRef<Presence[]>([])
  const viewing = ref<string | null>(null)
  const typing = ref(false)
  let settle: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  const byThread = computed(() => {
    const map = new Map<string, Presence[]>()
    for (const one of all.value) {
      if (one.user === session.session?.user) continue
      const list = map.get(one.thread)
      if (list) list.push(one)
      else map.set(one.thread, [one])
    }
    return map
  })

  async function quietly(question: Promise<unknown>) {
    try {
      await question
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  function tell() {
    if (!session.session || session.session.locked || connection.state.value !== 'open') return
    void quietly(connection.call('presence.set', { thread: viewing.value, typing: typing.value }))
  }

  function view(thread: string | null) {
    if (thread === viewing.value) return
    viewing.value = thread
    typing.value = false
    clearTimeout(silence)
    clearTimeout(settle)
    settle = setTimeout(tell, settleMs)
  }

  function stopTyping() {
    clearTimeout(silence)
    if (!typing.value) return
    typing.value = false
    tell()
  }

  /** Called at each change of the text. */
  function type() {
    clearTimeout(silence)
    silence = setTimeout(stopTyping, silenceMs)
    if (typing.value) return
    typing.value = true
    tell()
  }

  function read() {
    return quietly(
      connection.call('presence.list', {}).then((list) => {
        all.value = list
      }),
    )
  }

  connection.onPush((push) => {
    if (push.push === 'presence') all.value = push.presence
  })
  watch(
    () => connection.state.value === 'open' && session.session && !session.session.locked,
    (here) => {
      if (!here) return
      void read()
      tell()
    },
    { immediate: true },
  )

  return { others: (thread: string): Presence[] => byThread.value.get(thread) ?? [], view, type, stopTyping }
})
