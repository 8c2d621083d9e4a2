import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { StationEdits } from '../../../../contract/alarms.ts'
import type { Output } from '../../../../contract/index.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useChanges } from '../../../stores/changes.ts'
import { useSession } from '../../../stores/session.ts'

export type Lexicon = Output<'lexicon.get'>
type Words = StationEdits['words'][number]
export interface EditsDraft {
  words: (Omit<Words, 'words'> & { words: readonly string[] })[]
  silenced: readonly string[]
  ordinary: readonly string[]
}

const copy = (edits: StationEdits): EditsDraft => JSON.parse(JSON.stringify(edits)) as EditsDraft
const sorted = (edits: EditsDraft) => JSON.stringify({ ...edits, silenced: [...edits.silenced].sort() })

/**
 * The lexicon and what is being changed in it. Changes stay while other screens are looked at; another's change
 * does not overwrite them but is told.
 */
export const useLexiconDraft = defineStore('lexicon-draft', () => {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const lexicon = shallowRef<Lexicon | null>(null)
  const draft = ref<EditsDraft | null>(null)
  /** The lexicon the draft began with. */
  const begunWith = shallowRef<Lexicon | null>(null)
  const failed = shallowRef<unknown>(null)

  const dirty = computed(
    () =>
      draft.value !== null &&
      begunWith.value !== null &&
      sorted(draft.value) !== sorted(begunWith.value.edits),
  )
  /** The version someone else made meanwhile. */
  const newer = computed(() =>
    dirty.value && lexicon.value?.version !== begunWith.value?.version
      ? (lexicon.value?.version ?? null)
      : null,
  )
  const empty = computed(() => draft.value?.words.some(({ words }) => words.length === 0) ?? false)

  function begin() {
    begunWith.value = lexicon.value
    draft.value = lexicon.value && copy(lexicon.value.edits)
  }

  async function read() {
    try {
      const before = dirty.value
      lexicon.value = await connection.call('lexicon.get', {})
      failed.value = null
      if (!before) begin()
    } catch (error) {
      failed.value = error
    }
  }

  changes.onChange((change) => {
    if (
      lexicon.value &&
      (change.everything || change.subjects.includes('lexicon')) &&
      !session.session?.locked
    )
      void read()
  })
  watch(
    () => session.session?.user,
    () => {
      lexicon.value = null
      begin()
    },
  )
  /** Leaving the page would lose it. */
  addEventListener('beforeunload', (event) => {
    if (dirty.value) event.preventDefault()
  })

  return { lexicon, draft, failed, dirty, newer, empty, read, begin }
})
