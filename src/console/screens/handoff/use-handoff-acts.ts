import { useMessage } from 'naive-ui'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Handoff, HandoffItem } from '../../../contract/handoff.ts'
import type { CommandName, Input } from '../../../contract/index.ts'
import { type ActOptions, useAct } from '../../composables/use-act.ts'
import { useRefusal } from '../../composables/use-refusal.ts'
import { useWritten } from '../../composables/use-written.ts'
import { decisionOf } from './item-steps.ts'

type Decision = Input<'handoff.decide'>['decision']

/** What either side does with the handoff on screen. Each answers whether it was done. */
export function useHandoffActs(handoff: ComputedRef<Handoff | null>, after: () => void) {
  const { t } = useI18n()
  const { act, did, acting } = useAct()
  const { words } = useRefusal()
  const message = useMessage()
  const written = useWritten()

  async function done<N extends CommandName>(name: N, input: Input<N>, options: ActOptions = {}) {
    const is = await did(name, input, options)
    after()
    return is
  }
  const id = () => handoff.value!.id

  async function decide(items: readonly HandoffItem[], decision: Decision): Promise<boolean> {
    const ids = items.map((item) => item.id)
    const answer = await act('handoff.decide', { handoff: id(), items: ids, decision })
    after()
    if (answer === undefined) return false
    const left = new Set(answer.refused.map(({ item }) => item))
    const decided = items.filter((item) => !left.has(item.id))
    for (const item of decided) written.write(decisionOf(id(), [item]), '')
    if (left.size === 0) written.write(decisionOf(id(), items), '')
    const [first] = answer.refused
    if (first) {
      const which = items.find((item) => item.id === first.item)?.title ?? ''
      message.warning(
        t('handoff.decide.refused', { which, n: answer.refused.length, why: words(first.refusal) }),
        {
          duration: 8_000,
          closable: true,
        },
      )
    }
    return answer.refused.length < ids.length
  }

  return {
    acting,
    decide,
    undecide: (items: string[]) =>
      done('handoff.undecide', { handoff: id(), items }, { done: t('handoff.decide.undone') }),
    refreeze: () => done('handoff.refreeze', { handoff: id() }, { done: t('handoff.refreeze.done') }),
    setNotices: (notices: string[]) => done('handoff.setNotices', { handoff: id(), notices }),
    withdraw: () => done('handoff.withdraw', { handoff: id() }, { done: t('handoff.sign.withdrawn') }),
    cancel: (reason: string) =>
      done('handoff.cancel', { handoff: id(), reason }, { done: t('handoff.cancel.done') }),
    readBack: (item: string, text: string) => done('handoff.readBack', { handoff: id(), item, text }),
    accept: (items: string[]) => done('handoff.accept', { handoff: id(), items }),
    question: (item: string, text: string) => done('handoff.question', { handoff: id(), item, text }),
    reply: (question: string, text: string) => done('handoff.reply', { handoff: id(), question, text }),
    async sign(how: Omit<Input<'handoff.sign'>, 'handoff'>, onRefused: NonNullable<ActOptions['onRefused']>) {
      const answer = await act('handoff.sign', { handoff: id(), ...how }, { onRefused })
      after()
      return answer
    },
    async correct(text: string, password: string, onRefused: NonNullable<ActOptions['onRefused']>) {
      const answer = await act('handoff.correct', { handoff: id(), text, password }, { onRefused })
      after()
      return answer
    },
  }
}
export type HandoffActs = ReturnType<typeof useHandoffActs>
