import { type Routes, working } from '../route.ts'
import { unbuilt } from '../unbuilt.ts'
import { signOff, signOn } from './rules.ts'

type Names =
  | 'posts.list'
  | 'post.save'
  | 'post.remove'
  | 'shiftKinds.list'
  | 'shiftKinds.change'
  | 'roster.list'
  | 'duty.save'
  | 'duty.remove'
  | 'roster.copy'
  | 'shift.now'
  | 'shift.signOn'
  | 'shift.signOff'
  | 'shifts.list'
  | 'shift.statistics'

export const shiftRoutes: Pick<Routes, Names> = {
  ...unbuilt(
    'posts.list',
    'post.save',
    'post.remove',
    'shiftKinds.list',
    'shiftKinds.change',
    'roster.list',
    'duty.save',
    'duty.remove',
    'roster.copy',
    'shift.now',
    'shifts.list',
    'shift.statistics',
  ),
  'shift.signOn': {
    allow: working,
    run: (station, _input, by) => ({ decision: signOn(by.user, station.views.people.isOnShift(by.user)) }),
  },
  'shift.signOff': {
    allow: working,
    run: (station, _input, by) => ({ decision: signOff(by.user, station.views.people.isOnShift(by.user)) }),
  },
}
