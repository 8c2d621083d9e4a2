import type { FriendsStatus } from '../../../contract/friends.ts'

/** Whether anything can be broadcast at all: pure. */
export type Able =
  /** Not one account is connected through WeCom. */
  | { able: 'none' }
  /** WeCom says no to all of them. `code` of the first. */
  | { able: 'no'; code: number | null }
  | { able: 'yes'; known: boolean; not: { connection: string; code: number | null }[] }

/** Both are needed: reading who is a friend, and sending. */
function refusedBy({ contacts, broadcasts }: FriendsStatus): { code: number | null } | null {
  const no = [contacts, broadcasts].find(({ able }) => able === false)
  return no ? { code: no.code } : null
}

export function ableOf(list: readonly FriendsStatus[]): Able {
  if (list.length === 0) return { able: 'none' }
  const not = list.flatMap((one) => {
    const refused = refusedBy(one)
    return refused === null ? [] : [{ connection: one.connection, code: refused.code }]
  })
  if (not.length === list.length) return { able: 'no', code: not[0]!.code }
  return { able: 'yes', known: list.some(({ broadcasts }) => broadcasts.able === true), not }
}
