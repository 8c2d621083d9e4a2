import { join } from 'node:path'
import { Notification } from 'electron'
import type { Notice } from '../../src/hosts/electron/shell-protocol.ts'
import { paths } from './launch.ts'
import type { Words } from './words.ts'

/** One account's new messages are told at most this often; an alarm always. */
const quietMs = 10_000

/**
 * System notifications are seen by whoever passes the screen and are kept by the system: they name the account and
 * say that there is something, never what. Sound is the console's, so they are silent.
 */
export function notifier(options: {
  words(): Words
  isConsoleInFront(): boolean
  onClick(place: string | null): void
  now?: () => number
}): (notice: Notice) => void {
  const now = options.now ?? Date.now
  const lastTold = new Map<string, number>()
  /** Held, or the click handler is collected with the notification. */
  const shown = new Set<Notification>()

  return (notice) => {
    if (notice.kind === 'waiting') return
    if (notice.kind === 'message') {
      const recently = now() - (lastTold.get(notice.account) ?? Number.NEGATIVE_INFINITY) < quietMs
      if (recently || options.isConsoleInFront()) return
      lastTold.set(notice.account, now())
    }
    if (!Notification.isSupported()) return
    const words = options.words()
    const isAlarm = notice.kind === 'alarm'
    const notification = new Notification({
      title: notice.account,
      body: isAlarm ? words.alarm : words.newMessage,
      icon: join(paths.icons, 'icon-128.png'),
      silent: true,
      urgency: isAlarm ? 'critical' : 'normal',
      timeoutType: isAlarm ? 'never' : 'default',
    })
    shown.add(notification)
    notification.on('click', () => {
      shown.delete(notification)
      options.onClick(notice.place ?? null)
    })
    notification.on('close', () => shown.delete(notification))
    notification.show()
  }
}
