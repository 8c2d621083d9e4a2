import type { Refusal } from '../../src/contract/errors.ts'
import type { CommandName, Input } from '../../src/contract/index.ts'
import type { By } from '../../src/desk/route.ts'
import type { routes } from '../../src/desk/routes.ts'
import type { Station } from '../../src/desk/station/station.ts'

/** What the steps of a handoff are made of: who acts, on which handoff, with what words. */

export const minute = 60_000
export const hour = 60 * minute
export const roles = {
  zhang: 'officer',
  li: 'officer',
  zhao: 'officer',
  daiban: 'supervisor',
  ducha: 'auditor',
} as const

/** What is on Zhang's sheet. */
export interface Things {
  crisis: string
  secret: string
  warning: string
  calm: string
  noisy: string
  answered: string
  unclaimed: string
  /** Li's, who gives it to Zhang when his sheet is frozen already. */
  lamp: string
}

export interface Place {
  station: Station
  things: Things
  password: string
  /** When the steps began (ms). */
  begun: number
  /** Of the command; null where a step is none, or several. */
  id: Buffer | null
}

export interface Step {
  name: string
  /** ms after the beginning. */
  at: number
  /** An entry of the one commit in which it is to be killed; null: this step only leads on to the next. */
  entry: string | null
  /** What the same act is told under a new command id, once it is done; undefined where it may be done twice. */
  again?: Refusal['code'] | 'nothing new'
  act(place: Place): Promise<unknown>
}

export function by(station: Station, user: keyof typeof roles): By {
  return { user, role: roles[user], device: 'child', now: station.now() }
}

type Act<N extends CommandName> = (place: Place) => Input<N>

/** One command of one person. */
export const command =
  <N extends CommandName & keyof typeof routes>(user: keyof typeof roles, name: N, input: Act<N>) =>
  (place: Place): Promise<unknown> =>
    place.station.execute(name, input(place), by(place.station, user), place.id)

/** The first, second … that was begun; corrections are not counted. */
export function begunAs({ station }: Pick<Place, 'station'>, number: number): string {
  const all = station.db.prepare('SELECT id FROM handoff WHERE corrects IS NULL ORDER BY seq').pluck().all()
  return all[number - 1] as string
}
export const firstQuestion = ({ station }: Place) =>
  station.db.prepare('SELECT id FROM handoff_question ORDER BY asked_seq').pluck().get() as string
export const promiseOn = (place: Place, item: string) =>
  place.station.views.promises.ofHandoff(begunAs(place, 1)).find((promise) => promise.item === item)!.id
export const itemsOf = (place: Place, number: number) =>
  place.station.views.handoffs.items(begunAs(place, number)).map(({ item }) => item)

export const handOver = ({ begun }: Place, hours: number) =>
  ({
    do: 'handOver',
    nextAction: '天亮后回电话',
    deadline: new Date(begun + hours * hour).toISOString(),
    ifThen: '不接就上门',
  }) as const
export const given = ({ things }: Place) => [
  things.crisis,
  things.secret,
  things.warning,
  things.calm,
  things.unclaimed,
]
export const keep = { do: 'keep', reason: '我熟悉这件事' } as const

export const clock = ({ station }: Place) => station.timers.tick()

/** Everything handed over is read back or accepted, and what is severe is read back. */
export const readThrough = (user: keyof typeof roles, number: number) => async (place: Place) => {
  const { station } = place
  const handoff = begunAs(place, number)
  const items = station.views.handoffs.items(handoff).filter(({ did }) => did === 'handOver')
  for (const { item, read_seq, frozen } of items)
    if (read_seq === null && /"(critical|serious)"/.test(frozen))
      await station.execute(
        'handoff.readBack',
        { handoff, item, text: '天亮后回电话' },
        by(station, user),
        null,
      )
  const open = items.filter(({ accepted }) => accepted === 0).map(({ item }) => item)
  await station.execute('handoff.accept', { handoff, items: open }, by(station, user), null)
}

export const sign = (
  user: keyof typeof roles,
  number: number,
  over: Omit<Input<'handoff.sign'>, 'handoff' | 'password'>,
) =>
  command(user, 'handoff.sign', (place) => ({
    handoff: begunAs(place, number),
    password: place.password,
    ...over,
  }))
