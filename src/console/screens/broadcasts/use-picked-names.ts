import { shallowRef, watch } from 'vue'
import { Refused } from '../../../contract/errors.ts'
import { useMay } from '../../composables/use-may.ts'
import { useConnection } from '../../connection/connection.ts'

/** More are told by their number. */
export const mostNamed = 200

/** Names of residents that were picked one by one, as far as this reader may know of them. */
export function usePickedNames(of: () => { contacts: readonly string[]; broadcast: string | null }) {
  const connection = useConnection()
  const may = useMay()
  const names = shallowRef(new Map<string, string>())

  async function read(contacts: string[], broadcast: string | null) {
    const asked = {
      audience: { where: null, also: contacts, without: [] },
      ...(broadcast === null ? {} : { broadcast }),
      offset: 0,
      limit: mostNamed,
    }
    try {
      const both = await Promise.all([
        connection.call('broadcasts.preview', { ...asked, of: 'reachable' }),
        connection.call('broadcasts.preview', { ...asked, of: 'unreachable' }),
      ])
      const found = both.flatMap(({ rows }) => rows.map((row) => [row.contact, row.contactName] as const))
      names.value = new Map([...names.value, ...found])
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
  watch(
    () => {
      const { contacts, broadcast } = of()
      return { unknown: contacts.filter((id) => !names.value.has(id)).slice(0, mostNamed), broadcast }
    },
    ({ unknown, broadcast }, before) => {
      if (unknown.length === 0 || !may.value.workThreads) return
      if (before && String(unknown) === String(before.unknown)) return
      void read(unknown, broadcast)
    },
    { immediate: true },
  )

  return {
    names,
    learn(contact: string, name: string) {
      names.value = new Map(names.value).set(contact, name)
    },
  }
}
