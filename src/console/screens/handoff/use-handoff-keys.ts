import type { ComputedRef, Ref } from 'vue'
import { type Handoff, type HandoffItem, isSevere } from '../../../contract/handoff.ts'
import { useShortcuts } from '../../composables/use-shortcuts.ts'
import type ItemDetail from './ItemDetail.vue'
import { isForIncoming } from './item-steps.ts'
import type { HandoffActs } from './use-handoff-acts.ts'

interface Keys {
  handoff: ComputedRef<Handoff>
  item: ComputedRef<HandoffItem | null>
  deciding: ComputedRef<readonly HandoffItem[]>
  detail: Ref<InstanceType<typeof ItemDetail> | null>
  move: (step: 1 | -1) => void
  mark: () => void
  markRest: () => void
  acts: HandoffActs
  advance: () => void
  acceptRest: () => void
  sign: () => void
  sheet: () => void
  beside: () => void
}

/** The whole handoff by keyboard: sixty items in under four minutes. */
export function useHandoffKeys(keys: Keys): void {
  const { handoff, item, deciding, detail, acts } = keys
  const preparing = () =>
    handoff.value.state === 'preparing' && handoff.value.may.prepare && item.value !== null
  const receiving = () =>
    handoff.value.state === 'offered' &&
    handoff.value.may.receive &&
    item.value !== null &&
    isForIncoming(item.value)

  /** As the desk suggests it; what is severe is looked at first. */
  async function asSuggested() {
    const form = detail.value?.decision
    // A key that comes before the answer would be for the item shown before.
    if (!form || acts.acting.value > 0) return
    if (deciding.value.some(({ severity }) => isSevere(severity))) return form.take('handOver')
    const decision = form.suggestion()
    if (decision && (await acts.decide(deciding.value, decision))) keys.advance()
  }
  function acceptOne() {
    if (item.value && isSevere(item.value.severity) && item.value.readBack === null)
      return detail.value?.reading?.readBack()
    detail.value?.reading?.accept()
  }

  useShortcuts('handoff.title', [
    { keys: ['j', 'ArrowDown'], label: 'handoff.help.next', run: () => keys.move(1), hidden: true },
    { keys: ['k', 'ArrowUp'], label: 'handoff.help.previous', run: () => keys.move(-1), hidden: true },
    { keys: 'o', label: 'handoff.source.open', run: () => detail.value?.open() },
    {
      keys: 'h',
      label: 'handoff.decide.handOver',
      run: () => void detail.value?.decision?.take('handOver'),
      when: preparing,
    },
    {
      keys: 'b',
      label: 'handoff.decide.keep',
      run: () => void detail.value?.decision?.take('keep'),
      when: preparing,
    },
    {
      keys: 'e',
      label: 'handoff.decide.close',
      run: () => void detail.value?.decision?.take('close'),
      when: preparing,
    },
    {
      keys: 'y',
      label: 'handoff.help.yes',
      run: () => (preparing() ? void asSuggested() : acceptOne()),
      when: () => preparing() || receiving(),
    },
    {
      keys: 'u',
      label: 'handoff.decide.undo',
      run: () => void acts.undecide([item.value!.id]),
      when: () => preparing() && item.value?.decision != null,
    },
    { keys: 'm', label: 'handoff.help.mark', run: keys.mark, when: preparing },
    { keys: 'a', label: 'handoff.help.markRest', run: keys.markRest, when: preparing },
    {
      keys: 'r',
      label: 'handoff.readBack.label',
      run: () => detail.value?.reading?.readBack(),
      when: receiving,
    },
    { keys: 'q', label: 'handoff.question.ask', run: () => detail.value?.reading?.ask(), when: receiving },
    {
      keys: 'Shift+Y',
      label: 'handoff.help.acceptRest',
      run: keys.acceptRest,
      when: () => handoff.value.state === 'offered' && handoff.value.may.receive,
    },
    { keys: 'Shift+S', label: 'handoff.sign.act', run: keys.sign },
    { keys: 'Shift+P', label: 'handoff.sheet', run: keys.sheet },
    { keys: 'Shift+B', label: 'handoff.help.beside', run: keys.beside },
  ])
}
