import { onScopeDispose, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../../contract/errors.ts'
import type { Output } from '../../../contract/index.ts'
import { useConnection } from '../../connection/connection.ts'
import { language } from '../../i18n/index.ts'
import { useChanges } from '../../stores/changes.ts'

/** What the lexicon's rules are called, and why a match may not count, in the language of the screen. */
export function useRuleNames() {
  const connection = useConnection()
  const { t } = useI18n()
  const lexicon = shallowRef<Output<'lexicon.get'> | null>(null)

  async function read() {
    try {
      lexicon.value = await connection.call('lexicon.get', {})
    } catch (error) {
      // Ids are shown instead of names.
      if (!(error instanceof Refused)) throw error
    }
  }
  void read()
  onScopeDispose(
    useChanges().onChange((change) => {
      if (change.everything || change.subjects.includes('lexicon')) void read()
    }),
  )

  function ruleName(id: string): string {
    if (!lexicon.value) return id
    const { rules, edits } = lexicon.value
    const shipped = rules.find((rule) => rule.id === id)
    if (shipped) return shipped[language.value]
    const own = edits.words.find((entry) => entry.id === id)
    return own
      ? t('alarms.why.stationRule', { words: own.words.join(t('app.comma')) })
      : t('alarms.why.unknownRule')
  }
  /** `ordinary` is the station's own doing, not the lexicon's. */
  const reasonName = (id: string) =>
    id === 'ordinary'
      ? t('alarms.why.ordinary')
      : (lexicon.value?.discounts.find((discount) => discount.id === id)?.[language.value] ?? id)

  return { ruleName, reasonName }
}
export type RuleNames = ReturnType<typeof useRuleNames>
