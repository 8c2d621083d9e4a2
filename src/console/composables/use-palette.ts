import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../contract/errors.ts'
import type { ContactHit } from '../../contract/warnings.ts'
import { useConnection } from '../connection/connection.ts'
import { useDirectory } from '../stores/directory.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useMay } from './use-may.ts'
import { keysOf, shortcutScopes } from './use-shortcuts.ts'

export interface PaletteEntry {
  id: string
  group: 'commands' | 'accounts' | 'residents' | 'threads'
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

/** A burst of keys asks once. */
const findAfterMs = 150
const residentsShown = 6

/** Residents of the register by name, as far as they have been found. */
function useFoundResidents(words: () => string) {
  const connection = useConnection()
  const may = useMay()
  const found = shallowRef<ContactHit[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function find(name: string) {
    const mine = ++asked
    try {
      const hits = await connection.call('contacts.find', { words: name, limit: residentsShown })
      if (mine === asked) found.value = hits
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
  watch(words, (now) => {
    clearTimeout(timer)
    asked++
    found.value = []
    if (now !== '' && may.value.workThreads) timer = setTimeout(find, findAfterMs, now.slice(0, 200))
  })
  return found
}

/** What can be done and where one can go, by words. */
export function usePalette() {
  const { t } = useI18n()
  const directory = useDirectory()
  const navigation = useNavigation()
  const may = useMay()
  const connection = useConnection()
  const words = ref('')

  const found = useFoundResidents(() => words.value.trim())

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

  const residents = computed<PaletteEntry[]>(() =>
    found.value.map((hit) => ({
      id: `resident/${hit.id}`,
      group: 'residents' as const,
      label: [hit.villageGroup, hit.name].filter(Boolean).join(' '),
      detail: [hit.accountName, hit.phone].filter(Boolean).join(' · '),
      keys: '',
      run: () => void openResident(hit),
    })),
  )
  /** The newest thread with the resident; where there is none to open, what the search finds of them. */
  async function openResident({ id, name }: ContactHit) {
    const search = () => navigation.go('search', { contact: id, name })
    try {
      const { threads } = await connection.call('contact.card', { contact: id })
      const thread = threads.find(({ current }) => current) ?? threads[0]
      if (thread) navigation.go('inbox', { thread: thread.id })
      else search()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      search()
    }
  }

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
      ...residents.value,
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
