/** The one origin the shell shows. */
export const scheme = 'app'
const host = 'duty-desk'
export const consoleUrl = `${scheme}://${host}/index.html`

/** Node gives every custom scheme the origin `null`, so scheme and host are compared, never a prefix of the text. */
export function isConsoleUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === `${scheme}:` && url.host === host && url.username === '' && url.password === ''
}

/** The page itself: the only address a frame may ever be sent to. */
export function isConsolePage(text: string): boolean {
  return isConsoleUrl(text) && ['/', '/index.html'].includes(new URL(text).pathname)
}
