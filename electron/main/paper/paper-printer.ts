import { randomUUID } from 'node:crypto'
import { BrowserWindow, type Session, session, type WebPreferences } from 'electron'
import { scheme } from '../security/console-origin.ts'
import { denyPermissions } from '../security/permissions.ts'

/** Not the console's host: a paper is never taken for it. */
const address = (page: string) => `${scheme}://paper/${page}`
/** A sheet of 300 items takes about a second. */
const LONGEST_MS = 60_000

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** A page that cannot do anything but be drawn. */
const webPreferences: WebPreferences = {
  javascript: false,
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
  plugins: false,
  webgl: false,
  spellcheck: false,
  devTools: false,
  backgroundThrottling: false,
}

/** Prints papers to PDF in windows nobody sees, each with one page and no way to any other. */
export function paperPrinter(): (html: string) => Promise<Uint8Array> {
  const pages = new Map<string, string>()
  let own: Session | null = null

  /** In memory, apart from the console's: nothing of a paper stays on the disk but the PDF. */
  function ownSession(): Session {
    if (own) return own
    own = session.fromPartition('paper', { cache: false })
    denyPermissions(own)
    own.webRequest.onBeforeRequest((details, answer) =>
      answer({ cancel: !pages.has(details.url) && new URL(details.url).protocol !== 'data:' }),
    )
    own.on('will-download', (event) => event.preventDefault())
    own.protocol.handle(scheme, async ({ url }) => {
      const html = pages.get(url)
      return html === undefined
        ? new Response(null, { status: 404, headers })
        : new Response(html, { headers })
    })
    return own
  }

  return async (html) => {
    const url = address(randomUUID())
    pages.set(url, html)
    const window = new BrowserWindow({
      show: false,
      webPreferences: { ...webPreferences, session: ownSession() },
    })
    try {
      return await within(LONGEST_MS, async () => {
        await window.loadURL(url)
        // The sheet itself says its size and margins.
        return window.webContents.printToPDF({
          pageSize: 'A4',
          preferCSSPageSize: true,
          printBackground: true,
          margins: { top: 0, bottom: 0, left: 0, right: 0 },
        })
      })
    } finally {
      pages.delete(url)
      window.destroy()
    }
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not printed within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
