import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import type { DutyDeskShell, ToPage } from './shell-channels.ts'

/** All the page ever gets of Electron: its port to the core, five small wishes, and what the shell tells it. */

const requestPort = () => ipcRenderer.send('shell:request-port')

const shell: DutyDeskShell = {
  platform: process.platform,
  requestPort,
  getShellInfo: () => ipcRenderer.invoke('shell:info'),
  setAutoStart: (on) => ipcRenderer.invoke('shell:set-auto-start', on),
  setDisplay: (display) => ipcRenderer.invoke('shell:set-display', display),
  savePdf: (html, suggestedName) => ipcRenderer.invoke('shell:save-pdf', html, suggestedName),
}
contextBridge.exposeInMainWorld('dutyDeskShell', Object.freeze(shell))

ipcRenderer.on('shell:port', (event: IpcRendererEvent) => {
  window.postMessage({ type: 'duty-desk:port' }, location.origin, [...event.ports])
})
ipcRenderer.on('shell:told', (_event, message: ToPage) => window.postMessage(message, location.origin))

// A port sent before the page listens is lost, so it is asked for when the page says that it does.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data?.type === 'duty-desk:ready') requestPort()
})
