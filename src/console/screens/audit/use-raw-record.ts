import { onScopeDispose, shallowRef, watch } from 'vue'
import type { RawRecord } from '../../../contract/audit.ts'
import { useConnection } from '../../connection/connection.ts'
import { checkRaw, type RawChecks } from './raw-check.ts'

/** Walking down the list with the panel open asks only for where one stops: a look at raw words is itself a record. */
const restFor = 180

/** One entry as it is stored, and what this page itself makes of its hashes. */
export function useRawRecord(seq: () => number) {
  const connection = useConnection()
  const record = shallowRef<RawRecord | null>(null)
  const checks = shallowRef<RawChecks | null>(null)
  const failed = shallowRef<unknown>(null)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read() {
    const mine = ++asked
    try {
      const found = await connection.call('audit.record', { seq: seq() })
      if (mine !== asked) return
      record.value = found
      checks.value = null
      failed.value = null
      const made = await checked(found)
      if (mine === asked) checks.value = made
    } catch (error) {
      if (mine !== asked) return
      record.value = null
      failed.value = error
    }
  }
  watch(
    seq,
    (_, before) => {
      clearTimeout(timer)
      asked++
      if (before === undefined) void read()
      else timer = setTimeout(read, restFor)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    asked++
  })
  return { record, checks, failed, read }
}

/** Null where this page may not compute hashes: over a network without TLS. */
async function checked(record: RawRecord): Promise<RawChecks | null> {
  const subtle = globalThis.crypto?.subtle
  if (!subtle) return null
  return checkRaw(
    record,
    async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
  )
}
