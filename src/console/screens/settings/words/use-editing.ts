import { v7 } from 'uuid'
import { computed, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useConfirm } from '../../../composables/use-confirm.ts'

/**
 * A list at the left and one of it being edited at the right. Leaving an edited one asks first; another's
 * change of the one on screen does not overwrite what is being typed.
 */
export function useEditing<Item extends { id: string }>(
  list: Readonly<Ref<readonly Item[]>>,
  blank: (id: string) => Item,
) {
  const { t } = useI18n()
  const confirm = useConfirm()
  const draft = ref<Item | null>(null) as Ref<Item | null>
  /** The item as it was when it was opened; compared to know whether anything was typed. */
  const opened = ref('')

  const isNew = computed(
    () => draft.value !== null && !list.value.some((item) => item.id === draft.value?.id),
  )
  const dirty = computed(() => draft.value !== null && JSON.stringify(draft.value) !== opened.value)

  function put(item: Item | null) {
    draft.value = item === null ? null : (JSON.parse(JSON.stringify(item)) as Item)
    opened.value = JSON.stringify(draft.value)
  }

  function unlessDirty(then: () => void) {
    if (!dirty.value) return then()
    confirm({
      title: t('app.unsaved'),
      text: t('settings.discardText'),
      yes: t('settings.discard'),
      no: t('settings.keepEditing'),
      run: then,
    })
  }

  watch(
    list,
    (now) => {
      const id = draft.value?.id
      if (id === undefined || dirty.value) return
      const fresh = now.find((item) => item.id === id)
      if (fresh) put(fresh)
    },
    { flush: 'post' },
  )

  return {
    draft,
    isNew,
    dirty,
    choose: (id: string) => {
      const item = list.value.find((one) => one.id === id)
      if (item && id !== draft.value?.id) unlessDirty(() => put(item))
    },
    begin: () => unlessDirty(() => put(blank(v7()))),
    close: () => put(null),
    /** What is on screen is what is kept now. */
    settle: () => put(draft.value),
  }
}
