import { app, ipcMain, type Rectangle } from 'electron'
import Store from 'electron-store'
import { z } from 'zod'

/** Window and display only. Everything of the desk is in the ledger, everything secret in `secrets.ts`. */

const whole = z.number().int()
export const theme = z.enum(['system', 'light', 'dark'])
export const language = z.enum(['zh', 'en'])

const schema = z.object({
  bounds: z.object({ x: whole, y: whole, width: whole, height: whole }).nullable().catch(null),
  maximised: z.boolean().catch(false),
  zoom: z.number().min(0.5).max(3).catch(1),
  theme: theme.catch('system'),
  language: language.catch('zh'),
  closeToTray: z.boolean().catch(process.platform === 'win32'),
})
export type PreferenceValues = z.infer<typeof schema> & { bounds: Rectangle | null }

export interface Preferences {
  readonly values: PreferenceValues
  change(values: Partial<PreferenceValues>): void
}

export function openPreferences(): Preferences {
  const store = new Store<Record<string, unknown>>({
    name: 'preferences',
    cwd: app.getPath('userData'),
    clearInvalidConfig: true,
  })
  // electron-store adds an IPC listener for stores made in a page, without a sender check. No page here has one.
  ipcMain.removeAllListeners('electron-store-get-data')
  let values = schema.parse(store.store)
  return {
    get values() {
      return values
    },
    change(changed) {
      values = { ...values, ...changed }
      store.set({ ...values })
    },
  }
}
