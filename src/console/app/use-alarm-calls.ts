import { computed, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSounds } from '../composables/use-sounds.ts'
import { language } from '../i18n/index.ts'
import { useAlarms } from '../stores/alarms.ts'
import { useChanges } from '../stores/changes.ts'
import { useMatters } from '../stores/matters.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useSession } from '../stores/session.ts'
import { hears } from './alarm-hearing.ts'
import { mayNotify } from './alarm-notification.ts'

const blinkEvery = 1_000

/** Everything by which an alarm calls somebody to the screen, locked or not: sound, page title, system notification. */
export function useAlarmCalls(): void {
  const alarms = useAlarms()
  const session = useSession()
  const changes = useChanges()
  const matters = useMatters()
  const navigation = useNavigation()
  const { startAlarm, stopAlarm } = useSounds()
  const { t } = useI18n()

  const ringing = computed(() => session.session !== null && (alarms.signal?.ringing ?? 0) > 0)
  const heard = computed(() => hears(session.session, alarms.signal))
  watch(heard, (now) => (now ? startAlarm() : stopAlarm()), { immediate: true })

  /** The browser's own timers may sleep while the page is hidden; the title then blinks slower, which is enough. */
  let blink: ReturnType<typeof setInterval> | undefined
  let on = false
  function plainTitle() {
    const waiting = session.session ? matters.waiting : 0
    const title = t('app.title')
    return waiting > 0 ? t('alarms.title.waiting', { n: waiting, title }) : title
  }
  function paintTitle() {
    document.title = ringing.value && on ? t('alarms.title.ringing') : plainTitle()
  }
  watch(
    [ringing, language, () => matters.waiting, () => session.session?.user],
    ([rings]) => {
      clearInterval(blink)
      on = true
      if (rings)
        blink = setInterval(() => {
          on = !on
          paintTitle()
        }, blinkEvery)
      paintTitle()
    },
    { immediate: true, flush: 'post' },
  )

  /** Without a word of the matter: whoever passes the screen sees it, and the system keeps it. */
  function notify(thread: string | null) {
    if (!document.hidden || !mayNotify()) return
    const shown = new Notification(session.station?.name ?? t('app.title'), {
      body: t('alarms.notice'),
      tag: 'alarm',
      requireInteraction: true,
      silent: true,
    })
    shown.addEventListener('click', () => {
      window.focus()
      shown.close()
      if (thread && !session.session?.locked) navigation.go('inbox', { thread })
    })
  }
  const leave = changes.onChange((change) => {
    const newest = change.ringing.at(-1)
    const who = session.session
    if (!newest || !hears(who, { ringing: 1, called: newest.called })) return
    notify(newest.thread)
  })

  onScopeDispose(() => {
    leave()
    clearInterval(blink)
    stopAlarm()
  })
}
