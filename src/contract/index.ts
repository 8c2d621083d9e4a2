import { accounts } from './accounts.ts'
import { alarms } from './alarms.ts'
import { audit } from './audit.ts'
import { broadcasts } from './broadcasts.ts'
import type { Call } from './call.ts'
import { connections } from './connections.ts'
import { escalations } from './escalations.ts'
import { friends } from './friends.ts'
import { groups } from './groups.ts'
import { handoff } from './handoff.ts'
import { media } from './media.ts'
import { people } from './people.ts'
import { privacy } from './privacy.ts'
import { proof } from './proof.ts'
import { retention } from './retention.ts'
import type { z } from './schema.ts'
import { search } from './search.ts'
import { session } from './session.ts'
import { shifts } from './shifts.ts'
import { station } from './station.ts'
import { threads } from './threads.ts'
import { warnings } from './warnings.ts'
import { welcome } from './welcome.ts'

/** Everything the console can ask of the core. Both sides compile against it; the core validates with it. */
export const contract = {
  ...session,
  ...station,
  ...people,
  ...accounts,
  ...threads,
  ...search,
  ...alarms,
  ...escalations,
  ...privacy,
  ...warnings,
  ...groups,
  ...shifts,
  ...handoff,
  ...audit,
  ...proof,
  ...retention,
  ...connections,
  ...media,
  ...friends,
  ...broadcasts,
  ...welcome,
}

export type Contract = typeof contract
export type CallName = keyof Contract
export type CommandName = {
  [N in CallName]: Contract[N] extends Call<'command', z.ZodType, unknown> ? N : never
}[CallName]
export type QueryName = Exclude<CallName, CommandName>
export type Input<N extends CallName> = z.infer<Contract[N]['input']>
export type Output<N extends CallName> =
  Contract[N] extends Call<'command' | 'query', z.ZodType, infer O> ? O : never
