export const paper = {
  print: 'Print',
  save: 'Save as PDF',
  hintBrowser: 'To keep a PDF, choose “Save as PDF” as the printer in the print window.',
  hintShell: 'A4; black and white will do.',
  saved: 'Saved as {path}',
  failed: 'Not saved: {reason}. The paper is still on screen; try again, or print it.',
}
