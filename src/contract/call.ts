import type { z } from './schema.ts'

/** Roles of DESIGN rule 19. `anyone` is a connection before login. */
export type Role = 'officer' | 'supervisor' | 'auditor' | 'admin'
export const roles: readonly Role[] = ['officer', 'supervisor', 'auditor', 'admin']

/**
 * One thing the console may ask of the core. A command changes something and carries a client-made UUIDv7,
 * so that sending it twice does it once; a query only reads. `Output` is a compile-time promise of the core.
 */
export interface Call<Kind extends 'command' | 'query', Input extends z.ZodType, Output> {
  kind: Kind
  input: Input
  readonly output?: Output
}

export function command<Output>() {
  return <Input extends z.ZodType>(input: Input): Call<'command', Input, Output> => ({
    kind: 'command',
    input,
  })
}

export function query<Output>() {
  return <Input extends z.ZodType>(input: Input): Call<'query', Input, Output> => ({ kind: 'query', input })
}

export interface Page<Row> {
  rows: Row[]
  /** How many match in all, not only on this page. */
  total: number
}
