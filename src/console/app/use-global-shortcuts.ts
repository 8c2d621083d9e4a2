import { useMay } from '../composables/use-may.ts'
import { helpOpen, paletteOpen } from '../composables/use-palette.ts'
import { type Shortcut, useShortcuts } from '../composables/use-shortcuts.ts'
import { language } from '../i18n/index.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useSession } from '../stores/session.ts'
import { isDark, themeChoice } from '../theme.ts'

export function useGlobalShortcuts(): void {
  const navigation = useNavigation()
  const session = useSession()

  const may = useMay()
  const reading: Shortcut[] = [
    { keys: 'Alt+1', label: 'app.help.goInbox', run: () => navigation.go('inbox'), everywhere: true },
    { keys: ['Alt+2', '/'], label: 'app.help.goSearch', run: () => navigation.go('search') },
    { keys: 'Alt+3', label: 'app.help.goAlarms', run: () => navigation.go('alarms'), everywhere: true },
    {
      keys: 'Alt+4',
      label: 'app.help.goEscalations',
      run: () => navigation.go('escalations'),
      everywhere: true,
    },
    { keys: 'Alt+5', label: 'app.help.goWarnings', run: () => navigation.go('warnings'), everywhere: true },
    { keys: 'Alt+6', label: 'app.help.goOverdue', run: () => navigation.go('overdue'), everywhere: true },
    { keys: 'Alt+7', label: 'app.help.goHandoff', run: () => navigation.go('handoff'), everywhere: true },
    {
      keys: 'Alt+B',
      label: 'app.help.goBroadcasts',
      run: () => navigation.go('broadcasts'),
      everywhere: true,
    },
  ]
  const auditing: Shortcut[] = [
    { keys: 'Alt+A', label: 'app.help.goAudit', run: () => navigation.go('audit'), everywhere: true },
  ]
  const shortcuts: Shortcut[] = [
    {
      keys: 'Ctrl+K',
      label: 'app.help.openPalette',
      run: () => (paletteOpen.value = !paletteOpen.value),
      everywhere: true,
      hidden: true,
    },
    { keys: '?', label: 'app.help.openHelp', run: () => (helpOpen.value = true) },
    ...(may.value.readThreads ? reading : []),
    ...(may.value.audit ? auditing : []),
    { keys: 'Alt+8', label: 'app.help.goShifts', run: () => navigation.go('shifts'), everywhere: true },
    { keys: 'Alt+9', label: 'app.help.goSettings', run: () => navigation.go('settings'), everywhere: true },
    { keys: 'Alt+0', label: 'app.help.goAbout', run: () => navigation.go('about'), everywhere: true },
    { keys: 'Alt+L', label: 'app.help.lock', run: () => void session.lock(), everywhere: true },
    {
      keys: [],
      label: 'app.help.toggleTheme',
      run: () => (themeChoice.value = isDark.value ? 'light' : 'dark'),
    },
    {
      keys: [],
      label: 'app.help.toggleLanguage',
      run: () => (language.value = language.value === 'zh' ? 'en' : 'zh'),
    },
  ]
  useShortcuts('app.help.anywhere', shortcuts)
}
