import { dialog } from 'electron'
import { openSecrets, type Secrets, SecretsRefused, setAsideSecrets } from './secrets.ts'
import type { Words } from './words.ts'

/** Opens the secrets, and where that is refused asks the person at the screen. Null: they chose to quit. */
export async function askedOpenSecrets(file: string, words: Words): Promise<Secrets | null> {
  for (;;) {
    try {
      return await openSecrets(file)
    } catch (error) {
      if (!(error instanceof SecretsRefused)) throw error
      const choice = await ask(error, words)
      if (choice === 'quit') return null
      if (choice === 'new') await setAsideSecrets(file)
    }
  }
}

async function ask(refused: SecretsRefused, words: Words): Promise<'quit' | 'retry' | 'new'> {
  const changed = refused.code === 'changed'
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: changed ? words.secretsChanged : words.secretsLocked,
    detail: changed
      ? words.secretsChangedDetail(refused.was, refused.now)
      : words.secretsLockedDetail(refused.was),
    buttons: [words.quit, words.retry, ...(changed ? [words.useNewBackend] : [])],
    defaultId: 0,
    cancelId: 0,
  })
  return (['quit', 'retry', 'new'] as const)[response] ?? 'quit'
}
