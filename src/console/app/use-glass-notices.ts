import { NButton, type NotificationReactive, useMessage, useNotification } from 'naive-ui'
import { h, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../contract/errors.ts'
import type { Glass } from '../../contract/privacy.ts'
import { useMay } from '../composables/use-may.ts'
import { useRefusal } from '../composables/use-refusal.ts'
import { useTime } from '../composables/use-time.ts'
import { useConnection } from '../connection/connection.ts'
import { useChanges } from '../stores/changes.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useSession } from '../stores/session.ts'

/** The rest come up as these are taken note of. */
const shownAtOnce = 2

/**
 * Tells a supervisor of every private thread an auditor has opened, until it was taken note of by name: after
 * login, after a reload and after unlocking it is there again (rule 11).
 */
export function useGlassNotices(): void {
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const navigation = useNavigation()
  const notification = useNotification()
  const message = useMessage()
  const may = useMay()
  const time = useTime()
  const { t } = useI18n()
  const { wordsOf } = useRefusal()
  const shown = new Map<string, NotificationReactive>()

  async function look() {
    const who = session.session
    if (!who || who.locked || !may.value.supervise) return
    try {
      const unseen = (await connection.call('glass.list', {})).filter((glass) => glass.unseen).reverse()
      if (session.session?.locked) return
      for (const [id, notice] of shown)
        if (!unseen.some((glass) => glass.id === id)) {
          shown.delete(id)
          notice.destroy()
        }
      for (const glass of unseen.slice(0, shownAtOnce))
        if (!shown.has(glass.id)) shown.set(glass.id, show(glass, unseen.length - shownAtOnce))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  async function takeNote(glass: Glass) {
    try {
      await connection.call('glass.seen', { glass: glass.id })
      message.success(t('escalations.done.glassSeen'))
    } catch (error) {
      const already = error instanceof Refused && error.refusal.code === 'nothing_to_do'
      if (!already) return void message.error(wordsOf(error))
    }
    await look()
  }

  function show(glass: Glass, more: number): NotificationReactive {
    const button = (words: string, testid: string, primary: boolean, onClick: () => void) =>
      h(
        NButton,
        { size: 'small', ...(primary ? { type: 'primary' as const } : {}), 'data-testid': testid, onClick },
        { default: () => words },
      )
    return notification.warning({
      title: t('escalations.glass.notice'),
      content: () =>
        h('div', { role: 'alert', 'data-testid': 'glass-notice', 'data-glass': glass.id }, [
          t('escalations.glass.noticeText', {
            who: glass.auditorName,
            from: time.moment(glass.brokenAt),
            until: time.clock(glass.until),
            reason: glass.reason ?? t('escalations.glass.erased'),
          }),
          more > 0 ? h('p', { class: 'dd-muted' }, t('escalations.glass.more', { n: more })) : null,
        ]),
      duration: 0,
      closable: false,
      action: () =>
        h('span', { style: 'display:inline-flex;gap:8px' }, [
          button(t('escalations.glass.seen'), 'glass-seen', true, () => void takeNote(glass)),
          button(t('escalations.glass.open'), 'glass-open', false, () =>
            navigation.go('inbox', { thread: glass.thread }),
          ),
        ]),
    })
  }

  function forget() {
    for (const notice of shown.values()) notice.destroy()
    shown.clear()
  }

  const stop = changes.onChange(({ everything, subjects }) => {
    if (everything || subjects.includes('glass')) void look()
  })
  watch(
    () => session.session && !session.session.locked && session.session.user,
    (user) => {
      forget()
      if (user) void look()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    forget()
  })
}
