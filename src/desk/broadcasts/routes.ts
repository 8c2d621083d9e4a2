import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { type Routes, reading, working } from '../route.ts'

type Names =
  | 'broadcasts.list'
  | 'broadcasts.preview'
  | 'broadcasts.choices'
  | 'broadcast.get'
  | 'broadcast.image'
  | 'broadcast.draft'
  | 'broadcast.change'
  | 'broadcast.approve'
  | 'broadcast.decline'
  | 'broadcast.cancel'
  | 'broadcast.remind'
  | 'broadcast.refresh'
  | 'broadcast.results'

const notYet = { code: 'busy', what: 'broadcasts' } as const
const unbuilt = () => ({ decision: refuse(notYet) })
const unread = () => {
  throw new Refused(notYet)
}

export const broadcastRoutes: Pick<Routes, Names> = {
  'broadcasts.list': { allow: reading, run: unread },
  'broadcasts.preview': { allow: working, run: unread },
  'broadcasts.choices': { allow: working, run: unread },
  'broadcast.get': { allow: reading, run: unread },
  'broadcast.image': { allow: reading, run: unread },
  'broadcast.draft': { allow: working, run: unbuilt },
  'broadcast.change': { allow: working, run: unbuilt },
  'broadcast.approve': { allow: ['supervisor'], run: unbuilt },
  'broadcast.decline': { allow: ['supervisor'], run: unbuilt },
  'broadcast.cancel': { allow: working, run: unbuilt },
  'broadcast.remind': { allow: working, run: unbuilt },
  'broadcast.refresh': { allow: working, run: unbuilt },
  'broadcast.results': { allow: reading, run: unread },
}
