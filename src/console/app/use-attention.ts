import { NButton, useNotification } from 'naive-ui'
import { h, onScopeDispose } from 'vue'
import { useI18n } from 'vue-i18n'
import { Refused } from '../../contract/errors.ts'
import { useSounds } from '../composables/use-sounds.ts'
import { useConnection } from '../connection/connection.ts'
import { type TakenOver, useChanges } from '../stores/changes.ts'
import { useNavigation } from '../stores/navigation.ts'
import { useSession } from '../stores/session.ts'
import { useGlassNotices } from './use-glass-notices.ts'

/** What must not wait until it is looked for: a thread taken over (rule 2), broken glass, new words of residents. */
export function useAttention(): void {
  useGlassNotices()
  const connection = useConnection()
  const session = useSession()
  const changes = useChanges()
  const navigation = useNavigation()
  const notification = useNotification()
  const sounds = useSounds()
  const { t } = useI18n()

  async function nameOf(thread: string): Promise<string> {
    try {
      return (await connection.call('thread.get', { thread })).contactName
    } catch (error) {
      if (error instanceof Refused) return ''
      throw error
    }
  }

  async function tell(taken: TakenOver) {
    const name = await nameOf(taken.thread)
    if (session.session?.locked) return
    const shown = notification.warning({
      title: t('app.attention.takenOver'),
      content: t('app.attention.takenOverText', {
        who: taken.byName,
        thread: name,
        reason: taken.reason,
      }),
      duration: 0,
      action: () =>
        h(
          NButton,
          {
            size: 'small',
            type: 'primary',
            secondary: true,
            onClick: () => {
              shown.destroy()
              navigation.go('inbox', { thread: taken.thread })
            },
          },
          { default: () => t('app.attention.open') },
        ),
    })
  }

  const leave = [
    changes.onTakenOver((taken) => void tell(taken)),
    /** Nothing wakes up on an officer who is off shift (rule 7). */
    changes.onArrived(() => {
      if (session.session?.onShift) sounds.ringNewMessage()
    }),
  ]
  onScopeDispose(() => {
    for (const stop of leave) stop()
  })
}
