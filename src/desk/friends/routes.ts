import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { administering, everyone, type Routes, reading, working } from '../route.ts'

type Names =
  | 'friends.status'
  | 'friends.of'
  | 'friends.pull'
  | 'friends.pullAll'
  | 'friend.pushRemark'
  | 'friend.pushTags'
  | 'corpTags.list'
  | 'corpTag.link'
  | 'corpTags.add'

const notYet = { code: 'busy', what: 'friends' } as const
const unbuilt = () => ({ decision: refuse(notYet) })
const unread = () => {
  throw new Refused(notYet)
}

export const friendRoutes: Pick<Routes, Names> = {
  'friends.status': { allow: everyone, run: unread },
  'friends.of': { allow: reading, run: unread },
  'friends.pull': { allow: working, secret: true, run: unbuilt },
  'friends.pullAll': { allow: ['supervisor', 'admin'], run: unbuilt },
  'friend.pushRemark': { allow: working, run: unbuilt },
  'friend.pushTags': { allow: working, run: unbuilt },
  'corpTags.list': { allow: ['officer', 'supervisor', 'admin'], run: unread },
  'corpTag.link': { allow: administering, run: unbuilt },
  'corpTags.add': { allow: administering, run: unbuilt },
}
