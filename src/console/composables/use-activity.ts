import { onScopeDispose } from 'vue'
import { Refused } from '../../contract/errors.ts'
import { useConnection } from '../connection/connection.ts'
import { useDirectory } from '../stores/directory.ts'
import { useSession } from '../stores/session.ts'

const TELL_EVERY = 20_000
const LOOK_EVERY = 5_000
const MINUTE = 60_000
const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const

/**
 * Tells the core that somebody is at work, at most every 20 s. The core locks when that stays away; without
 * a link to it this screen locks itself all the same (rule 20).
 */
export function useActivity(): void {
  const connection = useConnection()
  const session = useSession()
  const directory = useDirectory()
  let last = Date.now()
  let told = 0

  function active() {
    if (session.session?.locked) return
    last = Date.now()
    if (last - told < TELL_EVERY || connection.state.value !== 'open') return
    told = last
    connection.call('session.active', {}).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
    })
  }

  function look() {
    if (session.session?.locked) {
      last = Date.now()
      return
    }
    const patience = (directory.settings?.lockMinutes ?? 5) * MINUTE
    if (Date.now() - last > patience) void session.lock()
  }

  for (const sign of signs) addEventListener(sign, active, { capture: true, passive: true })
  const timer = setInterval(look, LOOK_EVERY)
  onScopeDispose(() => {
    for (const sign of signs) removeEventListener(sign, active, { capture: true })
    clearInterval(timer)
  })
}
