import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import type { CommandName, Input } from '../../../contract/index.ts'
import type { WarningOutcome, WarningStep } from '../../../contract/warnings.ts'
import { useAct } from '../../composables/use-act.ts'
import type { OpenWarning } from './use-warning.ts'

type MovedOn = Extract<Refusal, { code: 'thread_moved_on' }>
/** Long enough to be read beside the next step. */
const saidMs = 6_000

type ResultOf<N extends CommandName> = Input<N> extends { result: infer R } ? R : never

/** What can be done about the open warning, each an entry of the ledger. One at a time. */
export function useWarningActs(open: OpenWarning) {
  const { t } = useI18n()
  const { act, did } = useAct()
  /** What was recorded last, said for a while beside the step that is due now. */
  const last = ref('')
  let fade: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(fade))
  /** What is being recorded. */
  const pending = ref<string | null>(null)
  const movedOn = shallowRef<MovedOn | null>(null)
  /** A step chosen to be recorded out of its order. */
  const aside = ref<WarningStep | null>(null)

  const here = () => open.detail.value?.warning.id ?? null
  watch(
    () => open.detail.value?.warning.id,
    () => {
      movedOn.value = null
      aside.value = null
      last.value = ''
    },
  )

  async function perform(name: string, run: (warning: string) => Promise<boolean>): Promise<boolean> {
    const warning = here()
    if (warning === null || pending.value !== null) return false
    pending.value = name
    try {
      const done = await run(warning)
      if (done) aside.value = null
      return done
    } finally {
      await open.refresh()
      pending.value = null
    }
  }

  function say(words: string): true {
    last.value = words
    clearTimeout(fade)
    fade = setTimeout(() => (last.value = ''), saidMs)
    return true
  }
  const recorded = (key: string) => say(t('warnings.card.recorded', { what: t(key) }))

  return {
    last,
    pending,
    movedOn,
    aside,
    claim: () =>
      perform(
        'claim',
        async (warning) => (await did('warning.claim', { warning })) && say(t('warnings.head.claimed')),
      ),
    link: (contact: string | null, who: string) =>
      perform(
        'link',
        async (warning) =>
          (await did('warning.link', { warning, contact })) &&
          say(contact === null ? t('warnings.link.unlinked') : t('warnings.link.linked', { who })),
      ),
    called: (result: ResultOf<'warning.called'>) =>
      perform(
        result,
        async (warning) =>
          (await did('warning.called', { warning, result })) && recorded(`matters.callResults.${result}`),
      ),
    replied: (result: ResultOf<'warning.replied'>) =>
      perform(
        result,
        async (warning) =>
          (await did('warning.replied', { warning, result })) && recorded(`matters.replyResults.${result}`),
      ),
    visited: (result: ResultOf<'warning.visited'>) =>
      perform(
        result,
        async (warning) =>
          (await did('warning.visited', { warning, result })) && recorded(`matters.visitsDone.${result}`),
      ),
    asked: (
      whom: { contact: string | null; name: string | null },
      result: ResultOf<'warning.neighbourAsked'>,
    ) =>
      perform(
        result,
        async (warning) =>
          (await did('warning.neighbourAsked', { warning, ...whom, result })) &&
          recorded(`matters.neighbourResults.${result}`),
      ),
    /** Rule 3: `seen` is the last word of the resident's thread that was here when it was written. */
    message: (by: 'thread' | 'phone', text: string, seen: number, done: string) =>
      perform(by, async (warning) => {
        movedOn.value = null
        const sent = await did(
          'warning.messaged',
          by === 'thread' ? { warning, text, by, seen } : { warning, text, by },
          {
            onRefused: (refusal) => {
              if (refusal.code !== 'thread_moved_on') return false
              movedOn.value = refusal
              return true
            },
          },
        )
        return sent && say(done)
      }),
    close: (outcome: WarningOutcome, note: string) =>
      perform('close', (warning) => did('warning.close', { warning, outcome, note })),
    async unmask(): Promise<string | null> {
      const warning = here()
      if (warning === null) return null
      return (await act('warning.unmaskPhone', { warning }))?.phone ?? null
    },
    async unmaskContact(contact: string): Promise<string | null> {
      return (await act('contact.unmaskPhone', { contact }))?.phone ?? null
    },
  }
}
export type WarningActs = ReturnType<typeof useWarningActs>
