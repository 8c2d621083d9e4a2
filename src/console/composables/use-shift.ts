import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Role } from '../../contract/call.ts'
import { useDirectory } from '../stores/directory.ts'
import { useSession } from '../stores/session.ts'
import { useAct } from './use-act.ts'

export const takesShifts = (role: Role): boolean => role === 'officer' || role === 'supervisor'

/** The shift of who sits here, and of the others. */
export function useShift() {
  const { t } = useI18n()
  const store = useSession()
  const directory = useDirectory()
  const { did } = useAct()

  const takesPart = computed(() => store.session !== null && takesShifts(store.session.role))
  const onShift = computed(() => store.session?.onShift ?? false)
  const colleagues = computed(() => directory.people.filter((person) => person.onShift))
  const since = computed(
    () => directory.people.find((person) => person.user === store.session?.user)?.onShiftSince ?? null,
  )

  async function set(on: boolean): Promise<boolean> {
    const done = on
      ? await did('shift.signOn', {}, { done: t('app.shift.signedOn') })
      : await did('shift.signOff', {}, { done: t('app.shift.signedOff') })
    if (done && store.session) store.session = { ...store.session, onShift: on }
    return done
  }

  return { takesPart, onShift, since, colleagues, set }
}
