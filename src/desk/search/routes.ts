import { type Routes, reading } from '../route.ts'
import { tailLimit } from './find.ts'

export const searchRoutes: Pick<Routes, 'search.messages'> = {
  'search.messages': {
    allow: reading,
    run: (station, { from, until, ...question }) => {
      station.indexing.finishWhenBehind(tailLimit)
      return station.search.find({
        ...question,
        from: from === undefined ? undefined : Date.parse(from),
        until: until === undefined ? undefined : Date.parse(until),
      })
    },
  },
}
