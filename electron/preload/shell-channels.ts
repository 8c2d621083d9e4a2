/** Names on the wire between preload and main, and what main may tell the page. */

export type ToPage =
  /** The core stopped and was started again: whatever was in flight may or may not have happened. */
  | { type: 'duty-desk:core-restarted' }
  /** A notification was clicked; the place is what the core wrote on it. */
  | { type: 'duty-desk:show'; place: string }

export interface ShellInfo {
  version: string
  /** One sentence for the screen, or null when the system's key store protects the secrets. */
  secretsWarning: string | null
  autoStart: boolean
}

/** What became of a paper to be kept as PDF; `failed` says why in the machine's words. */
export type SavedPdf = { saved: string } | { cancelled: true } | { failed: string }

/** `window.dutyDeskShell`: there only in Electron. */
export interface DutyDeskShell {
  readonly platform: string
  /** The port comes as a `duty-desk:port` message; an earlier one is closed. */
  requestPort(): void
  getShellInfo(): Promise<ShellInfo>
  setAutoStart(on: boolean): Promise<void>
  setDisplay(display: { theme: 'system' | 'light' | 'dark'; language: 'zh' | 'en' }): Promise<void>
  /** The paper is one HTML file that needs nothing beside it; the system asks where the PDF goes. */
  savePdf(html: string, suggestedName: string): Promise<SavedPdf>
}
