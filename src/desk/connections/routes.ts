import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { administering, type Routes } from '../route.ts'

type Names =
  | 'connections.list'
  | 'connection.test'
  | 'connection.add'
  | 'connection.change'
  | 'connection.accounts'
  | 'connection.bind'
  | 'colleagues.list'
  | 'colleague.link'

const notYet = { code: 'busy', what: 'connections' } as const
const unbuilt = () => ({ decision: refuse(notYet) })
const unread = () => {
  throw new Refused(notYet)
}

export const connectionRoutes: Pick<Routes, Names> = {
  'connections.list': { allow: administering, run: unread },
  'connection.test': { allow: administering, run: unread },
  'connection.add': { allow: administering, run: unbuilt },
  'connection.change': { allow: administering, run: unbuilt },
  'connection.accounts': { allow: administering, run: unread },
  'connection.bind': { allow: administering, run: unbuilt },
  'colleagues.list': { allow: administering, run: unread },
  'colleague.link': { allow: administering, run: unbuilt },
}
