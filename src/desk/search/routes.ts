import { type Routes, reading } from '../route.ts'
import { tailLimit } from './find.ts'

export const searchRoutes: Pick<Routes, 'search.messages'> = {
  'search.messages': {
    allow: reading,
    run: (station, { from, until, ...question }, by) => {
      station.indexing.finishWhenBehind(tailLimit)
      const reader = station.access.reader(by)
      const known = new Map<string, boolean>()
      return station.search.find(
        {
          ...question,
          from: from === undefined ? undefined : Date.parse(from),
          until: until === undefined ? undefined : Date.parse(until),
        },
        (thread) => {
          const may = known.get(thread) ?? station.access.mayReadThread(thread, reader)
          known.set(thread, may)
          return may
        },
      )
    },
  },
}
