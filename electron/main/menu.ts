import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

/** The window's menu. Single letters belong to the console, so every shortcut here has a modifier. */
export function setMenu(
  words: Words,
  act: { reload(): void; zoom(step: 'in' | 'out' | 'reset'): void; quit(): void; about(): void },
): void {
  const template: MenuItemConstructorOptions[] = [
    {
      label: words.file,
      submenu: [{ label: words.quit, accelerator: 'CommandOrControl+Q', click: () => act.quit() }],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo', label: words.undo },
        { role: 'redo', label: words.redo },
        { type: 'separator' },
        { role: 'cut', label: words.cut },
        { role: 'copy', label: words.copy },
        { role: 'paste', label: words.paste },
        { role: 'selectAll', label: words.selectAll },
      ],
    },
    {
      label: words.view,
      submenu: [
        { label: words.reload, accelerator: 'CommandOrControl+R', click: () => act.reload() },
        { type: 'separator' },
        { label: words.zoomIn, accelerator: 'CommandOrControl+=', click: () => act.zoom('in') },
        { label: words.zoomOut, accelerator: 'CommandOrControl+-', click: () => act.zoom('out') },
        { label: words.zoomReset, accelerator: 'CommandOrControl+0', click: () => act.zoom('reset') },
        { type: 'separator' },
        { role: 'togglefullscreen', label: words.fullScreen },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    {
      label: words.help,
      submenu: [{ label: words.about(app.getVersion()), click: () => act.about() }],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
