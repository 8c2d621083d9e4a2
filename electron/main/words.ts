/** What the shell itself says: menus, tray, notifications, dialogs. Chinese first, English complete. */
export type Language = 'zh' | 'en'

const zh = {
  product: '户户通值班台',
  newMessage: '有新消息',
  alarm: '警报！请立即查看',
  waiting: (count: number) => (count === 0 ? '没有待处理会话' : `待处理会话 ${count}`),
  open: '打开值班台',
  keepInTray: '关闭窗口时留在托盘',
  startWithSystem: '开机自动启动',
  quit: '退出',
  file: '文件',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '视图',
  reload: '重新载入',
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomReset: '实际大小',
  fullScreen: '全屏',
  help: '帮助',
  about: (version: string) => `关于值班台 ${version}`,
  savePdf: '存为 PDF',
  pdfFiles: 'PDF 文件',
  retry: '重试',
  deskNotOpened: '值班台没有打开',
  deskNotOpenedDetail: (reason: string) =>
    `原因：${reason}\n\n已有数据保持原样，没有改动。可以重试，或退出后联系管理员。`,
  secretsWeak:
    '本机没有可用的系统密钥库，签名密钥只靠文件权限保护（仅当前用户可读）。请启用系统密钥环后重新启动。',
  secretsChanged: '系统密钥库已更换',
  secretsChangedDetail: (was: string, now: string) =>
    `密钥原由“${was}”保护，现在系统给出的是“${now}”。为免密钥丢失，值班台没有启动，密钥文件保持原样。\n\n` +
    '请回到原来的桌面环境（或解锁原来的密钥环）后重试。若确实要改用新的密钥库，旧密钥文件会另存备查，值班台将生成新的签名密钥。',
  secretsLocked: '系统密钥库没有解锁',
  secretsLockedDetail: (was: string) =>
    `密钥由“${was}”保护，但它现在不可用。密钥文件保持原样。\n\n请解锁密钥环后重试。`,
  useNewBackend: '改用新的密钥库',
  unknownSwitches: '值班台不接受这些启动参数',
}

const en: typeof zh = {
  product: 'Duty Desk',
  newMessage: 'New message',
  alarm: 'ALARM: look at once',
  waiting: (count) => (count === 0 ? 'No thread is waiting' : `Threads waiting: ${count}`),
  open: 'Open Duty Desk',
  keepInTray: 'Keep in tray when the window closes',
  startWithSystem: 'Start with the system',
  quit: 'Quit',
  file: 'File',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: 'View',
  reload: 'Reload',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Actual size',
  fullScreen: 'Full screen',
  help: 'Help',
  about: (version) => `About Duty Desk ${version}`,
  savePdf: 'Save as PDF',
  pdfFiles: 'PDF files',
  retry: 'Try again',
  deskNotOpened: 'The desk was not opened',
  deskNotOpenedDetail: (reason) =>
    `Reason: ${reason}\n\nAll data is as it was; nothing was changed. Try again, or quit and call the administrator.`,
  secretsWeak:
    'This computer offers no system key store: the signing key is protected by file permissions alone (readable by this user only). Turn on the system keyring and start again.',
  secretsChanged: 'The system key store has changed',
  secretsChangedDetail: (was, now) =>
    `The keys were protected by “${was}”; the system now offers “${now}”. So that no key is lost the desk was not started and the key file is as it was.\n\n` +
    'Go back to the former desktop (or unlock the former keyring) and try again. If the new key store is meant, the old key file is set aside and the desk makes a new signing key.',
  secretsLocked: 'The system key store is locked',
  secretsLockedDetail: (was) =>
    `The keys are protected by “${was}”, which is not available now. The key file is as it was.\n\nUnlock the keyring and try again.`,
  useNewBackend: 'Use the new key store',
  unknownSwitches: 'Duty Desk does not accept these switches',
}

export type Words = typeof zh
export const wordsIn = (language: Language): Words => (language === 'zh' ? zh : en)
