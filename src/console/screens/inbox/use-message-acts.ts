import { useMessage } from 'naive-ui'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { MessageItem } from '../../../contract/threads.ts'
import { useAct } from '../../composables/use-act.ts'
import { copyText } from '../../parts/copy-text.ts'
import { useThread } from '../../stores/thread.ts'

export type MessageActs = ReturnType<typeof useMessageActs>

/** What can be done to one message of the open thread. */
export function useMessageActs() {
  const { act, did } = useAct()
  const { t } = useI18n()
  const message = useMessage()
  const store = useThread()
  /** The message something is being done to. */
  const busy = ref<number | null>(null)

  async function on(seq: number, run: (thread: string) => Promise<unknown>) {
    const thread = store.thread?.id
    if (thread === undefined || busy.value !== null) return
    busy.value = seq
    try {
      await run(thread)
    } finally {
      busy.value = null
      void store.refresh()
    }
  }

  return {
    busy,
    unmask: (seq: number) =>
      on(seq, async (thread) => {
        const answer = await act('message.unmask', { thread, seq })
        if (answer && store.thread?.id === thread) store.unmask(seq, answer.text)
      }),
    retry: (seq: number) =>
      on(seq, (thread) => did('message.retry', { thread, seq }, { done: t('inbox.message.retried') })),
    retryMedia: (seq: number) => on(seq, (thread) => did('media.retry', { thread, message: seq })),
    markSent: (seq: number) =>
      on(seq, (thread) =>
        did('message.markSentByHand', { thread, seq }, { done: t('inbox.message.markedSent') }),
      ),
    /** What goes to the resident must be whole: a masked text is read in full for it, which is on record. */
    async copy(item: MessageItem) {
      const thread = store.thread?.id
      if (thread === undefined) return
      const whole = item.masked
        ? (store.unmasked.get(item.seq) ?? (await act('message.unmask', { thread, seq: item.seq }))?.text)
        : item.text
      if (whole === undefined || whole === null) return
      if (await copyText(whole)) message.success(t('inbox.message.copied'))
      else message.warning(t('inbox.message.copyFailed'))
    },
  }
}
