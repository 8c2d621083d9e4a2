import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import { z } from 'zod'
import type { SavedPdf, ShellInfo } from '../preload/shell-channels.ts'
import { language, theme } from './preferences.ts'
import { isConsoleUrl } from './security/console-origin.ts'

/** Characters: a sheet of 300 items with the fonts it needs has about a fifth of this. */
const paper = z.string().min(1).max(40_000_000)
const fileName = z.string().max(300)
const display = z.strictObject({ theme, language })

/** The only place that listens to a page. Who speaks is checked here, what is said is parsed here. */
export interface PageWishes {
  /** Whether these contents are those of a window the shell opened. */
  isOurs(contents: WebContents): boolean
  requestPort(contents: WebContents): void
  info(): Promise<ShellInfo>
  setAutoStart(on: boolean): Promise<void>
  setDisplay(wanted: z.infer<typeof display>): void
  /** Prints a paper to a file that the person at the screen chooses. */
  savePdf(html: string, suggestedName: string): Promise<SavedPdf>
}

const nothing = z.tuple([])

interface Sender {
  sender: WebContents
  senderFrame: WebFrameMain | null
}

export function listenToPages(wishes: PageWishes): void {
  function check(event: Sender): void {
    const frame = event.senderFrame
    const trusted =
      frame !== null && frame.parent === null && isConsoleUrl(frame.url) && wishes.isOurs(event.sender)
    if (!trusted) throw new Error('refused: not the console')
  }

  function answer<A extends unknown[]>(
    channel: string,
    input: z.ZodType<A>,
    fn: (...input: A) => Promise<unknown> | unknown,
  ): void {
    ipcMain.handle(channel, (event, ...given: unknown[]) => {
      check(event)
      return fn(...input.parse(given))
    })
  }

  ipcMain.on('shell:request-port', (event, ...given: unknown[]) => {
    try {
      check(event)
      nothing.parse(given)
    } catch {
      return
    }
    wishes.requestPort(event.sender)
  })
  answer('shell:info', nothing, () => wishes.info())
  answer('shell:set-auto-start', z.tuple([z.boolean()]), (on) => wishes.setAutoStart(on))
  answer('shell:set-display', z.tuple([display]), (wanted) => wishes.setDisplay(wanted))
  answer('shell:save-pdf', z.tuple([paper, fileName]), (html, name) => wishes.savePdf(html, name))
}
