import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Role } from '../../contract/call.ts'
import { useDirectory } from '../stores/directory.ts'
import { useSession } from '../stores/session.ts'
import { expectedDuty } from '../stores/shift-turns.ts'
import { useShifts } from '../stores/shifts.ts'
import { useAct } from './use-act.ts'

export const takesShifts = (role: Role): boolean => role === 'officer' || role === 'supervisor'

/** The shift of who sits here. */
export function useShift() {
  const { t } = useI18n()
  const store = useSession()
  const directory = useDirectory()
  const shifts = useShifts()
  const { did } = useAct()

  const takesPart = computed(() => store.session !== null && takesShifts(store.session.role))
  const onShift = computed(() => store.session?.onShift ?? false)
  const since = computed(
    () => directory.people.find((person) => person.user === store.session?.user)?.onShiftSince ?? null,
  )
  const placeName = (post: string | null) => (post === null ? null : shifts.postName(post))

  function set(on: boolean) {
    if (store.session) store.session = { ...store.session, onShift: on }
  }
  /** Undefined: where this officer is rostered, or for all accounts. */
  async function signOn(post?: string): Promise<boolean> {
    const user = store.session?.user ?? ''
    const rostered = shifts.now ? expectedDuty(user, shifts.now, Date.now()) : null
    const place = placeName(post ?? rostered?.post ?? null)
    const words = place ? t('shifts.signOn.done', { post: place }) : t('app.shift.signedOn')
    const done = await did('shift.signOn', post === undefined ? {} : { post }, { done: words })
    if (done) set(true)
    return done
  }
  async function signOff(reason?: string): Promise<boolean> {
    const done = await did('shift.signOff', reason === undefined ? {} : { reason }, {
      done: t('app.shift.signedOff'),
    })
    if (done) set(false)
    return done
  }
  /** How many threads are in the hands of who sits here, as the core has it now. */
  async function held(): Promise<number> {
    await shifts.refresh()
    return shifts.now?.on.find(({ user }) => user === store.session?.user)?.holds ?? 0
  }

  return { takesPart, onShift, since, signOn, signOff, held }
}
