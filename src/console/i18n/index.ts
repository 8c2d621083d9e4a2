import { type Ref, watch } from 'vue'
import { createI18n } from 'vue-i18n'
import { acts as enActs } from './en/acts.ts'
import { alarms as enAlarms } from './en/alarms.ts'
import { app as enApp } from './en/app.ts'
import { audit as enAudit } from './en/audit.ts'
import { broadcasts as enBroadcasts } from './en/broadcasts.ts'
import { connecting as enConnecting } from './en/connecting.ts'
import { connections as enConnections } from './en/connections.ts'
import { escalations as enEscalations } from './en/escalations.ts'
import { friends as enFriends } from './en/friends.ts'
import { groups as enGroups } from './en/groups.ts'
import { handoff as enHandoff } from './en/handoff.ts'
import { inbox as enInbox } from './en/inbox.ts'
import { matters as enMatters } from './en/matters.ts'
import { messages as enMessages } from './en/messages.ts'
import { paper as enPaper } from './en/paper.ts'
import { proof as enProof } from './en/proof.ts'
import { refusals as enRefusals } from './en/refusals.ts'
import { retention as enRetention } from './en/retention.ts'
import { settings as enSettings } from './en/settings.ts'
import { shifts as enShifts } from './en/shifts.ts'
import { warnings as enWarnings } from './en/warnings.ts'
import { welcome as enWelcome } from './en/welcome.ts'
import type { Words } from './words.ts'
import { acts } from './zh/acts.ts'
import { alarms } from './zh/alarms.ts'
import { app } from './zh/app.ts'
import { audit } from './zh/audit.ts'
import { broadcasts } from './zh/broadcasts.ts'
import { connecting } from './zh/connecting.ts'
import { connections } from './zh/connections.ts'
import { escalations } from './zh/escalations.ts'
import { friends } from './zh/friends.ts'
import { groups } from './zh/groups.ts'
import { handoff } from './zh/handoff.ts'
import { inbox } from './zh/inbox.ts'
import { matters } from './zh/matters.ts'
import { messages } from './zh/messages.ts'
import { paper } from './zh/paper.ts'
import { proof } from './zh/proof.ts'
import { refusals } from './zh/refusals.ts'
import { retention } from './zh/retention.ts'
import { settings } from './zh/settings.ts'
import { shifts } from './zh/shifts.ts'
import { warnings } from './zh/warnings.ts'
import { welcome } from './zh/welcome.ts'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

const zh = {
  app,
  refusals,
  settings,
  inbox,
  acts,
  connecting,
  welcome,
  messages,
  matters,
  paper,
  alarms,
  escalations,
  warnings,
  groups,
  handoff,
  shifts,
  audit,
  proof,
  retention,
  connections,
  friends,
  broadcasts,
}
/** A key missing here does not compile. */
const en: Words<typeof zh> = {
  app: enApp,
  refusals: enRefusals,
  settings: enSettings,
  inbox: enInbox,
  acts: enActs,
  connecting: enConnecting,
  welcome: enWelcome,
  messages: enMessages,
  matters: enMatters,
  paper: enPaper,
  alarms: enAlarms,
  escalations: enEscalations,
  warnings: enWarnings,
  groups: enGroups,
  retention: enRetention,
  proof: enProof,
  audit: enAudit,
  shifts: enShifts,
  handoff: enHandoff,
  connections: enConnections,
  friends: enFriends,
  broadcasts: enBroadcasts,
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
