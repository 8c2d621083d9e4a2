import type { ErasureScope } from '../../src/contract/retention.ts'
import type { Console } from './console.ts'
import { password } from './station.ts'

/** Previews, erases what was previewed, and waits until it is done. */
export async function erase(admin: Console, scope: ErasureScope, ground = '个人信息保护法第四十七条') {
  const { digest } = await admin.call('erasure.preview', { scope })
  const { work } = await admin.call('erasure.run', { scope, digest, ground, password })
  return finished(admin, work)
}

export async function finished(console: Console, work: string) {
  for (;;) {
    const present = await console.call('work.get', { work })
    if (present.state !== 'running') return present
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
