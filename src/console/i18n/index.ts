import { type Ref, watch } from 'vue'
import { createI18n } from 'vue-i18n'
import { acts as enActs } from './en/acts.ts'
import { app as enApp } from './en/app.ts'
import { inbox as enInbox } from './en/inbox.ts'
import { refusals as enRefusals } from './en/refusals.ts'
import { settings as enSettings } from './en/settings.ts'
import type { Words } from './words.ts'
import { acts } from './zh/acts.ts'
import { app } from './zh/app.ts'
import { inbox } from './zh/inbox.ts'
import { refusals } from './zh/refusals.ts'
import { settings } from './zh/settings.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

const zh = { app, refusals, settings, inbox, acts }
/** A key missing here does not compile. */
const en: Words<typeof zh> = {
  app: enApp,
  refusals: enRefusals,
  settings: enSettings,
  inbox: enInbox,
  acts: enActs,
}

const KEPT = 'duty-desk.language'

function remembered(): Language {
  const kept = localStorage.getItem(KEPT)
  return languages.find((language) => language === kept) ?? 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: remembered(),
  fallbackLocale: 'zh',
  messages: { zh, en },
  warnHtmlMessage: true,
})

export const language = i18n.global.locale as unknown as Ref<Language>

watch(
  language,
  (now) => {
    localStorage.setItem(KEPT, now)
    document.documentElement.lang = now === 'zh' ? 'zh-CN' : 'en'
    document.title = i18n.global.t('app.title')
  },
  { immediate: true },
)
