import { setImmediate as turn } from 'node:timers/promises'
import { isDiskFailure } from '../bus.ts'
import type { Station } from '../station/station.ts'

/**
 * Makes rows of all residents who were addressed, a part at a time.
 * @returns false where they cannot all be written (rule 21)
 */
export async function addressed(station: Station): Promise<boolean> {
  const { db } = station
  const { parts } = station.views.broadcasts
  while (parts.isLeft()) {
    if (station.readOnly !== null) return false
    try {
      db.transaction(() => parts.fillNext()).immediate()
    } catch (error) {
      if (!isDiskFailure(error)) throw error
      return false
    }
    await turn()
    if (!db.open) return false
  }
  return true
}
