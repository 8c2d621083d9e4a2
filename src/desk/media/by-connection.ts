import { ApiRefused, Unreachable } from '../../channels/wecom/api-error.ts'
import type { WecomConnection } from '../../channels/wecom/desk.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import type { WhyMissed } from './entries.ts'
import { type Fetcher, FetchRefused } from './fetching.ts'

/** Codes after which asking again is no use. */
const final: ReadonlyMap<number, WhyMissed> = new Map([
  [errorCodes.invalidMediaId, 'refused'],
  [errorCodes.mediaIdMissing, 'refused'],
  [errorCodes.emptyFile, 'empty'],
  [errorCodes.mediaTooBig, 'too_large'],
])

/** Files of accounts that are connected; those of others wait until they are. */
export function fetcherOver(
  connectionOf: (account: string) => Pick<WecomConnection, 'fetchMedia'> | null,
): Fetcher {
  return {
    async fetch(account, media, mostBytes, signal) {
      const connection = connectionOf(account)
      if (connection === null) throw new Error('the account is not connected')
      try {
        return await connection.fetchMedia(account, media, mostBytes, signal)
      } catch (error) {
        const why = whyFinal(error)
        throw why === null ? error : new FetchRefused(why)
      }
    },
  }
}

function whyFinal(error: unknown): WhyMissed | null {
  if (error instanceof ApiRefused) return final.get(error.errcode) ?? null
  return error instanceof Unreachable && error.why === 'tooBig' ? 'too_large' : null
}
