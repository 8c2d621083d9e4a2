import { useI18n } from 'vue-i18n'
import type { Duty } from '../../../../contract/shifts.ts'
import { useAct } from '../../../composables/use-act.ts'
import { useDayWords } from '../use-day-words.ts'
import type { DutyForm } from './duty-form.ts'

/** Arranges duties, each with its way back. */
export function useRosterActs() {
  const { t } = useI18n()
  const { did, acting } = useAct()
  const words = useDayWords()

  const asInput = ({ id, post, kind, name, from, to, people }: Duty) => ({
    id,
    post,
    kind,
    name,
    from,
    to,
    people: people.map(({ user }) => user),
  })
  const facts = ({ name, from }: Pick<Duty, 'name' | 'from'>) => ({ name, at: words.moment(from) })

  return {
    acting,
    save(
      form: Pick<DutyForm, 'id' | 'kind' | 'people'> & { post: string },
      turn: { name: string; from: number; to: number },
      before: Duty | null,
    ): Promise<boolean> {
      const from = new Date(turn.from).toISOString()
      const input = { ...form, name: turn.name, from, to: new Date(turn.to).toISOString() }
      const named = facts({ name: turn.name, from })
      return did('duty.save', input, {
        done: t(before ? 'shifts.roster.changed' : 'shifts.roster.added', named),
        undo: () => (before ? did('duty.save', asInput(before)) : did('duty.remove', { duty: form.id })),
      })
    },
    remove: (duty: Duty): Promise<boolean> =>
      did(
        'duty.remove',
        { duty: duty.id },
        {
          done: t('shifts.roster.removed', facts(duty)),
          undo: () => did('duty.save', asInput(duty)),
        },
      ),
  }
}
