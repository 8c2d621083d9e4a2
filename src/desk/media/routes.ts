import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { type Routes, reading, working } from '../route.ts'

type Names = 'media.read' | 'media.retry' | 'media.put' | 'media.drop'

const notYet = { code: 'busy', what: 'media' } as const
const unbuilt = () => ({ decision: refuse(notYet) })

export const mediaRoutes: Pick<Routes, Names> = {
  'media.read': {
    allow: reading,
    run: () => {
      throw new Refused(notYet)
    },
  },
  'media.retry': { allow: working, run: unbuilt },
  'media.put': { allow: working, run: unbuilt },
  'media.drop': { allow: working, run: unbuilt },
}
