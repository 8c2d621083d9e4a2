import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  BrowserWindow,
  dialog,
  type MessagePortMain,
  nativeTheme,
  type SaveDialogOptions,
  screen,
  type WebPreferences,
} from 'electron'
import type { ToPage } from '../../preload/shell-channels.ts'
import { paths } from '../launch.ts'
import type { Preferences } from '../preferences.ts'
import { consoleUrl } from '../security/console-origin.ts'
import { wordsIn } from '../words.ts'
import { placeOnScreen, smallest } from './window-state.ts'

/** Every switch of the security checklist is written out, so that a changed default changes nothing here. */
export const webPreferences: WebPreferences = {
  preload: paths.preload,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  /** The dictionary would be fetched from the internet. */
  spellcheck: false,
  /** An alarm sounds at night, before anybody has clicked, and with the window in the tray. */
  autoplayPolicy: 'no-user-gesture-required',
  backgroundThrottling: false,
}

export interface MainWindow {
  /** Names this window's console to the core, the same through reloads of the page. */
  readonly key: string
  show(): void
  reload(): void
  zoom(factor: number): void
  owns(contents: Electron.WebContents): boolean
  tell(message: ToPage): void
  givePort(port: MessagePortMain): void
  alert(): void
  /** The system's own dialog over this window; null where it was called off. */
  askWhereToSave(options: SaveDialogOptions): Promise<string | null>
  isInFront(): boolean
}

export function openMainWindow(options: {
  preferences: Preferences
  hidden: boolean
  isPackaged: boolean
  /** Whether closing hides the window instead. */
  staysInTray(): boolean
}): MainWindow {
  const { preferences } = options
  const kept = preferences.values
  const window = new BrowserWindow({
    ...placeOnScreen(kept.bounds, workAreas()),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: wordsIn(kept.language).product,
    icon: join(paths.icons, 'icon-256.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101828' : '#ffffff',
    webPreferences: { ...webPreferences, devTools: !options.isPackaged, zoomFactor: kept.zoom },
  })
  const contents = window.webContents

  function remember(): void {
    preferences.change({ bounds: window.getNormalBounds(), maximised: window.isMaximized() })
  }

  function show(): void {
    if (window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  window.once('ready-to-show', () => {
    if (kept.maximised) window.maximize()
    if (options.hidden) window.hide()
    else window.show()
  })
  window.on('close', (event) => {
    remember()
    if (!options.staysInTray()) return
    event.preventDefault()
    window.hide()
  })
  window.on('page-title-updated', (event) => event.preventDefault())
  // Chromium keeps the zoom per origin; ours wins on each load.
  contents.on('did-finish-load', () => contents.setZoomFactor(preferences.values.zoom))
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') contents.reload()
  })
  void window.loadURL(consoleUrl)

  return {
    key: randomUUID(),
    show,
    reload: () => contents.reload(),
    zoom(factor) {
      const zoom = Math.min(3, Math.max(0.5, Math.round(factor * 10) / 10))
      contents.setZoomFactor(zoom)
      preferences.change({ zoom })
    },
    owns: (other) => other.id === contents.id,
    tell(message) {
      if (!window.isDestroyed()) contents.send('shell:told', message)
    },
    givePort(port) {
      if (window.isDestroyed()) port.close()
      else contents.postMessage('shell:port', null, [port])
    },
    alert() {
      if (!window.isDestroyed()) window.flashFrame(true)
    },
    async askWhereToSave(options) {
      if (window.isDestroyed()) return null
      const { canceled, filePath } = await dialog.showSaveDialog(window, options)
      return canceled || filePath === '' ? null : filePath
    },
    isInFront: () => !window.isDestroyed() && window.isVisible() && window.isFocused(),
  }
}

function workAreas() {
  const first = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== first.id)
  return [first, ...others].map((display) => display.workArea)
}
