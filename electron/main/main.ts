import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { app, dialog, MessageChannelMain, nativeTheme, session, type WebContents } from 'electron'
import { dataDir } from '../../src/hosts/data-dir.ts'
import type { Notice } from '../../src/hosts/electron/shell-protocol.ts'
import { autoStart } from './auto-start.ts'
import { openLog } from './core-log.ts'
import { type CoreProcess, startCore } from './core-process.ts'
import { listenToPages } from './ipc.ts'
import { developing, knownSwitches, paths, startsHidden, unknownSwitches } from './launch.ts'
import { setMenu } from './menu.ts'
import { notifier } from './notifications.ts'
import { pdfSaver } from './paper/save-pdf.ts'
import { openPreferences } from './preferences.ts'
import { askedOpenSecrets } from './secrets-asked.ts'
import { denyNetwork, denyPermissions } from './security/permissions.ts'
import { registerConsoleScheme, serveConsoleFiles } from './security/serve-console.ts'
import { keepPagesInPlace } from './security/stay-on-page.ts'
import { putInTray } from './tray.ts'
import { type MainWindow, openMainWindow } from './windows/main-window.ts'
import { wordsIn } from './words.ts'

/** A folder given from outside holds everything, the shell's own files too. */
const wanted = developing(process.argv, app.isPackaged)
const givenDir = wanted.data ?? process.env.DUTY_DESK_DATA

function begin(): void {
  // One fixed folder whatever the product is called; the lock below and all that is kept hang on it.
  const userData = givenDir ? join(givenDir, 'shell') : join(app.getPath('appData'), 'duty-desk')
  mkdirSync(userData, { recursive: true, mode: 0o700 })
  app.setPath('userData', userData)
  if (app.isPackaged && unknownSwitches(process.argv).length > 0) startWithout(unknownSwitches(process.argv))
  else if (app.requestSingleInstanceLock()) run()
  else app.quit()
}

/** Again without the switches; if they come back (a launcher adds them) it stops and says so. */
function startWithout(switches: string[]): void {
  const mark = 'DUTY_DESK_STARTED_AGAIN'
  if (process.env[mark]) {
    const { unknownSwitches: zh } = wordsIn('zh')
    process.stderr.write(`${zh} · ${wordsIn('en').unknownSwitches}: ${switches.join(' ')}\n`)
    app.exit(2)
    return
  }
  process.env[mark] = '1'
  app.relaunch({ args: knownSwitches(process.argv) })
  app.exit(0)
}

function run(): void {
  app.setAppUserModelId('cn.dutydesk.console')
  app.enableSandbox()
  registerConsoleScheme()
  keepPagesInPlace()
  let window: MainWindow | null = null
  app.on('second-instance', () => window?.show())
  app.on('window-all-closed', () => app.quit())
  app
    .whenReady()
    .then(() => openShell((opened) => (window = opened)))
    .catch((error: unknown) => {
      dialog.showErrorBox(wordsIn('zh').deskNotOpened, wordsIn('zh').deskNotOpenedDetail(String(error)))
      app.exit(1)
    })
}

async function openShell(windowIs: (window: MainWindow) => void): Promise<void> {
  denyPermissions(session.defaultSession)
  denyNetwork(session.defaultSession, { devTools: !app.isPackaged })
  serveConsoleFiles(session.defaultSession, paths.renderer)

  const preferences = openPreferences()
  const words = () => wordsIn(preferences.values.language)
  nativeTheme.themeSource = preferences.values.theme
  const log = openLog(join(app.getPath('userData'), 'logs', 'desk.log'))
  const secrets = await askedOpenSecrets(join(app.getPath('userData'), 'secrets.json'), words())
  if (!secrets) {
    app.exit(1)
    return
  }

  let quitting = false
  const starting = autoStart()
  const window = openMainWindow({
    preferences,
    hidden: startsHidden(process.argv),
    isPackaged: app.isPackaged,
    staysInTray: () => preferences.values.closeToTray && !quitting,
  })
  windowIs(window)
  const tray = putInTray({ preferences, open: window.show, quit: () => app.quit(), autoStart: starting })
  const drawMenu = () =>
    setMenu(
      words(),
      menuActs(window, () => preferences.values.zoom),
    )
  drawMenu()

  const notify = notifier({
    words,
    isConsoleInFront: window.isInFront,
    onClick(place) {
      window.show()
      if (place) window.tell({ type: 'duty-desk:show', place })
    },
  })
  const onNotice = (notice: Notice) => {
    tray.setWaiting(notice.waiting)
    if (notice.kind === 'alarm') window.alert()
    notify(notice)
  }

  const core: CoreProcess = startCore({
    entry: paths.coreProcess,
    open: {
      // The same for every host, so that the desk in a browser finds this station.
      dir: dataDir(givenDir),
      demo: wanted.demo,
      device: hostname().slice(0, 64) || 'desk',
      resources: paths.resources,
      version: app.getVersion(),
    },
    secrets,
    onNotice,
    onRestarted() {
      window.tell({ type: 'duty-desk:core-restarted' })
      connect(window, core)
    },
    onFailed: (reason) => void askToRetry(reason, core),
    log,
  })

  async function askToRetry(reason: string, failed: CoreProcess): Promise<void> {
    log(`the desk was not opened: ${reason}`)
    const { retry, quit, deskNotOpened, deskNotOpenedDetail } = words()
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: deskNotOpened,
      detail: deskNotOpenedDetail(reason),
      buttons: [retry, quit],
      cancelId: 1,
    })
    if (response === 0) failed.retry()
    else app.quit()
  }

  const savePdf = pdfSaver({ words, askWhere: window.askWhereToSave })
  listenToPages({
    isOurs: (contents: WebContents) => window.owns(contents),
    requestPort: () => connect(window, core),
    savePdf,
    async info() {
      return {
        version: app.getVersion(),
        secretsWarning: secrets.protection === 'file' ? words().secretsWeak : null,
        autoStart: starting.isOn(),
      }
    },
    async setAutoStart(on) {
      starting.set(on)
      tray.redraw()
    },
    setDisplay(display) {
      preferences.change(display)
      nativeTheme.themeSource = display.theme
      drawMenu()
      tray.redraw()
    },
  })

  // The last commit is durable already; closing in order saves the next start the recovery.
  app.on('before-quit', (event) => {
    if (quitting) return
    quitting = true
    event.preventDefault()
    void core.close().finally(() => app.quit())
  })
}

/** A new pair of ports: one for the core under the window's own key, one for its page. */
function connect(window: MainWindow, core: CoreProcess): void {
  const { port1, port2 } = new MessageChannelMain()
  core.giveConsole(window.key, port1)
  window.givePort(port2)
}

function menuActs(window: MainWindow, zoom: () => number) {
  return {
    reload: window.reload,
    quit: () => app.quit(),
    about: () => app.showAboutPanel(),
    zoom: (step: 'in' | 'out' | 'reset') =>
      window.zoom(step === 'reset' ? 1 : zoom() + (step === 'in' ? 0.1 : -0.1)),
  }
}

begin()
