import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Session } from '../../contract/session.ts'
import type { StationState } from '../../contract/station.ts'
import { useConnection } from '../connection/connection.ts'
import { forgetAll } from '../media/kept-media.ts'

/** Who sits here and at which station. Read anew whenever the link to the core is. */
export const useSession = defineStore('session', () => {
  const connection = useConnection()
  const session = ref<Session | null>(null)
  const station = ref<StationState | null>(null)
  const known = computed(() => station.value !== null)

  async function refresh() {
    try {
      const [nowStation, nowSession] = await Promise.all([
        connection.call('station.state', {}),
        connection.call('session.get', {}),
      ])
      station.value = nowStation
      session.value = nowSession
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  async function login(user: string, password: string, signOn: boolean) {
    session.value = await connection.login(user, password, signOn)
  }

  async function logout() {
    await connection.logout()
    session.value = null
    await refresh()
  }

  /** Locks this screen at once, whether or not the core can be told. */
  async function lock() {
    if (!session.value) return
    session.value = { ...session.value, locked: true }
    try {
      await connection.call('session.lock', {})
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  async function unlock(password: string) {
    session.value = await connection.call('session.unlock', { password })
  }

  watch(
    () => session.value?.user,
    () => forgetAll(),
  )
  connection.onPush((push) => {
    if (push.push === 'session') {
      session.value = push.session
      if (!push.session) void refresh()
    }
    if (push.push === 'readOnly' && station.value)
      station.value = {
        ...station.value,
        readOnly: push.reason === null ? null : { since: new Date().toISOString(), reason: push.reason },
      }
  })
  watch(
    connection.state,
    (state) => {
      if (state === 'open') void refresh()
    },
    { immediate: true },
  )

  return { session, station, known, refresh, login, logout, lock, unlock }
})
