/** What a resident is called of whom only the channel's id is known. */
export function namelessName(external: string): string {
  return `微信居民 ·${[...external].slice(-4).join('').toWellFormed()}`
}
