import type { Session } from 'electron'
import { isConsoleUrl } from './console-origin.ts'

/** Electron grants every permission unless told otherwise. The console needs one: to copy an answer for the phone. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(granted.has(permission) && isConsoleUrl(contents.getURL())),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => granted.has(permission) && isConsoleUrl(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null))
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
  session.setSpellCheckerEnabled(false)
}

/** The window has no network at all: the core talks to the world, the page talks to the core. */
export function denyNetwork(session: Session, options: { devTools: boolean }): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    const { protocol } = new URL(details.url)
    const local = isConsoleUrl(details.url) || protocol === 'data:' || protocol === 'blob:'
    answer({ cancel: !local && !(options.devTools && protocol === 'devtools:') })
  })
  // Only what the page itself made (a list saved as a file), and the system asks where to.
  session.on('will-download', (event, item) => {
    const url = item.getURL()
    if (!url.startsWith('blob:') || !isConsoleUrl(url.slice('blob:'.length))) event.preventDefault()
  })
}
