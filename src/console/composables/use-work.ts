import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Work } from '../../contract/proof.ts'
import { useWorks } from '../stores/works.ts'
import { useRefusal } from './use-refusal.ts'

/** Something that takes longer than a second: begins, shows how far it is, can be cancelled. */
export function useWork<Result>(kind: Work['kind']) {
  const works = useWorks()
  const { wordsOf } = useRefusal()
  const { t } = useI18n()
  const state = works.of(kind)

  return {
    running: computed(() => state.running),
    progress: computed(() => state.progress),
    result: computed(() => state.result as Result | null),
    cancelled: computed(() => state.cancelled),
    error: computed(() => {
      if (state.refused !== null) return wordsOf(state.refused)
      return state.failed === null ? null : t('proof.workFailed', { why: state.failed })
    }),
    /** Answers the result, or null where it was refused, cancelled or failed; then `error` or `cancelled` says so. */
    run: (begin: () => Promise<{ work: string }>) => works.run(kind, begin) as Promise<Result | null>,
    cancel: () => works.cancel(kind),
  }
}
