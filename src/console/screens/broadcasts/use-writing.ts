import { useMessage } from 'naive-ui'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { BroadcastDetail } from '../../../contract/broadcasts.ts'
import type { Refusal } from '../../../contract/errors.ts'
import { useAct } from '../../composables/use-act.ts'
import { useConnection } from '../../connection/connection.ts'
import { useSession } from '../../stores/session.ts'
import { copyOfDraft, type Draft, draftOf, emptyDraft, inputOf } from './draft.ts'

/** Of the one who sits here; waits while they look at other screens. */
const kept = reactive<{ user: string | null; draft: Draft | null; opened: string }>({
  user: null,
  draft: null,
  opened: '',
})

function letGo(draft: Draft | null) {
  for (const part of draft?.parts ?? [])
    if (part.kind === 'file' && part.file.preview) URL.revokeObjectURL(part.file.preview)
}

/** The broadcast that is being written. No refusal takes anything of it away. */
export function useWriting() {
  const connection = useConnection()
  const session = useSession()
  const message = useMessage()
  const { act, did, acting } = useAct()
  const { t } = useI18n()
  const user = computed(() => session.session?.user ?? null)
  /** Somebody changed it meanwhile: as it is now. */
  const clash = shallowRef<BroadcastDetail | null>(null)
  const saving = ref(false)

  watch(
    user,
    (now) => {
      if (now === kept.user) return
      letGo(kept.draft)
      Object.assign(kept, { user: now, draft: null, opened: '' })
    },
    { immediate: true },
  )
  const draft = computed(() => kept.draft)
  const dirty = computed(() => kept.draft !== null && JSON.stringify(inputOf(kept.draft)) !== kept.opened)

  function open(one: Draft, opened = JSON.stringify(inputOf(one))) {
    clash.value = null
    kept.draft = one
    kept.opened = opened
  }
  function close() {
    letGo(kept.draft)
    clash.value = null
    kept.draft = null
  }

  async function clashed(broadcast: string) {
    clash.value = await connection.call('broadcast.get', { broadcast })
  }

  async function saveNew(one: Draft): Promise<string | null> {
    const input = inputOf(one)
    let id: string | null = null
    const answer = await act('broadcast.draft', input, {
      done: t('broadcasts.done.drafted'),
      // Taken back, the words are in the editor again.
      undo: async () => {
        if (id === null) return
        await connection.call('broadcast.cancel', {
          broadcast: id,
          reason: t('broadcasts.done.withdrawn'),
        })
        if (kept.draft !== null) return
        const links = one.parts.filter(({ kind }) => kind === 'link')
        open({ ...one, parts: links }, '')
        if (links.length < one.parts.length) message.info(t('broadcasts.editor.withoutPictures'))
      },
    })
    if (!answer) return null
    id = answer.broadcast
    return id
  }

  async function saveChange(one: Draft, broadcast: string, version: number): Promise<string | null> {
    let refused = false
    const onRefused = (refusal: Refusal) => {
      refused =
        refusal.code === 'draft_changed' || (refusal.code === 'wrong_state' && refusal.what === 'broadcast')
      return refused
    }
    const input = { broadcast, version, ...inputOf(one) }
    const done = await did('broadcast.change', input, { done: t('broadcasts.done.changed'), onRefused })
    if (refused) await clashed(broadcast)
    return done ? broadcast : null
  }

  return {
    draft,
    dirty,
    clash,
    acting,
    saving,
    begin: () => open(emptyDraft()),
    change: (detail: BroadcastDetail) => open(draftOf(detail)),
    /** Another one like it. */
    like(detail: BroadcastDetail) {
      const { draft: one, pictures } = copyOfDraft(draftOf(detail))
      open(one)
      if (pictures > 0) message.info(t('broadcasts.editor.withoutPictures'))
    },
    close,
    /** @returns its id, or null where it was refused. What is written stays until `close`. */
    async save(): Promise<string | null> {
      const one = kept.draft
      if (one === null || saving.value) return null
      saving.value = true
      try {
        const { broadcast, version } = one
        return broadcast === null || version === null
          ? await saveNew(one)
          : await saveChange(one, broadcast, version)
      } finally {
        saving.value = false
      }
    },
    /** What is written here goes over what the other wrote. */
    overwrite() {
      if (kept.draft && clash.value) kept.draft.version = clash.value.version
      clash.value = null
    },
    takeTheirs() {
      if (!clash.value) return
      const mine = kept.draft
      open(draftOf(clash.value))
      message.success(t('broadcasts.editor.clash.tookTheirs'))
      letGo(mine)
    },
    asNew() {
      if (!kept.draft) return
      const { draft: one, pictures } = copyOfDraft(kept.draft)
      open(one, '')
      if (pictures > 0) message.info(t('broadcasts.editor.withoutPictures'))
    },
  }
}
export type Writing = ReturnType<typeof useWriting>
