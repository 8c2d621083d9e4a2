import type { ToCore, ToShell } from './shell-protocol.ts'

/** Secrets as the core sees them: kept by the shell, asked for one by one. */
export function shellSecrets(say: (message: ToShell) => void) {
  const waiting = new Map<number, { resolve(value: string | null): void; reject(error: Error): void }>()
  let next = 1

  function ask(message: (id: number) => ToShell): Promise<string | null> {
    const id = next++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      say(message(id))
    })
  }

  return {
    secrets: {
      get: (name: string) => ask((id) => ({ type: 'secret.get', id, name })),
      async set(name: string, value: string): Promise<void> {
        await ask((id) => ({ type: 'secret.set', id, name, value }))
      },
    },
    answered(message: Extract<ToCore, { type: 'secret' | 'secretRefused' }>): void {
      const asker = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.type === 'secret') asker?.resolve(message.value)
      else asker?.reject(new Error(message.reason))
    },
  }
}
