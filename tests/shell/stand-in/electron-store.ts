import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ipcMain } from './electron.ts'

/**
 * The real one imports `electron` by itself, which starts a download where no runtime is. It is tested as part of the
 * built shell (`build.test.ts`); here stands what the shell uses of it, and the listener it brings along.
 */
export default class Store {
  readonly #file: string
  store: Record<string, unknown> = {}

  constructor(options: { name: string; cwd: string; clearInvalidConfig: boolean }) {
    ipcMain.on('electron-store-get-data', () => {})
    this.#file = join(options.cwd, `${options.name}.json`)
    if (!existsSync(this.#file)) return
    try {
      this.store = JSON.parse(readFileSync(this.#file, 'utf8'))
    } catch (error) {
      if (!options.clearInvalidConfig) throw error
    }
  }

  set(values: Record<string, unknown>): void {
    Object.assign(this.store, values)
    writeFileSync(this.#file, JSON.stringify(this.store))
  }
}
