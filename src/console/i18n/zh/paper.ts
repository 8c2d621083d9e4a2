/** The window that shows what will be printed. */
export const paper = {
  print: '打印',
  save: '存为 PDF',
  hintBrowser: '要存为 PDF，请在打印窗口里把打印机选为“另存为 PDF”。',
  hintShell: 'A4 纸，黑白即可。',
  saved: '已存为 {path}',
  failed: '没有存成：{reason}。单据仍在屏幕上，可以再试一次或直接打印。',
}
