import { Refused } from '../contract/errors.ts'
import { everyone, type Routes } from './route.ts'

export function unbuilt<N extends keyof Routes>(...names: N[]): Pick<Routes, N> {
  const run = () => {
    throw new Refused({ code: 'busy', what: 'unbuilt' })
  }
  return Object.fromEntries(names.map((name) => [name, { allow: everyone, run }])) as unknown as Pick<
    Routes,
    N
  >
}
