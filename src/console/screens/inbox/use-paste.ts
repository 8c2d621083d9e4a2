import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PastePreview } from '../../../contract/accounts.ts'
import { useAct } from '../../composables/use-act.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useConnection } from '../../connection/connection.ts'
import { useDirectory } from '../../stores/directory.ts'

const debounceMs = 300
/** A chat of a month has thousands of lines; the table shows the first of them. */
export const previewed = 200

/** A chat copied on the phone, as it will be imported. */
export function usePaste() {
  const connection = useConnection()
  const directory = useDirectory()
  const { act } = useAct()
  const { wordsOf } = useRefusal()
  const { t } = useI18n()
  const account = ref<string | null>(null)
  const contactName = ref('')
  /** All of it was said in a residents' group, or it is a chat with one contact or several. */
  const kind = ref<'direct' | 'group'>('direct')
  const group = ref('')
  const text = ref('')
  const preview = shallowRef<PastePreview | null>(null)
  const problem = ref('')
  const reading = ref(false)
  const importing = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  const byHand = computed(() => directory.accounts.filter((one) => one.kind === 'by-hand' && one.enabled))
  const input = computed(() => {
    if (account.value === null || text.value.trim() === '') return null
    const chat = { account: account.value, text: text.value.toWellFormed() }
    if (kind.value === 'group') {
      const name = group.value.trim().toWellFormed()
      return name ? { ...chat, group: name } : null
    }
    const name = contactName.value.trim().toWellFormed()
    return name ? { ...chat, contactName: name } : chat
  })
  const needsGroup = computed(() => kind.value === 'group' && group.value.trim() === '')
  const fresh = computed(() => preview.value?.messages.filter((one) => !one.duplicate).length ?? 0)
  const duplicates = computed(() => (preview.value?.messages.length ?? 0) - fresh.value)

  async function read() {
    const now = input.value
    const mine = ++asked
    if (!now) return
    try {
      const answer = await connection.call('paste.preview', now)
      if (mine !== asked) return
      preview.value = answer
      problem.value = ''
    } catch (error) {
      if (mine === asked) problem.value = wordsOf(error)
    } finally {
      if (mine === asked) reading.value = false
    }
  }

  watch(input, (now) => {
    clearTimeout(timer)
    asked++
    if (!now) {
      preview.value = null
      problem.value = ''
    }
    reading.value = now !== null
    if (now) timer = setTimeout(read, debounceMs)
  })

  function start() {
    if (account.value === null || !byHand.value.some((one) => one.id === account.value))
      account.value = byHand.value[0]?.id ?? null
  }

  /** The first thread it went to, or null when nothing was imported. The text stays where it failed. */
  async function bringIn(): Promise<string | null | undefined> {
    if (!input.value || importing.value) return undefined
    importing.value = true
    try {
      const answer = await act('paste.import', input.value)
      if (!answer) return undefined
      text.value = ''
      contactName.value = ''
      group.value = ''
      return answer.threads[0] ?? null
    } finally {
      importing.value = false
    }
  }

  async function bringInAndSay(say: (words: string) => void): Promise<string | null | undefined> {
    const facts = { n: fresh.value, duplicates: duplicates.value, aside: preview.value?.aside.length ?? 0 }
    const thread = await bringIn()
    if (thread !== undefined) say(t('inbox.paste.imported', facts))
    return thread
  }

  return {
    account,
    contactName,
    kind,
    group,
    needsGroup,
    text,
    preview,
    problem,
    reading,
    importing,
    byHand,
    fresh,
    duplicates,
    input,
    start,
    bringIn: bringInAndSay,
  }
}
