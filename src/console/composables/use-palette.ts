import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useDirectory } from '../stores/directory.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useMay } from './use-may.ts'
import { keysOf, shortcutScopes } from './use-shortcuts.ts'

export interface PaletteEntry {
  id: string
  group: 'commands' | 'accounts' | 'threads'
  label: string
  /** The scope of a command, e.g. 收件箱. */
  detail: string
  keys: string
  run: () => void
}

/** Shared, so that a button anywhere can open them. */
export const paletteOpen = ref(false)
export const helpOpen = ref(false)

/** Letters of the query in order, near each other first: 0 is best, null no match. */
export function distance(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '')
  const found = text.toLowerCase()
  if (wanted === '') return 0
  const direct = found.indexOf(query.toLowerCase().trim())
  if (direct >= 0) return direct
  let at = -1
  let gaps = 0
  for (const letter of wanted) {
    const next = found.indexOf(letter, at + 1)
    if (next < 0) return null
    if (at >= 0) gaps += next - at - 1
    at = next
  }
  return 1_000 + gaps
}

/** What can be done and where one can go, by words. */
export function usePalette() {
  const { t } = useI18n()
  const directory = useDirectory()
  const navigation = useNavigation()
  const may = useMay()
  const words = ref('')

  const commands = computed<PaletteEntry[]>(() =>
    shortcutScopes.value.toReversed().flatMap((scope, nth) =>
      scope.list
        .filter((shortcut) => !shortcut.hidden && (shortcut.when?.() ?? true))
        .map((shortcut) => ({
          id: `${nth}/${shortcut.label}`,
          group: 'commands' as const,
          label: t(shortcut.label),
          detail: t(scope.name),
          keys: keysOf(shortcut)[0] ?? '',
          run: () => shortcut.run(),
        })),
    ),
  )

  const accounts = computed<PaletteEntry[]>(() =>
    (may.value.readThreads ? directory.accounts : []).map((account) => ({
      id: `account/${account.id}`,
      group: 'accounts' as const,
      label: account.name,
      detail: t('app.palette.openAccount', { account: account.name }),
      keys: '',
      run: () => navigation.go('inbox', { account: account.id }),
    })),
  )

  const entries = computed<PaletteEntry[]>(() => {
    const query = words.value.trim()
    const ranked = [...commands.value, ...accounts.value]
      .map((entry) => ({ entry, far: distance(query, entry.label) }))
      .filter((ranked): ranked is { entry: PaletteEntry; far: number } => ranked.far !== null)
      .sort((a, b) => a.far - b.far)
      .map(({ entry }) => entry)
    const grouped = (['commands', 'accounts'] as const).flatMap((group) =>
      ranked.filter((entry) => entry.group === group),
    )
    if (query === '' || !may.value.readThreads) return grouped
    return [
      ...grouped,
      {
        id: 'search',
        group: 'threads' as const,
        label: t('app.palette.searchFor', { words: query }),
        detail: '',
        keys: '',
        run: () => navigation.go('search', { words: query }),
      },
    ]
  })

  return { words, entries }
}
