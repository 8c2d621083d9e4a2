/** What became of the wish to keep a paper as PDF. */
export type SavedPdf = { saved: string } | { cancelled: true } | { failed: string }

/** What the shell can do for papers; a browser has none of it. */
export interface ShellPrinting {
  savePdf(html: string, suggestedName: string): Promise<SavedPdf>
}

export function shellPrinting(): ShellPrinting | null {
  const shell = (window as { dutyDeskShell?: Partial<ShellPrinting> }).dutyDeskShell
  return typeof shell?.savePdf === 'function' ? (shell as ShellPrinting) : null
}
