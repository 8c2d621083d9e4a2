import { computed } from 'vue'
import { takesShifts } from '../../composables/use-shift.ts'
import { useDirectory } from '../../stores/directory.ts'
import { useSession } from '../../stores/session.ts'

/** Who can look after a resident, and who else can agree that a danger is over: those on shift first. */
export function useColleagues() {
  const directory = useDirectory()
  const session = useSession()
  const workers = computed(() =>
    directory.people
      .filter((person) => person.enabled && takesShifts(person.role))
      .toSorted((a, b) => Number(b.onShift) - Number(a.onShift)),
  )
  const others = computed(() => workers.value.filter(({ user }) => user !== session.session?.user))
  return { workers, others }
}
