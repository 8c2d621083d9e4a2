import { computed, type Ref, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Refusal } from '../../../contract/errors.ts'
import type { EscalationOutcome, EscalationRow, VisitResult } from '../../../contract/escalations.ts'
import { useAct } from '../../composables/use-act.ts'
import { useMay } from '../../composables/use-may.ts'
import { useTime } from '../../composables/use-time.ts'
import { useDirectory } from '../../stores/directory.ts'

export type EscalationDialog = 'accept' | 'decline' | 'reassign' | 'resolve' | 'visited'
export type EscalationActs = ReturnType<typeof useEscalationActs>
export type MovedOn = Extract<Refusal, { code: 'thread_moved_on' }>

/** What can be done to the chosen escalation. Offers what fits; the core decides. */
export function useEscalationActs(row: Readonly<Ref<EscalationRow | null>>, after: () => unknown) {
  const { did } = useAct()
  const { t } = useI18n()
  const time = useTime()
  const directory = useDirectory()
  const role = useMay()
  const dialog = ref<EscalationDialog | null>(null)
  const busy = ref(false)
  /** What came into the thread before the word that a desk has taken it could go out (rule 3). */
  const movedOn = shallowRef<MovedOn | null>(null)

  const may = computed(() => {
    const now = row.value
    const state = now?.state
    const works = role.value.workThreads && now !== null
    return {
      accept: works && now.mayAccept,
      decline: works && now.mayAccept && state === 'offered',
      reassign: works && role.value.supervise && state !== 'visit' && state !== 'ended',
      resolve: works && now.mayEnd && state === 'accepted',
      visited: works && now.mayEnd && state === 'visit',
    }
  })

  async function perform(run: (id: string) => Promise<boolean>): Promise<boolean> {
    const id = row.value?.id
    if (id === undefined || busy.value) return false
    busy.value = true
    try {
      const done = await run(id)
      if (done) dialog.value = null
      return done
    } finally {
      busy.value = false
      after()
    }
  }
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

  return {
    dialog,
    busy,
    may,
    movedOn,
    ask(which: EscalationDialog) {
      movedOn.value = null
      if (may.value[which]) dialog.value = which
    },
    accept: (tell?: { text: string; seen: number }) =>
      perform((escalation) =>
        did(
          'escalation.accept',
          { escalation, ...(tell ? { tell } : {}) },
          {
            done: t(tell ? 'escalations.done.acceptedTold' : 'escalations.done.accepted'),
            onRefused: (refusal) => {
              if (refusal.code !== 'thread_moved_on') return false
              movedOn.value = refusal
              return true
            },
          },
        ),
      ),
    decline: (reason: string) =>
      perform((escalation) =>
        did('escalation.decline', { escalation, reason }, { done: t('escalations.done.declined') }),
      ),
    reassign: (desk: string, level: string, reason: string) =>
      perform((escalation) =>
        did(
          'escalation.reassign',
          { escalation, desk, level, reason },
          { done: t('escalations.done.reassigned', { desk: directory.deskName(desk) }) },
        ),
      ),
    resolve: (outcome: EscalationOutcome, note: string, visit: number | null) =>
      perform((escalation) =>
        did(
          'escalation.resolve',
          { escalation, outcome, note, returnVisitAt: iso(visit) },
          {
            done:
              visit === null
                ? t('escalations.done.resolvedNoVisit')
                : t('escalations.done.resolved', { at: time.moment(visit) }),
          },
        ),
      ),
    visited: (result: VisitResult, note: string, next: number | null) =>
      perform((escalation) =>
        did(
          'escalation.visited',
          { escalation, result, note, next: iso(next) },
          { done: t('escalations.done.visited') },
        ),
      ),
  }
}
