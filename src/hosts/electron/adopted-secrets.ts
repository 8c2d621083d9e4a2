interface Secrets {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
}

/**
 * A station first opened in a browser has its keys in files. The shell takes them over when it first asks for them;
 * the files stay, because the command line works with them.
 */
export function adopting(kept: Secrets, earlier: Pick<Secrets, 'get'>): Secrets {
  return {
    async get(name) {
      const value = await kept.get(name)
      if (value !== null) return value
      const found = await earlier.get(name)
      if (found !== null) await kept.set(name, found)
      return found
    },
    set: (name, value) => kept.set(name, value),
  }
}
