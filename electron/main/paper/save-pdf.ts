import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, type SaveDialogOptions } from 'electron'
import type { SavedPdf } from '../../preload/shell-channels.ts'
import type { Words } from '../words.ts'
import { paperPrinter } from './paper-printer.ts'
import { pdfName } from './pdf-name.ts'

export type SavePdf = (html: string, suggestedName: string) => Promise<SavedPdf>

/** One paper at a time: the person at the screen says where it goes, then it is printed, then it is there whole. */
export function pdfSaver(options: {
  words: () => Words
  askWhere: (options: SaveDialogOptions) => Promise<string | null>
}): SavePdf {
  const print = paperPrinter()
  let busy = false
  return async (html, suggestedName) => {
    if (busy) return { cancelled: true }
    busy = true
    try {
      const { savePdf, pdfFiles } = options.words()
      const path = await options.askWhere({
        title: savePdf,
        defaultPath: join(app.getPath('documents'), pdfName(suggestedName)),
        filters: [{ name: pdfFiles, extensions: ['pdf'] }],
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      if (path === null) return { cancelled: true }
      await writeWhole(path, await print(html))
      return { saved: path }
    } catch (error) {
      return { failed: error instanceof Error ? error.message : String(error) }
    } finally {
      busy = false
    }
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.partial`
  try {
    await writeFile(partial, bytes, { mode: 0o600 })
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}
