import { useMessage } from 'naive-ui'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import {
  type Attachment,
  attach,
  attachmentsOf,
  detach,
  drop,
  dropAll,
  mostFiles,
  type Upload,
} from './attachments.ts'

/** What goes with the answer to the open thread. */
export function useAttachments() {
  const connection = useConnection()
  const store = useThread()
  const directory = useDirectory()
  const session = useSession()
  const message = useMessage()
  const { wordsOf } = useRefusal()
  const { t } = useI18n()

  const thread = computed(() => store.thread?.id ?? '')
  const list = computed(() => attachmentsOf(thread.value))
  /** A phone's own messages are sent there, files too. */
  const able = computed(() => {
    const kind = directory.accounts.find(({ id }) => id === store.thread?.account)?.kind
    return kind !== undefined && kind !== 'by-hand'
  })
  const reading = computed(() => list.value.some(({ state }) => state === 'reading'))
  const ready = computed(() => list.value.filter(({ state }) => state === 'ready'))

  const upload: Upload = {
    put: (piece) => connection.call('media.put', piece),
    drop: (id) => connection.call('media.drop', { upload: id }),
    wordsOf,
    tooLarge: () => t('messages.attach.tooLarge'),
  }

  function add(files: Iterable<File> | null | undefined) {
    const chosen = [...(files ?? [])]
    if (chosen.length === 0 || thread.value === '') return
    if (!able.value) message.warning(t('messages.attach.notHere'))
    else if (attach(thread.value, chosen, upload) > 0)
      message.warning(t('messages.attach.mostFiles', { n: mostFiles }))
  }

  /** A screenshot pasted into the text; text is left to the text. */
  function onPaste(event: ClipboardEvent) {
    const files = event.clipboardData?.files
    if (!files || files.length === 0) return
    event.preventDefault()
    add(files)
  }

  watch(() => session.session?.user, dropAll)

  return {
    list,
    able,
    reading,
    ready,
    add,
    onPaste,
    remove: (one: Attachment) => drop(thread.value, one, upload),
    sent: (of: string, one: Attachment) => detach(of, one.upload),
  }
}
