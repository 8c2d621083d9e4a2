import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app } from 'electron'

/** Start with the system, window hidden: after a power cut at night the desk must ring without anybody's help. */
export interface AutoStart {
  isOn(): boolean
  set(on: boolean): void
}

const args = ['--hidden']

export function autoStart(): AutoStart {
  return process.platform === 'linux' ? desktopEntry() : loginItem()
}

function loginItem(): AutoStart {
  return {
    isOn: () => app.getLoginItemSettings({ args }).openAtLogin,
    set: (on) => app.setLoginItemSettings({ openAtLogin: on, args }),
  }
}

/** Electron has no log-in item on Linux; every desktop there reads this folder. */
function desktopEntry(): AutoStart {
  const file = join(
    process.env.XDG_CONFIG_HOME ?? join(app.getPath('home'), '.config'),
    'autostart',
    'duty-desk.desktop',
  )
  return {
    isOn: () => existsSync(file),
    set(on) {
      if (!on) {
        rmSync(file, { force: true })
        return
      }
      mkdirSync(dirname(file), { recursive: true })
      // An AppImage runs from a mount that is gone tomorrow; it names its own file in APPIMAGE.
      const program = process.env.APPIMAGE ?? process.execPath
      writeFileSync(file, entry([program, ...(app.isPackaged ? [] : [app.getAppPath()]), ...args]))
    },
  }
}

function entry(command: string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Duty Desk',
    'Name[zh_CN]=户户通值班台',
    `Exec=${command.map(quoted).join(' ')}`,
    'X-GNOME-Autostart-enabled=true',
    'Terminal=false',
    '',
  ].join('\n')
}

/** Desktop Entry Specification, "The Exec key": quoted, four characters escaped, the backslash once more as a string. */
function quoted(word: string): string {
  const escaped = word.replace(/["`$\\]/g, (character) =>
    character === '\\' ? '\\\\\\\\' : `\\\\${character}`,
  )
  return `"${escaped.replaceAll('%', '%%')}"`
}
