import { computed, ref, shallowRef } from 'vue'
import type { EscalationRow } from '../../../contract/escalations.ts'
import type { MessageItem, Thread } from '../../../contract/threads.ts'
import { useConnection } from '../../connection/connection.ts'
import { filledText } from '../../parts/filled-text.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useSession } from '../../stores/session.ts'

/** How much of the talk is shown to whoever is about to tell the resident something. */
const shownMessages = 4
const pageOfItems = 40

/** What somebody who accepts a matter has before their eyes: the last words of the thread, and what to tell. */
export function useTaking(row: () => EscalationRow) {
  const connection = useConnection()
  const directory = useDirectory()
  const session = useSession()
  const thread = shallowRef<Thread | null>(null)
  const messages = shallowRef<MessageItem[]>([])
  const failed = shallowRef<unknown>(null)
  const telling = ref(true)
  const text = ref('')
  /** The last entry that was shown here: what is told names it (rule 3). */
  const seen = ref(0)
  let asked = 0

  async function read() {
    const mine = ++asked
    const { thread: id, desk } = row()
    thread.value = null
    messages.value = []
    failed.value = null
    text.value = filledText(directory.texts?.taken ?? '', {
      desk: directory.deskName(desk),
      officer: session.session?.name ?? '',
      station: session.station?.name ?? '',
    })
    telling.value = row().readable && text.value !== ''
    try {
      const head = await connection.call('thread.get', { thread: id })
      const { items } = await connection.call('thread.timeline', { thread: id, limit: pageOfItems })
      if (mine !== asked) return
      messages.value = items.filter((item) => item.item === 'message').slice(-shownMessages)
      thread.value = head
      seen.value = head.lastSeq
    } catch (error) {
      if (mine !== asked) return
      failed.value = error
      telling.value = false
    }
  }

  const tell = computed(() => {
    const words = text.value.trim()
    return telling.value && thread.value && words !== '' ? { text: words, seen: seen.value } : undefined
  })
  const byHand = computed(() => directory.accounts.find(({ id }) => id === row().account)?.kind === 'by-hand')

  return { thread, messages, failed, telling, text, seen, tell, byHand, read }
}
