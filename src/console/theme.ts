import { darkTheme, type GlobalThemeOverrides, lightTheme } from 'naive-ui'
import { computed, ref, watch } from 'vue'

/**
 * Every colour of the console. Text on its surface has a contrast of at least 4.5 : 1 (WCAG AA) in both
 * themes; `tests/console/foundation.test.ts` computes it.
 */
export interface Tokens {
  bg: string
  surface: string
  /** Menus, dialogs, the composer: above the surface. */
  raised: string
  /** Hovered and zebra rows, code, keys. */
  sunken: string
  text: string
  muted: string
  line: string
  lineStrong: string
  /** Edges of what can be typed in or pressed: 3 : 1 against the surface. */
  field: string
  accent: string
  accentHover: string
  accentPressed: string
  /** Selected rows, chips. */
  accentSoft: string
  onAccent: string
  danger: string
  dangerSoft: string
  warn: string
  warnSoft: string
  ok: string
  okSoft: string
  /** The navigation rail, dark in both themes. */
  rail: string
  railText: string
  railActive: string
  /** How long a resident has waited: in time, soon due, overdue. */
  age1: string
  age2: string
  age3: string
  /** Bubbles of the desk and of the resident, and internal notes. */
  desk: string
  resident: string
  note: string
  shadow: string
}

export const light: Tokens = {
  bg: '#eef1f5',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f5f7fa',
  text: '#17202c',
  muted: '#566274',
  line: '#dde3ea',
  lineStrong: '#b9c3cf',
  field: '#858f9e',
  accent: '#1d4f9f',
  accentHover: '#2a62bb',
  accentPressed: '#163f80',
  accentSoft: '#e4edf9',
  onAccent: '#ffffff',
  danger: '#b3261e',
  dangerSoft: '#fcebea',
  warn: '#8a5300',
  warnSoft: '#fdf2dd',
  ok: '#1b6e43',
  okSoft: '#e5f4ec',
  rail: '#14294a',
  railText: '#b9c8de',
  railActive: '#23426f',
  age1: '#1b6e43',
  age2: '#8a5300',
  age3: '#b3261e',
  desk: '#dbe8fa',
  resident: '#ffffff',
  note: '#fdf4da',
  shadow: '0 6px 24px rgb(20 35 60 / 14%)',
}

export const dark: Tokens = {
  bg: '#0f141b',
  surface: '#171e28',
  raised: '#1f2835',
  sunken: '#131a23',
  text: '#e4e9f0',
  muted: '#9aa8ba',
  line: '#2a3442',
  lineStrong: '#445163',
  field: '#6a788c',
  accent: '#7fb0f7',
  accentHover: '#9bc2fa',
  accentPressed: '#6399e6',
  accentSoft: '#1d3050',
  onAccent: '#0b1524',
  danger: '#f58a80',
  dangerSoft: '#3a1c1c',
  warn: '#e6b25a',
  warnSoft: '#362a14',
  ok: '#6ccb98',
  okSoft: '#15301f',
  rail: '#0b1018',
  railText: '#9fb0c6',
  railActive: '#1d3050',
  age1: '#6ccb98',
  age2: '#e6b25a',
  age3: '#f58a80',
  desk: '#1e3557',
  resident: '#222c3a',
  note: '#352d18',
  shadow: '0 8px 28px rgb(0 0 0 / 50%)',
}

/** The families themselves stand in `base.css`, where they depend on the language. */
const fontFamily = 'var(--dd-font)'
const monoFamily = 'var(--dd-mono)'

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

const KEPT = 'duty-desk.theme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(systemDark.matches)
systemDark.addEventListener('change', (event) => (systemIsDark.value = event.matches))

export const themeChoice = ref<ThemeChoice>(
  themeChoices.find((choice) => choice === localStorage.getItem(KEPT)) ?? 'system',
)
export const isDark = computed(() =>
  themeChoice.value === 'system' ? systemIsDark.value : themeChoice.value === 'dark',
)
const tokens = computed(() => (isDark.value ? dark : light))

/** `accentSoft` → `--dd-accent-soft`, `age1` → `--dd-age-1`. */
export const cssName = (token: string) =>
  `--dd-${token.replace(/([A-Z]|\d)/g, (part) => `-${part.toLowerCase()}`)}`

/** Keeps the page's custom properties in step with the theme; called before the first paint. */
export function applyTheme(): void {
  watch(
    [tokens, themeChoice],
    ([now, choice]) => {
      const root = document.documentElement
      for (const [token, value] of Object.entries(now)) root.style.setProperty(cssName(token), value)
      root.dataset.theme = isDark.value ? 'dark' : 'light'
      root.style.colorScheme = isDark.value ? 'dark' : 'light'
      localStorage.setItem(KEPT, choice)
    },
    { immediate: true },
  )
}

export const naiveTheme = computed(() => (isDark.value ? darkTheme : lightTheme))

export const naiveOverrides = computed<GlobalThemeOverrides>(() => {
  const token = tokens.value
  const filled = {
    textColorPrimary: token.onAccent,
    textColorHoverPrimary: token.onAccent,
    textColorPressedPrimary: token.onAccent,
    textColorFocusPrimary: token.onAccent,
    textColorDisabledPrimary: token.onAccent,
    textColorError: isDark.value ? '#240a08' : '#ffffff',
    textColorHoverError: isDark.value ? '#240a08' : '#ffffff',
    textColorPressedError: isDark.value ? '#240a08' : '#ffffff',
    textColorFocusError: isDark.value ? '#240a08' : '#ffffff',
  }
  return {
    common: {
      fontFamily,
      fontFamilyMono: monoFamily,
      fontSize: '14px',
      fontSizeMini: '12px',
      fontSizeTiny: '12px',
      fontSizeSmall: '13px',
      fontSizeMedium: '14px',
      fontWeightStrong: '600',
      borderRadius: '5px',
      borderRadiusSmall: '4px',
      primaryColor: token.accent,
      primaryColorHover: token.accentHover,
      primaryColorPressed: token.accentPressed,
      primaryColorSuppl: token.accentHover,
      infoColor: token.accent,
      infoColorHover: token.accentHover,
      infoColorPressed: token.accentPressed,
      infoColorSuppl: token.accentHover,
      errorColor: token.danger,
      errorColorHover: token.danger,
      errorColorPressed: token.danger,
      errorColorSuppl: token.danger,
      warningColor: token.warn,
      warningColorHover: token.warn,
      warningColorPressed: token.warn,
      warningColorSuppl: token.warn,
      successColor: token.ok,
      successColorHover: token.ok,
      successColorPressed: token.ok,
      successColorSuppl: token.ok,
      textColorBase: token.text,
      textColor1: token.text,
      textColor2: token.text,
      textColor3: token.muted,
      placeholderColor: token.muted,
      iconColor: token.muted,
      bodyColor: token.bg,
      cardColor: token.surface,
      modalColor: token.raised,
      popoverColor: token.raised,
      tableColor: token.surface,
      tableHeaderColor: token.sunken,
      tableColorHover: token.sunken,
      hoverColor: token.sunken,
      inputColor: isDark.value ? token.sunken : token.surface,
      dividerColor: token.line,
      borderColor: token.field,
    },
    Button: { ...filled, border: `1px solid ${token.field}` },
    DataTable: { thFontWeight: '600', thTextColor: token.muted, tdPaddingSmall: '7px 10px' },
    Form: { labelFontSizeTopMedium: '13px', labelTextColor: token.text },
    Tooltip: { color: isDark.value ? '#33415a' : '#22304a', textColor: '#ffffff' },
    Input: { border: `1px solid ${token.field}` },
    InternalSelection: { border: `1px solid ${token.field}` },
    Message: { maxWidth: '640px' },
    Steps: {
      headerTextColorFinish: token.muted,
      headerTextColorWait: token.muted,
      indicatorTextColorWait: token.muted,
      indicatorBorderColorWait: token.muted,
    },
  }
})
