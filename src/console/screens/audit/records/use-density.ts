import { onScopeDispose, shallowRef, watch } from 'vue'
import { Refused } from '../../../../contract/errors.ts'
import { useConnection } from '../../../connection/connection.ts'
import type { Density } from './density.ts'

/** Entries by time between two moments, or over all there is. */
export function useDensity(
  span: () => { from?: string | undefined; to?: string | undefined },
  buckets: number,
) {
  const connection = useConnection()
  const density = shallowRef<Density | null>(null)
  let asked = 0

  async function read() {
    const mine = ++asked
    const { from, to } = span()
    try {
      const found = await connection.call('audit.density', {
        buckets,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })
      if (mine !== asked) return
      density.value = {
        from: Date.parse(found.from),
        to: Date.parse(found.to),
        buckets: found.buckets,
      }
    } catch (error) {
      // The list below does not need it.
      if (!(error instanceof Refused)) throw error
    }
  }
  watch(() => JSON.stringify(span()), read, { immediate: true })
  onScopeDispose(() => asked++)
  return { density, read }
}
