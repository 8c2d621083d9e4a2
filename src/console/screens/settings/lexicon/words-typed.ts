/** Several words typed or pasted at once: set off by commas, by 、 or on lines of their own. */
export function wordsTyped(text: string): string[] {
  return text
    .split(/[,，、;；\n\t]+/)
    .map((word) => word.trim().slice(0, 200))
    .filter((word) => word !== '')
}

/** With those added that are not there yet. */
export function withWords(words: readonly string[], text: string, most: number): string[] {
  return [...new Set([...words, ...wordsTyped(text)])].slice(0, most)
}
