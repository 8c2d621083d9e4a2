import { computed, ref, shallowRef, watch } from 'vue'
import type { Refusal } from '../../../../contract/errors.ts'
import type { CommonQuestion, ManyDone } from '../../../../contract/groups.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useConnection } from '../../../connection/connection.ts'
import { useInbox } from '../../../stores/inbox.ts'
import { useSession } from '../../../stores/session.ts'
import { useThread } from '../../../stores/thread.ts'
import { useCommonQuestions } from './common-questions.ts'

export type Asker = CommonQuestion['threads'][number]
export interface LeftOut {
  thread: string
  contactName: string
  refusal: Refusal
}

export const longest = 8_000

/** One common question: who asks, one answer to those chosen, and what came of it. */
export function useCommonAnswer(shown: () => string | null) {
  const connection = useConnection()
  const { act, did } = useAct()
  const session = useSession()
  const store = useThread()
  const inbox = useInbox()
  const commons = useCommonQuestions()
  /** Stays while the dialog fades. */
  const common = ref('')
  const question = shallowRef<CommonQuestion | null>(null)
  const failed = shallowRef<unknown>(null)
  const chosen = ref<string[]>([])
  const text = ref('')
  const close = ref(true)
  const sending = ref(false)
  const done = ref(0)
  const left = shallowRef<LeftOut[]>([])
  /** The last word of each thread that was on this screen: an answer names it (rule 3). */
  const seen = shallowRef(new Map<string, number>())
  const answered = new Set<string>()
  let asked = 0

  const over = computed(() => Math.max(0, text.value.trim().length - longest))
  const ready = computed(
    () => !sending.value && chosen.value.length > 0 && text.value.trim() !== '' && over.value === 0,
  )

  /** A draft survives everything (rule 4). */
  const keptAs = () => `duty-desk.common-draft.${session.session?.user ?? ''}.${common.value}`
  watch(text, (now) => {
    if (now === '') localStorage.removeItem(keptAs())
    else localStorage.setItem(keptAs(), now)
  })

  async function read() {
    const mine = ++asked
    const of = common.value
    try {
      const answer = await connection.call('common.get', { common: of })
      if (mine !== asked) return
      take(answer)
      failed.value = null
    } catch (error) {
      if (mine === asked) failed.value = error
    }
  }

  function take(now: CommonQuestion) {
    const before = new Set(question.value?.threads.map(({ thread }) => thread))
    const here = new Set(now.threads.map(({ thread }) => thread))
    const added = now.threads.filter(({ thread }) => !before.has(thread))
    question.value = now
    look(added)
    /** The last word is the answer just sent from here. */
    look(now.threads.filter(({ thread, waiting }) => answered.has(thread) && !waiting))
    answered.clear()
    const waiting = added.filter((one) => one.waiting || !one.answered).map(({ thread }) => thread)
    chosen.value = [...chosen.value.filter((thread) => here.has(thread)), ...waiting]
  }

  /** What stands there now has been before the officer's eyes. */
  function look(askers: readonly Pick<Asker, 'thread' | 'lastSeq'>[]) {
    seen.value = new Map([...seen.value, ...askers.map(({ thread, lastSeq }) => [thread, lastSeq] as const)])
  }
  const isNew = ({ thread, lastSeq }: Asker) => lastSeq > (seen.value.get(thread) ?? lastSeq)
  const nameOf = (thread: string) =>
    question.value?.threads.find((one) => one.thread === thread)?.contactName ?? ''

  function begin(now: string | null) {
    if (now === null) return
    common.value = now
    question.value = null
    chosen.value = []
    seen.value = new Map()
    left.value = []
    done.value = 0
    text.value = localStorage.getItem(keptAs()) ?? ''
    void read()
  }
  watch(shown, begin, { immediate: true })
  watch(
    () => commons.list,
    () => {
      if (shown() !== null) void read()
    },
  )

  async function answer(threads: readonly string[]): Promise<void> {
    sending.value = true
    try {
      const input = {
        common: common.value,
        text: text.value,
        seen: threads.map((thread) => ({ thread, seen: seen.value.get(thread) ?? 0 })),
        close: close.value,
      }
      const came = await act('common.answer', input)
      if (came) settle(came)
    } finally {
      sending.value = false
      void commons.refresh()
      void store.refresh()
      inbox.refresh()
    }
  }

  function settle(came: ManyDone) {
    const tried = new Set([...came.done, ...came.left.map(({ thread }) => thread)])
    done.value += came.done.length
    for (const thread of came.done) answered.add(thread)
    left.value = [
      ...left.value.filter(({ thread }) => !tried.has(thread)),
      ...came.left.map((one) => ({ ...one, contactName: nameOf(one.thread) })),
    ]
    chosen.value = chosen.value.filter((thread) => !came.done.includes(thread))
    if (left.value.length === 0) text.value = ''
  }

  return {
    question,
    failed,
    chosen,
    text,
    close,
    sending,
    done,
    left,
    over,
    ready,
    read,
    isNew,
    look,
    async send() {
      if (!ready.value) return
      done.value = 0
      left.value = []
      await answer(chosen.value)
    },
    /** What was new in them stands beside the button and has been read. */
    async again(those: readonly LeftOut[]) {
      if (sending.value || text.value.trim() === '') return
      for (const { thread, refusal } of those)
        if (refusal.code === 'thread_moved_on') look([{ thread, lastSeq: refusal.lastSeq }])
      await answer(those.map(({ thread }) => thread))
    },
    async unlink(thread: string): Promise<boolean> {
      const gone = await did('common.unlink', { common: common.value, thread })
      if (gone) {
        void commons.refresh()
        void read()
        void store.refresh()
        inbox.refresh()
      }
      return gone
    },
  }
}
