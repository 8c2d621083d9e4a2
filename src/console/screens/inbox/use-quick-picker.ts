import { computed, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useDirectory } from '../../stores/directory.ts'
import { type QuickChoice, quickChoices } from './quick-choices.ts'

/** Quick replies and checklists behind a `/` at the start of an answer. */
export function useQuickPicker(options: {
  text: Ref<string>
  enabled: () => boolean
  insert: (text: string) => void
}) {
  const directory = useDirectory()
  const { t } = useI18n()
  const active = ref(0)
  const dismissed = ref(false)

  const words = computed(() => /^\/([^\n]*)$/.exec(options.text.value)?.[1] ?? null)
  const open = computed(() => options.enabled() && words.value !== null && !dismissed.value)
  const choices = computed(() =>
    open.value
      ? quickChoices(directory.quickReplies, directory.checklists, words.value ?? '', (title) =>
          t('inbox.quick.papersIntro', { title }),
        )
      : [],
  )
  watch(words, (now, before) => {
    active.value = 0
    if (now === null || before === null) dismissed.value = false
  })

  function choose(choice: QuickChoice | undefined) {
    if (choice) options.insert(choice.text)
  }

  function move(step: number) {
    const count = choices.value.length
    if (count > 0) active.value = (active.value + step + count) % count
  }

  /** True when the key was the picker's. */
  function key(event: KeyboardEvent): boolean {
    if (!open.value) return false
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(choices.value[active.value])
    else if (event.key === 'Escape') dismissed.value = true
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  return { open, words, choices, active, choose, key }
}
