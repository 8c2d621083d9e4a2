import { holdDataDir } from '../single-core.ts'
import { fail } from './fail.ts'

export function lockOrFail(dir: string): { release(): void } {
  try {
    return holdDataDir(dir)
  } catch (error) {
    return fail((error as Error).message)
  }
}
