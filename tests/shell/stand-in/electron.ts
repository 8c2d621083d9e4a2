import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type * as Real from 'electron'

/**
 * Stands in for the few Electron calls the shell makes, where no runtime is installed. It keeps what it was told and
 * lets a test play the system's part. Each piece is checked against Electron's own types, so that nothing here is
 * called by a name Electron does not have.
 */
type PartOf<T> = { [K in keyof T]?: unknown }

let nextId = 1
export const state = {
  userData: tmpdir(),
  packaged: false,
  hasLock: true,
  exitCode: null as number | null,
  quits: 0,
  relaunchedWith: null as string[] | null,
  badge: 0,
  loginItem: { openAtLogin: false },
  schemes: [] as Real.CustomScheme[],
  served: new Map<string, (request: Request) => Promise<Response>>(),
  displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  backend: 'gnome_libsecret',
  encryptionAvailable: true,
  dialogs: [] as Real.MessageBoxOptions[],
  saveDialogs: [] as Real.SaveDialogOptions[],
  /** Where the person at the screen saves; null calls it off. */
  saveTo: null as string | null,
  /** What the printer was told; `jam` makes it fail. */
  printed: [] as { options: Real.PrintToPDFOptions; html: string; headers: Record<string, string> }[],
  jam: null as string | null,
  /** Answers of the person at the screen, first to last; then the first button. */
  clicks: [] as number[],
  menu: null as Real.MenuItemConstructorOptions[] | null,
}

export const app = Object.assign(new EventEmitter(), {
  getPath: (name: string) => (name === 'userData' ? state.userData : `${state.userData}/${name}`),
  setPath: (name: string, path: string) => {
    // Electron refuses a folder that is not there.
    if (!existsSync(path)) throw new Error(`Path ${path} does not exist`)
    if (name === 'userData' && !process.env.STAND_IN_KEEPS_PATH) state.userData = path
  },
  getAppPath: () => '/opt/duty-desk',
  getVersion: () => '9.9.9',
  setAppUserModelId() {},
  enableSandbox() {},
  requestSingleInstanceLock: () => state.hasLock,
  whenReady: () => Promise.resolve(),
  quit() {
    state.quits++
    const event = preventable()
    app.emit('before-quit', event)
  },
  exit(code = 0) {
    state.exitCode = code
  },
  relaunch(options: { args: string[] }) {
    state.relaunchedWith = options.args
  },
  setBadgeCount(count: number) {
    state.badge = count
  },
  showAboutPanel() {},
  getLoginItemSettings: () => state.loginItem,
  setLoginItemSettings(settings: { openAtLogin: boolean }) {
    state.loginItem = settings
  },
} satisfies PartOf<Real.App>)
Object.defineProperty(app, 'isPackaged', { get: () => state.packaged })

export function preventable() {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true
    },
  }
}

export class WebContents extends EventEmitter {
  readonly id = nextId++
  readonly sent: { channel: string; args: unknown[] }[] = []
  readonly ports: MessagePortMain[] = []
  mainFrame = { parent: null, url: 'app://duty-desk/index.html' }
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null
  zoom = 1
  reloads = 0
  page: { url: string; session: StandInSession } | null = null
  /** The "PDF" of the stand-in is what the page's own session serves at its address. */
  async printToPDF(options: Real.PrintToPDFOptions) {
    if (state.jam) throw new Error(state.jam)
    const { url, session } = this.page!
    const served = await session.handlers.get('app')?.({ url } as Request)
    const html = (await served?.text()) ?? ''
    state.printed.push({ options, html, headers: Object.fromEntries(served?.headers ?? []) })
    return Buffer.from(`%PDF of ${html}`)
  }
  getURL() {
    return this.mainFrame.url
  }
  send(channel: string, ...args: unknown[]) {
    this.sent.push({ channel, args })
  }
  postMessage(channel: string, message: unknown, ports: MessagePortMain[] = []) {
    this.sent.push({ channel, args: [message] })
    this.ports.push(...ports)
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.windowOpenHandler = handler
  }
  setZoomFactor(factor: number) {
    this.zoom = factor
  }
  reload() {
    this.reloads++
  }
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = []
  readonly webContents = new WebContents()
  readonly options: Real.BrowserWindowConstructorOptions
  readonly calls: string[] = []
  visible = false
  minimised = false
  maximised = false
  focused = false
  destroyed = false
  loaded: string | null = null
  constructor(options: Real.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  async loadURL(url: string) {
    this.loaded = url
    const { session } = this.options.webPreferences ?? {}
    if (session) this.webContents.page = { url, session: session as unknown as StandInSession }
  }
  show() {
    this.calls.push('show')
    this.visible = true
  }
  hide() {
    this.visible = false
  }
  focus() {
    this.calls.push('focus')
    this.focused = true
  }
  restore() {
    this.calls.push('restore')
    this.minimised = false
  }
  maximize() {
    this.maximised = true
  }
  isMinimized() {
    return this.minimised
  }
  isMaximized() {
    return this.maximised
  }
  isVisible() {
    return this.visible
  }
  isFocused() {
    return this.focused
  }
  destroy() {
    this.destroyed = true
  }
  isDestroyed() {
    return this.destroyed
  }
  flashFrame() {
    this.calls.push('flash')
  }
  getNormalBounds() {
    const { x = 0, y = 0, width = 0, height = 0 } = this.options
    return { x, y, width, height }
  }
}

type Handler = (event: unknown, ...args: unknown[]) => unknown
export const ipcMain = Object.assign(new EventEmitter(), {
  handlers: new Map<string, Handler>(),
  handle(channel: string, handler: Handler) {
    ipcMain.handlers.set(channel, handler)
  },
})

/** A real pair of ports with Electron's face: `on('message', { data })`, and nothing flows before `start`. */
export class MessagePortMain extends EventEmitter {
  readonly #port: MessagePort
  closed = false
  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('close', () => {
      this.closed = true
      this.emit('close')
    })
  }
  start() {
    this.#port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
  }
  postMessage(message: unknown) {
    this.#port.postMessage(message)
  }
  close() {
    this.#port.close()
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain
  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new MessagePortMain(port1)
    this.port2 = new MessagePortMain(port2)
  }
}

export class UtilityProcess extends EventEmitter {
  readonly entry: string
  readonly said: { message: { type: string } & Record<string, unknown>; ports: MessagePortMain[] }[] = []
  readonly stdout = new EventEmitter()
  readonly stderr = new EventEmitter()
  killed = false
  constructor(entry: string) {
    super()
    this.entry = entry
  }
  postMessage(message: { type: string } & Record<string, unknown>, ports: MessagePortMain[] = []) {
    this.said.push({ message, ports })
    if (message.type === 'close') queueMicrotask(() => this.emit('exit', 0))
  }
  kill() {
    this.killed = true
    this.emit('exit', 15)
    return true
  }
}

export const utilityProcess = {
  forked: [] as UtilityProcess[],
  fork(entry: string) {
    const child = new UtilityProcess(entry)
    utilityProcess.forked.push(child)
    return child
  },
}

export const protocol = {
  registerSchemesAsPrivileged(schemes: Real.CustomScheme[]) {
    state.schemes = schemes
  },
} satisfies PartOf<Real.Protocol>

type Grant = (answer: boolean) => void
export const asked = {
  permission: null as null | ((contents: unknown, permission: string, answer: Grant) => void),
  check: null as null | ((contents: unknown, permission: string, origin: string) => boolean),
  device: null as null | (() => boolean),
  display: null as null | ((request: unknown, answer: (streams: unknown) => void) => void),
  bluetooth: null as null | ((details: unknown, answer: (response: { confirmed: boolean }) => void) => void),
  request: null as null | ((details: { url: string }, answer: (a: { cancel: boolean }) => void) => void),
  spellChecker: true,
}

const defaultSession = Object.assign(new EventEmitter(), {
  protocol: {
    handle(scheme: string, handler: (request: Request) => Promise<Response>) {
      state.served.set(scheme, handler)
    },
  } satisfies PartOf<Real.Protocol>,
  webRequest: {
    onBeforeRequest(listener: NonNullable<typeof asked.request>) {
      asked.request = listener
    },
  } satisfies PartOf<Real.WebRequest>,
  setPermissionRequestHandler: (handler: NonNullable<typeof asked.permission>) => {
    asked.permission = handler
  },
  setPermissionCheckHandler: (handler: NonNullable<typeof asked.check>) => {
    asked.check = handler
  },
  setDevicePermissionHandler: (handler: () => boolean) => {
    asked.device = handler
  },
  setDisplayMediaRequestHandler: (handler: NonNullable<typeof asked.display>) => {
    asked.display = handler
  },
  setBluetoothPairingHandler: (handler: NonNullable<typeof asked.bluetooth>) => {
    asked.bluetooth = handler
  },
  setSpellCheckerEnabled: (on: boolean) => {
    asked.spellChecker = on
  },
} satisfies PartOf<Real.Session>)

/** A session apart from the page's, with what it was told. */
export class StandInSession extends EventEmitter {
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>()
  listener: NonNullable<typeof asked.request> | null = null
  permission: NonNullable<typeof asked.permission> | null = null
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
      this.handlers.set(scheme, handler)
    },
  } satisfies PartOf<Real.Protocol>
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<typeof asked.request>) => {
      this.listener = listener
    },
  } satisfies PartOf<Real.WebRequest>
  setPermissionRequestHandler(handler: NonNullable<typeof asked.permission>) {
    this.permission = handler
  }
  setPermissionCheckHandler() {}
  setDevicePermissionHandler() {}
  setDisplayMediaRequestHandler() {}
  setBluetoothPairingHandler() {}
  setSpellCheckerEnabled() {}
}

export const session = {
  defaultSession,
  partitions: new Map<string, StandInSession>(),
  fromPartition(name: string) {
    const kept = session.partitions.get(name) ?? new StandInSession()
    session.partitions.set(name, kept)
    return kept
  },
}

/** Not encryption; enough to see that a secret never lies in the file as it is. */
const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
export const safeStorage = {
  getSelectedStorageBackend: () => state.backend,
  isAsyncEncryptionAvailable: async () => state.encryptionAvailable,
  encryptStringAsync: async (text: string) =>
    Buffer.concat([Buffer.from(`${state.backend}:`), turned(Buffer.from(text))]),
  async decryptStringAsync(bytes: Buffer) {
    const head = `${state.backend}:`
    if (bytes.subarray(0, head.length).toString() !== head) throw new Error('cannot decrypt')
    return { result: turned(bytes.subarray(head.length)).toString(), shouldReEncrypt: false }
  },
} satisfies PartOf<Real.SafeStorage>

export const screen = {
  getPrimaryDisplay: () => state.displays[0],
  getAllDisplays: () => state.displays,
} satisfies PartOf<Real.Screen>

export const nativeTheme = {
  themeSource: 'system',
  shouldUseDarkColors: false,
} satisfies PartOf<Real.NativeTheme>

export const dialog = {
  async showMessageBox(options: Real.MessageBoxOptions) {
    state.dialogs.push(options)
    return { response: state.clicks.shift() ?? 0, checkboxChecked: false }
  },
  async showSaveDialog(_window: unknown, options: Real.SaveDialogOptions) {
    state.saveDialogs.push(options)
    return { canceled: state.saveTo === null, filePath: state.saveTo ?? '' }
  },
  showErrorBox(message: string, detail: string) {
    state.dialogs.push({ message, detail })
  },
} satisfies PartOf<Real.Dialog>

export const Menu = {
  buildFromTemplate: (template: Real.MenuItemConstructorOptions[]) => template,
  setApplicationMenu(menu: Real.MenuItemConstructorOptions[]) {
    state.menu = menu
  },
}

export class Tray extends EventEmitter {
  static all: Tray[] = []
  image: string
  toolTip = ''
  menu: Real.MenuItemConstructorOptions[] = []
  constructor(image: string) {
    super()
    this.image = image
    Tray.all.push(this)
  }
  setImage(image: string) {
    this.image = image
  }
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu(menu: Real.MenuItemConstructorOptions[]) {
    this.menu = menu
  }
}

export class Notification extends EventEmitter {
  static shown: Notification[] = []
  static isSupported = () => true
  readonly options: Real.NotificationConstructorOptions
  constructor(options: Real.NotificationConstructorOptions) {
    super()
    this.options = options
  }
  show() {
    Notification.shown.push(this)
  }
}

const fresh = structuredClone({ ...state, served: undefined })

/** As if the computer had just been switched on. */
export function switchOn(userData: string): void {
  Object.assign(state, structuredClone(fresh), { served: new Map(), userData })
  for (const emitter of [app, ipcMain, defaultSession]) emitter.removeAllListeners()
  ipcMain.handlers.clear()
  utilityProcess.forked = []
  session.partitions.clear()
  BrowserWindow.all = []
  Tray.all = []
  Notification.shown = []
  nativeTheme.themeSource = 'system'
}

/** What electron-store imports. */
export default { app, ipcMain, shell: {} }
