import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import type { MessageItem, Thread } from '../../../contract/threads.ts'
import { useAct } from '../../composables/use-act.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useInbox } from '../../stores/inbox.ts'
import { useNavigation } from '../../stores/navigation.ts'
import { useSession } from '../../stores/session.ts'
import { useThread } from '../../stores/thread.ts'
import { filled, lastSpeakers, namedIn } from './neutral-line.ts'

type MovedOn = Extract<Refusal, { code: 'thread_moved_on' }>

/** Taking a resident of a group into private talk (rule 13). */
export function useMoving(thread: () => Thread) {
  const { act } = useAct()
  const { t } = useI18n()
  const session = useSession()
  const directory = useDirectory()
  const navigation = useNavigation()
  const store = useThread()
  const inbox = useInbox()
  /** The message whose writer it is about. */
  const message = ref<number | null>(null)
  const line = ref('')
  const greets = ref(true)
  const greeting = ref('')
  const moving = ref(false)
  const problem = ref('')
  const movedOn = shallowRef<MovedOn | null>(null)
  /** As of opening: what is being chosen from does not move under the officer. */
  const choices = shallowRef<MessageItem[]>([])
  const chosen = computed(() => choices.value.find(({ seq }) => seq === message.value) ?? null)
  const named = computed(() => (chosen.value ? namedIn(line.value, chosen.value.authorName) : null))
  const heldBy = computed(() => {
    const { holder, holderName } = thread()
    return holder !== null && holder !== session.session?.user ? (holderName ?? holder) : null
  })
  const ready = computed(
    () =>
      !moving.value &&
      chosen.value !== null &&
      named.value === null &&
      heldBy.value === null &&
      line.value.trim() !== '' &&
      (!greets.value || greeting.value.trim() !== ''),
  )
  watch([message, line, greeting], () => (problem.value = ''))

  function begin(asked: number | null) {
    const found = store.items.find((item) => item.item === 'message' && item.seq === asked)
    const from = found?.item === 'message' && found.from === 'resident' ? found : null
    const last = lastSpeakers(store.items)
    choices.value = from ? [from, ...last.filter(({ author }) => author !== from.author)] : last
    const facts = {
      officer: session.session?.name ?? '',
      station: session.station?.name ?? '',
    }
    message.value = choices.value[0]?.seq ?? null
    line.value = filled(directory.texts?.moved ?? '', facts)
    greeting.value = filled(directory.texts?.greeting ?? '', facts)
    greets.value = true
    problem.value = ''
    movedOn.value = null
  }

  function onRefused(refusal: Refusal): boolean {
    const who = chosen.value?.authorName ?? ''
    movedOn.value = refusal.code === 'thread_moved_on' ? refusal : null
    if (movedOn.value) return true
    if (refusal.code === 'private_thread') problem.value = t('groups.move.private', { who })
    else if (refusal.code === 'not_holder' && heldBy.value === null)
      problem.value = t('groups.move.held', { who, holder: refusal.holderName ?? refusal.holder ?? '' })
    else if (refusal.code === 'invalid' && refusal.issues.some(({ path }) => path === 'line'))
      problem.value = t('groups.move.namesThem', { name: who })
    else if (refusal.code === 'not_found') problem.value = t('groups.move.gone')
    return problem.value !== ''
  }

  /** Whether it was done; the private thread is open then. */
  async function move(): Promise<boolean> {
    const about = chosen.value
    if (!ready.value || !about) return false
    moving.value = true
    try {
      const came = await act(
        'group.moveToPrivate',
        {
          thread: thread().id,
          message: about.seq,
          seen: store.seen,
          line: line.value,
          ...(greets.value ? { greeting: greeting.value } : {}),
        },
        { done: t('groups.move.done', { who: about.authorName }), onRefused },
      )
      if (!came) return false
      navigation.go('inbox', { thread: came.thread })
      return true
    } finally {
      moving.value = false
      inbox.refresh()
      void store.refresh()
    }
  }

  return {
    message,
    line,
    greets,
    greeting,
    moving,
    problem,
    movedOn,
    choices,
    named,
    heldBy,
    ready,
    begin,
    move,
    /** The one key of rule 3: what was new has been read. */
    confirm() {
      if (movedOn.value) store.seen = Math.max(store.seen, movedOn.value.lastSeq)
      movedOn.value = null
      return move()
    },
    edit() {
      if (movedOn.value) store.seen = Math.max(store.seen, movedOn.value.lastSeq)
      movedOn.value = null
    },
  }
}
