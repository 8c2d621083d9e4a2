import { useMessage } from 'naive-ui'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../../contract/errors.ts'
import { type DraftFile, mostFiles } from '../../../contract/media.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { wholeMedia } from '../../media/media-bytes.ts'
import { thumbnailOf } from '../../media/thumbnail.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import {
  type Attachment,
  attach,
  attachmentsOf,
  belongTo,
  detach,
  drop,
  letGo,
  restore,
  type Upload,
} from './attachments.ts'
import { unheardFiles } from './unheard-files.ts'

/** What goes with the answer to the open thread. */
export function useAttachments() {
  const connection = useConnection()
  const store = useThread()
  const directory = useDirectory()
  const session = useSession()
  const message = useMessage()
  const { wordsOf } = useRefusal()
  const { t } = useI18n()
  const unheard = unheardFiles(sessionStorage)

  const thread = computed(() => store.thread?.id ?? '')
  const list = computed(() => attachmentsOf(thread.value))
  /** A phone's own messages are sent there, files too. */
  const able = computed(() => {
    const kind = directory.accounts.find(({ id }) => id === store.thread?.account)?.kind
    return kind !== undefined && kind !== 'by-hand'
  })
  const reading = computed(() => list.value.some(({ state }) => state === 'reading'))
  const ready = computed(() => list.value.filter(({ state }) => state === 'ready'))
  const user = () => session.session?.user ?? ''

  /** The link is back, and the same officer still sits here. */
  function linkIsBack(owner: string): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = watch([connection.state, () => session.session?.user], ([state, now]) => {
        if (state !== 'open' && now === owner) return
        stop()
        resolve(now === owner)
      })
    })
  }

  /** However long the link is cut: what was begun goes on when it is back. */
  async function throughCuts<T>(owner: string, call: () => Promise<T>): Promise<T> {
    for (;;) {
      if (user() !== owner) throw new Refused({ code: 'disconnected' })
      try {
        return await call()
      } catch (error) {
        const isCut = error instanceof Refused && error.refusal.code === 'disconnected'
        if (!isCut || (connection.state.value !== 'open' && !(await linkIsBack(owner)))) throw error
      }
    }
  }

  /** Into the draft of this thread. */
  function uploadIn(of: string): Upload {
    const owner = user()
    return {
      put: async (piece) => {
        await throughCuts(owner, () => connection.call('media.put', { ...piece, thread: of }))
        if (piece.offset === 0) unheard.remove(owner, of, piece.upload)
      },
      drop: (upload) => {
        unheard.remove(owner, of, upload)
        return throughCuts(owner, () => connection.call('media.drop', { upload }))
      },
      wordsOf,
      tooLarge: () => t('messages.attach.tooLarge'),
    }
  }

  function add(files: Iterable<File> | null | undefined) {
    const chosen = [...(files ?? [])]
    const of = thread.value
    if (chosen.length === 0 || of === '') return
    if (!able.value) {
      message.warning(t('messages.attach.notHere'))
      return
    }
    const added = attach(of, chosen, uploadIn(of))
    for (const one of added) if (one.state === 'reading') unheard.add(user(), of, one)
    if (added.length < chosen.length) message.warning(t('messages.attach.mostFiles', { n: mostFiles }))
  }

  /** A screenshot pasted into the text; text is left to the text. */
  function onPaste(event: ClipboardEvent) {
    const files = event.clipboardData?.files
    if (!files || files.length === 0) return
    event.preventDefault()
    add(files)
  }

  const problemOf = (state: 'unfinished' | 'lost') => t(`messages.attach.${state}`)

  /** The picture of a file that this page did not read itself. */
  async function picture(of: string, upload: string) {
    const still = () => attachmentsOf(of).find((each) => each.upload === upload)
    try {
      const { blob } = await wholeMedia(
        (offset) => connection.call('media.readUpload', { upload, offset }),
        () => {},
        new AbortController().signal,
      )
      const whole = URL.createObjectURL(blob)
      const thumb = await thumbnailOf(blob, whole).catch(() => null)
      if (thumb !== whole) URL.revokeObjectURL(whole)
      const one = still()
      if (one) one.preview = thumb
      else if (thumb !== null) URL.revokeObjectURL(thumb)
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'wrong_file')
        failed(of, upload, problemOf('lost'))
    }
  }

  function failed(of: string, upload: string, problem: string) {
    const one = attachmentsOf(of).find((each) => each.upload === upload)
    if (one) Object.assign(one, { state: 'failed', problem })
  }

  function comeBack(of: string, files: readonly DraftFile[]) {
    const heard = new Set(files.map(({ upload }) => upload))
    const never = unheard.of(user(), of).filter(({ upload }) => !heard.has(upload))
    restore(of, [...files, ...never], problemOf).forEach(({ upload, state }) => {
      const type = files.find((file) => file.upload === upload)?.what?.type
      if (state === 'ready' && (type === 'image/jpeg' || type === 'image/png')) void picture(of, upload)
    })
  }

  watch(user, belongTo, { immediate: true, flush: 'sync' })
  watch(
    () => ({ of: thread.value, readable: store.thread?.readable ?? false }),
    ({ of, readable }) => {
      if (of === '') return
      if (readable) comeBack(of, store.thread?.draftFiles ?? [])
      else letGo(of)
    },
    { immediate: true, flush: 'sync' },
  )

  return {
    list,
    able,
    reading,
    ready,
    add,
    onPaste,
    failed,
    remove: (one: Attachment) => drop(thread.value, one, uploadIn(thread.value)),
    sent: (of: string, one: Attachment) => detach(of, one.upload),
  }
}
