import { command, type Page, query, type Role } from './call.ts'
import { z } from './schema.ts'
import { id, instant, nothing, reason, shortText } from './values.ts'

/** Shifts 班次: posts with their accounts, the roster, who is on, what a shift was like. */

/** 岗位: a place that is manned round the clock and answers for some accounts. */
export interface Post {
  id: string
  name: string
  /** Account ids; none means every account of the station. */
  accounts: string[]
}

/** Accounts that no post answers for: they go with every post, lest they are nobody's. */
export function inNoPost(posts: readonly Post[], accounts: readonly string[]): string[] {
  if (posts.some((post) => post.accounts.length === 0)) return []
  const named = new Set(posts.flatMap((post) => post.accounts))
  return accounts.filter((account) => !named.has(account))
}

/** Times of day in Asia/Shanghai, `HH:MM`; one that ends at or before its start ends the next day. */
export interface ShiftKind {
  id: string
  name: string
  from: string
  to: string
}

/** Who should be at a post from when to when. */
export interface Duty {
  id: string
  post: string
  /** Null for one with times of its own. */
  kind: string | null
  name: string
  from: string
  to: string
  people: { user: string; name: string; onShift: boolean }[]
}

export interface OnShift {
  user: string
  name: string
  role: Role
  since: string
  /** Null: no post in particular, which is all accounts. */
  post: string | null
  duty: string | null
  /** When the duty ends by the roster. */
  until: string | null
  holds: number
}

export interface ShiftNow {
  on: OnShift[]
  /** Rostered for now and not signed on. */
  missing: { user: string; name: string; duty: string; post: string; since: string }[]
  current: Duty[]
  /** The next of each post. */
  next: Duty[]
  /** Posts that nobody is on for, and no officer who is on for all accounts. */
  unmanned: string[]
}

/** One person from signing on to signing off. */
export interface WorkedShift {
  /** The `seq` of the entry of signing on. */
  id: number
  user: string
  name: string
  post: string | null
  duty: string | null
  from: string
  to: string | null
  answers: number
  closed: number
  /** Handoffs given (also those signed by the other side after leaving) and taken. */
  handedOver: number
  tookOver: number
  /** Left with threads still held and no handoff done. */
  leftHolding: number
}

export interface ShiftStatistics {
  from: string
  /** Null while it goes on. */
  to: string | null
  /** Of a worked shift: what came to the accounts of its post, and what this officer answered, closed and claimed. */
  arrived: number
  answers: number
  opened: number
  closed: number
  reopened: number
  /**
   * From the first words of a resident that nobody had answered to the answer; being told of a delay is none. In ms,
   * null where nobody waited.
   */
  firstAnswer: { median: number | null; p90: number | null; worst: number | null; counted: number }
  overdue: number
  /** Of those raised in this time, however late they were acknowledged. */
  alarms: { raised: number; acknowledgedWithin: { median: number | null; worst: number | null } }
  escalations: { raised: number; accepted: number; lapsed: number; resolved: number }
  warnings: { entered: number; closed: number }
  /** By hour, for the chart: `at` is the start of the hour. */
  hours: { at: string; arrived: number; answers: number; closed: number }[]
  /** As the threads had it when they were closed. */
  categories: { category: string | null; closed: number }[]
  people: { user: string; name: string; answers: number; closed: number; claimed: number }[]
}

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const duty = {
  id,
  post: id,
  kind: id.nullable(),
  name: shortText,
  from: instant,
  to: instant,
  people: z.array(id).min(1).max(50),
}

export const shifts = {
  'posts.list': query<Post[]>()(nothing),
  'post.save': command<void>()(z.strictObject({ id, name: shortText, accounts: z.array(id).max(200) })),
  /** Refused while somebody is on for it, it is rostered from now on, or a handoff of it is open. */
  'post.remove': command<void>()(z.strictObject({ post: id })),
  'shiftKinds.list': query<ShiftKind[]>()(nothing),
  'shiftKinds.change': command<void>()(
    z.strictObject({
      kinds: z
        .array(z.strictObject({ id, name: shortText, from: timeOfDay, to: timeOfDay }))
        .min(1)
        .max(8),
    }),
  ),
  /** Duties that touch the time between, by start. At most 62 days. */
  'roster.list': query<Duty[]>()(z.strictObject({ from: instant, to: instant })),
  /** At most 48 hours long. */
  'duty.save': command<void>()(z.strictObject(duty)),
  'duty.remove': command<void>()(z.strictObject({ duty: id })),
  /** The duties that start within `days` from `from` on, made again starting at `to`; those already there stay. */
  'roster.copy': command<{
    made: number
    already: number
    /** People not in the copy: they no longer work here, or are at another post by then. */
    leftOut: { user: string; name: string; from: string; why: 'gone' | 'elsewhere' }[]
  }>()(z.strictObject({ from: instant, days: z.number().int().min(1).max(31), to: instant })),
  'shift.now': query<ShiftNow>()(nothing),
  /** Without a post: that of the duty this officer is rostered for now or within the hour, or all accounts. */
  'shift.signOn': command<void>()(z.strictObject({ post: id.optional() })),
  'shift.signOff': command<void>()(z.strictObject({ reason: reason.optional() })),
  /** Newest first. */
  'shifts.list': query<Page<WorkedShift>>()(
    z.strictObject({
      user: id.optional(),
      post: id.optional(),
      from: instant.optional(),
      to: instant.optional(),
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'shift.statistics': query<ShiftStatistics>()(
    z.strictObject({
      of: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('worked'), shift: z.number().int().min(1) }),
        z.strictObject({ kind: z.literal('duty'), duty: id }),
        /** At most 62 days. */
        z.strictObject({ kind: z.literal('period'), from: instant, to: instant, post: id.optional() }),
      ]),
    }),
  ),
}
