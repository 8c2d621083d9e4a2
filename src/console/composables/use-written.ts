import { useSession } from '../stores/session.ts'
import { type Written, writtenIn } from './written.ts'

let written: Written | null = null

export function useWritten(): Written {
  const session = useSession()
  written ??= writtenIn(sessionStorage, () => session.session?.user ?? '')
  return written
}
