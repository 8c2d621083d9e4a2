/** The system's notifications, for a page in a browser. In the shell the program itself shows them. */

export const inShell = (): boolean => location.protocol === 'app:'
const isThere = () => 'Notification' in globalThis

export type NotificationState = 'granted' | 'denied' | 'default' | 'unsupported' | 'shell'

export function notificationState(): NotificationState {
  if (inShell()) return 'shell'
  return isThere() ? Notification.permission : 'unsupported'
}

export const mayNotify = (): boolean => notificationState() === 'granted'

/** Asks the person; browsers want a click for it. */
export async function askToNotify(): Promise<NotificationState> {
  if (notificationState() !== 'default') return notificationState()
  await Notification.requestPermission()
  return notificationState()
}
