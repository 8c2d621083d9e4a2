import { join } from 'node:path'
import { app, Menu, Tray } from 'electron'
import { paths } from './launch.ts'
import type { Preferences } from './preferences.ts'
import { wordsIn } from './words.ts'

export interface TrayIcon {
  setWaiting(count: number): void
  /** After the language changed. */
  redraw(): void
}

export function putInTray(options: {
  preferences: Preferences
  open(): void
  quit(): void
  autoStart: { isOn(): boolean; set(on: boolean): void }
}): TrayIcon {
  const picture = (name: string) => join(paths.icons, `${name}.png`)
  const tray = new Tray(picture('tray'))
  let waiting = 0

  function redraw(): void {
    const words = wordsIn(options.preferences.values.language)
    tray.setImage(picture(waiting > 0 ? 'tray-unread' : 'tray'))
    tray.setToolTip(`${words.product} · ${words.waiting(waiting)}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words.waiting(waiting), enabled: false },
        { type: 'separator' },
        { label: words.open, click: options.open },
        {
          label: words.keepInTray,
          type: 'checkbox',
          checked: options.preferences.values.closeToTray,
          click: (item) => options.preferences.change({ closeToTray: item.checked }),
        },
        {
          label: words.startWithSystem,
          type: 'checkbox',
          checked: options.autoStart.isOn(),
          click: (item) => options.autoStart.set(item.checked),
        },
        { type: 'separator' },
        { label: words.quit, click: options.quit },
      ]),
    )
  }

  tray.on('click', options.open)
  redraw()
  return {
    redraw,
    setWaiting(count) {
      if (count === waiting) return
      waiting = count
      app.setBadgeCount(count)
      redraw()
    },
  }
}
