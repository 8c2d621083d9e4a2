import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { FriendsStatus } from '../../contract/friends.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from '../stores/changes.ts'
import { useRefusal } from './use-refusal.ts'

const gatherMs = 120

/** How far the friends of each connection are known, and what WeCom lets the desk do with them. */
export function useFriendsStatus() {
  const connection = useConnection()
  const changes = useChanges()
  const { wordsOf } = useRefusal()
  const list = shallowRef<FriendsStatus[] | null>(null)
  const failed = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    timer = undefined
    try {
      list.value = await connection.call('friends.status', {})
      failed.value = ''
    } catch (error) {
      failed.value = wordsOf(error)
    }
  }
  const stop = changes.onChange(({ everything, subjects }) => {
    const touched = everything || ['friends', 'connections', 'accounts'].some((one) => subjects.includes(one))
    if (touched) timer ??= setTimeout(read, gatherMs)
  })
  watch(connection.state, (state) => {
    if (state === 'open' && failed.value) void read()
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
  void read()

  return { list, failed, read }
}
