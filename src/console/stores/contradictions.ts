import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { Refused } from '../../contract/errors.ts'
import type { Contradiction } from '../../contract/proof.ts'
import { useConnection } from '../connection/connection.ts'

/** Heads kept elsewhere that are not this ledger's. */
export const useContradictions = defineStore('contradictions', () => {
  const connection = useConnection()
  const all = shallowRef<Contradiction[]>([])
  /** How many entries the ledger had when this computer saw it, where the present one contradicts that. */
  const here = ref<number | null>(null)

  return {
    all,
    here,
    /** Nobody has taken note of them yet. */
    unnoted: computed(() => all.value.filter(({ notedAt }) => notedAt === null)),
    async refresh() {
      try {
        all.value = await connection.call('contradictions.list', {})
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
    },
    forget() {
      all.value = []
      here.value = null
    },
  }
})
