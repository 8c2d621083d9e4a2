import { app, type WebContents } from 'electron'
import { isConsolePage } from './console-origin.ts'

/** For every page there will ever be: it stays where it is and opens nothing. No link leaves the desk. */
export function keepPagesInPlace(): void {
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents))
}

function keepInPlace(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isConsolePage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isConsolePage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
