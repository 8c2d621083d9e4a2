import { useI18n } from 'vue-i18n'
import type { ActItem } from '../../contract/threads.ts'
import { useDirectory } from '../stores/directory.ts'
import { useTime } from './use-time.ts'

type Data = ActItem['data']
/** What a sentence is made from: an act of the timeline, or a step of an alarm or escalation. */
export type Told = Pick<ActItem, 'type' | 'actorName' | 'data' | 'names' | 'text'> &
  Partial<Pick<ActItem, 'outsider'>> & { subject?: string }

/** Entries that several sentences tell, by what their data say. */
const variants: { [type: string]: (data: Data) => string | undefined } = {
  'thread.opened': ({ continues, kind }) =>
    continues ? 'continued' : kind === 'group' ? 'openedGroup' : undefined,
  'thread.claimed': ({ via }) => (via === 'wecom' ? 'claimedInClient' : undefined),
  'thread.woken': ({ why }) =>
    why === 'officer'
      ? 'wokenByOfficer'
      : why === 'message'
        ? 'wokenByMessage'
        : why === 'undelivered'
          ? 'wokenUndelivered'
          : undefined,
  'thread.reopened': ({ why, holder }) => {
    if (why === 'alarm') return 'reopenedByAlarm'
    if (why === 'returnVisit') return 'reopenedForVisit'
    if (why === 'undelivered') return holder ? 'reopenedUndeliveredToHolder' : 'reopenedUndelivered'
    if (why !== 'message') return undefined
    return holder ? 'reopenedToHolder' : 'reopenedByMessage'
  },
  'thread.categorised': ({ category }) => (category ? undefined : 'uncategorised'),
  'thread.reassigned': ({ from, to }) => (to ? (from ? undefined : 'reassignedFree') : 'reassignedToQueue'),
  'thread.escalated': (data) => (data.private ? 'escalatedPrivate' : undefined),
  'thread.madePrivate': ({ desk, coveredBy }) =>
    coveredBy ? 'madePrivateByLater' : desk ? 'madePrivateForDesk' : undefined,
  'thread.pulledIn': ({ user }) => (user ? undefined : 'outsiderPulledIn'),
  'thread.handedOver': ({ from }) => (from ? undefined : 'handedOverFree'),
  'handoff.itemDecided': ({ do: decided, dueAt }) => {
    if (decided === 'handOver') return dueAt ? 'itemHandedOverUntil' : 'itemHandedOver'
    return decided === 'keep' ? 'itemKept' : decided === 'close' ? 'itemClosed' : undefined
  },
  'handoff.signed': ({ side, onBehalfOf }) =>
    `signed${side === 'incoming' ? 'Incoming' : 'Outgoing'}${onBehalfOf ? 'For' : ''}`,
  'handoff.itemLeft': ({ why }) =>
    why === 'closed'
      ? 'itemLeftClosed'
      : why === 'heldByOther'
        ? 'itemLeftHeldByOther'
        : why === 'gone'
          ? 'itemLeftGone'
          : why === 'private'
            ? 'itemLeftPrivate'
            : undefined,
  'escalation.resolved': ({ returnVisitAt }) => (returnVisitAt ? 'resolvedWithVisit' : undefined),
  'escalation.visited': ({ next }) => (next ? 'visitedAgainAt' : undefined),
  'ledger.verified': ({ unaltered, complete }) => {
    if (unaltered === false) return 'verifiedAltered'
    return complete === 'no' ? 'verifiedCut' : undefined
  },
  'message.recalled': ({ side }) => (side === 'desk' ? 'recalledByDesk' : undefined),
  'service.changed': ({ state, colleague }) =>
    state === 'unsure' || (state === 'colleague' && !colleague) ? undefined : (state as string | undefined),
  'colleague.changed': ({ what }) => what as string | undefined,
  'contact.entered': ({ unwelcomed }) => (unwelcomed ? 'enteredUnwelcomed' : undefined),
  'contact.welcomeFailed': ({ unsure }) => (unsure ? 'welcomeUnclear' : undefined),
  'welcome.changed': ({ enabled }) => (enabled === false ? 'switchedOff' : undefined),
  'account.changed': ({ enabled }) => (enabled === false ? 'switchedOff' : undefined),
  'account.faulted': ({ seconds }) => (typeof seconds === 'number' ? 'clockWrong' : undefined),
  'account.recovered': ({ seconds }) => (typeof seconds === 'number' ? 'clockRight' : undefined),
  'connection.changed': ({ enabled }) => (enabled === false ? 'switchedOff' : undefined),
  'connection.faulted': ({ of }) => (of === 'relay' ? 'relayFaulted' : undefined),
  'connection.recovered': ({ of }) => (of === 'relay' ? 'relayRecovered' : undefined),
  'colleague.linked': ({ user }) => (user === null ? 'unlinked' : undefined),
  'capability.changed': ({ able }) => (able === false ? 'lost' : undefined),
  'corpTag.linked': ({ corpTag }) => (corpTag === null ? 'unlinked' : undefined),
  'broadcast.taskFailed': ({ code }) => (code === null ? undefined : 'taskRefused'),
  'person.changed': ({ enabled }) => (enabled === false ? 'disabled' : undefined),
  'session.locked': ({ why }) => (why === 'idle' ? 'lockedIdle' : undefined),
  'session.refused': ({ why }) => (why === 'disabled' ? 'refusedDisabled' : undefined),
  'warning.linked': ({ contact }) => (contact === null ? 'unlinked' : undefined),
  'warning.claimed': ({ from }) => (from ? 'takenOver' : undefined),
  'warning.messaged': ({ by }) => (by === 'thread' ? 'messagedInThread' : undefined),
  'ledger.exported': ({ chosen }) => (chosen ? 'exportedPart' : undefined),
  'witness.contradicted': ({ by }) => (by === 'checkpoint' ? 'contradictedByCheckpoint' : undefined),
  'alarm.raised': ({ cause }) => (cause === 'recall' ? 'raisedByRecall' : undefined),
  'alarm.causeAdded': ({ cause, rings }) => {
    if (cause === 'recall') return rings ? 'rangAgainByRecall' : 'causeRecalled'
    return rings ? 'rangAgain' : undefined
  },
  'media.missed': ({ reason }) => (reason === 'damaged' || reason === 'lost' ? 'spoilt' : undefined),
  'audit.viewed': ({ raw }) => (raw === undefined ? undefined : 'viewedRaw'),
}

/** Entries whose free text is what was noted, not why it was done. */
const noted: ReadonlySet<string> = new Set([
  'thread.closed',
  'escalation.resolved',
  'escalation.visited',
  'alarm.contacted',
  'alarm.closed',
  'thread.promiseDone',
  'handoff.promiseDone',
  'finding.saved',
  'finding.closed',
])
/** Who reads what they say needs no reason for it: it is what was said. */
const said: ReadonlySet<string> = new Set(['message.received', 'message.sent', 'note.added'])

const aboutWelcome: ReadonlySet<string> = new Set(['contact.entered', 'contact.welcomeFailed'])

/** Which sentence of `acts` tells this entry, where its data decides between several. */
export function sentenceKey(type: string, data: Data): string {
  const variant = variants[type]?.(data)
  return variant === undefined ? `acts.${type}` : `acts.${type.split('.')[0]}.${variant}`
}

/** Tells an entry of the ledger in one plain sentence. */
export function useActWords() {
  const { t, te } = useI18n()
  const time = useTime()
  const directory = useDirectory()

  const word = (group: string, value: unknown) =>
    typeof value === 'string' && te(`${group}.${value}`) ? t(`${group}.${value}`) : ''
  const moment = (value: unknown) => (typeof value === 'string' ? time.moment(value) : '')
  const plain = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? value : '')
  const outcomes: { [type: string]: string } = {
    'alarm.closed': 'matters.alarmOutcomes',
    'escalation.resolved': 'matters.escalationOutcomes',
    'warning.closed': 'matters.warningOutcomes',
  }
  const results: { [type: string]: string } = {
    'warning.called': 'matters.callResults',
    'warning.replied': 'matters.replyResults',
    'warning.neighbourAsked': 'matters.neighbourResults',
    'warning.visited': 'matters.visitsDone',
  }

  /** Why the channel did not do it: one of its reasons, or an error code of its own. */
  function deliveryWords(why: unknown): string {
    const key = ['connections.delivery', 'connections.errors'].find((group) => te(`${group}.${why}`))
    return key === undefined ? String(plain(why)) : t(`${key}.${why}`)
  }

  /** Why a resident was not shown the words that were meant for them. */
  function unwelcomedWords({ unwelcomed: left, why, code }: Data): string {
    const own = `welcome.why.${left ?? why}`
    const told = typeof code === 'number' && why === 'refused'
    return te(own) && !told ? t(own) : deliveryWords(code ?? why)
  }

  function facts(told: Told): Record<string, string | number> {
    const { type, actorName, data, names, text, outsider, subject } = told
    const person = (user: unknown) =>
      typeof user === 'string' ? (names[user] ?? directory.personName(user)) : t('acts.system')
    return {
      type,
      actor: actorName || t('acts.system'),
      from: person(data.from),
      to: person(data.to),
      holder: person(data.holder),
      user: person(data.user),
      looksAfter: person(data.looksAfter),
      second: person(data.second),
      until: moment(data.until),
      due: moment(data.dueAt),
      contact: moment(data.nextContactAt),
      visit: moment(data.returnVisitAt ?? data.next),
      desk: typeof data.desk === 'string' ? directory.deskName(data.desk) : '',
      level: typeof data.level === 'string' ? (directory.level(data.level)?.name ?? data.level) : '',
      disposition: word('app.dispositions', data.disposition),
      category: word('app.categories', data.category),
      urgency: word('app.urgencies', data.urgency),
      kind: word('matters.alarmKinds', data.kind),
      outcome: word(outcomes[type] ?? '', data.outcome),
      result: word(results[type] ?? 'matters.visitResults', data.result),
      person: subject === 'unknown' ? t('acts.nobodyKnown') : person(subject),
      role: word('app.roles', data.role),
      warning: word('matters.warningTypes', data.type),
      step: word('matters.warningSteps', data.step),
      area: areaOf(data.call),
      title: plain(data.title),
      colleague: typeof data.user === 'string' ? person(data.user) : plain(data.colleague),
      why: aboutWelcome.has(type) ? unwelcomedWords(data) : deliveryWords(data.code ?? data.why),
      messages: plain(data.messages),
      outsider: outsider ?? t('acts.outsider'),
      call: plain(data.call),
      name: plain(data.name),
      size: plain(data.size),
      threads: plain(data.threads),
      minutes: typeof data.seconds === 'number' ? Math.round(data.seconds / 60) : plain(data.minutes),
      reason: type === 'message.failed' ? deliveryWords(data.reason) : plain(data.reason) || (text ?? ''),
    }
  }

  /** What a refused call was about. */
  function areaOf(call: unknown): string {
    const area = typeof call === 'string' ? call.split('.')[0] : ''
    return te(`acts.areas.${area}`) ? t(`acts.areas.${area}`) : t('acts.areas.other')
  }

  /** The bare sentence, without the words that were said or written with it. */
  function sentenceOf(told: Told): string {
    const key = sentenceKey(told.type, told.data)
    const sentence = t(te(key) ? key : 'acts.unknown', facts(told))
    const { happenedAt } = told.data
    return typeof happenedAt === 'string'
      ? t('acts.recordedLater', { sentence, at: time.moment(happenedAt) })
      : sentence
  }

  function actWords(told: Told): string {
    const sentence = sentenceOf(told)
    if (!told.text || said.has(told.type)) return sentence
    return noted.has(told.type)
      ? t('acts.withNote', { sentence, note: told.text })
      : t('acts.withReason', { sentence, reason: told.text })
  }

  return { actWords, sentenceOf, areaOf }
}
