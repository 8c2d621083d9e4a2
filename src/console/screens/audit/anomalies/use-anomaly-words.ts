import { useI18n } from 'vue-i18n'
import type { Anomaly } from '../../../../contract/audit.ts'
import { useActWords } from '../../../composables/use-act-words.ts'
import { useTime } from '../../../composables/use-time.ts'
import { useDirectory } from '../../../stores/directory.ts'
import { anomalyKey } from './anomaly-key.ts'

/** An anomaly in one sentence, filled from what the desk measured. */
export function useAnomalyWords() {
  const { t, te } = useI18n()
  const time = useTime()
  const directory = useDirectory()
  const { areaOf } = useActWords()

  return function sentence({ kind, facts, at, userName, account }: Anomaly): string {
    const length = (name: string) => time.length(Number(facts[name] ?? 0))
    const moment = (name: string) => (typeof facts[name] === 'string' ? time.full(facts[name]) : '')
    const number = (name: string) => Number(facts[name] ?? 0)
    const word = (group: string, name: string) => {
      const key = `${group}.${facts[name]}`
      return te(key) ? t(key) : ''
    }
    return t(`audit.anomalies.sentences.${anomalyKey(kind, facts)}`, {
      who: userName ?? t('audit.anomalies.somebody'),
      account: account === null ? '' : directory.accountName(account),
      at: time.full(at),
      after: length('after'),
      held: length('held'),
      waited: length('waited'),
      read: length('read'),
      late: length('late'),
      back: length('back'),
      ahead: length('ahead'),
      lasted: length('lasted'),
      rang: length('rang'),
      unseen: length('unseen'),
      until: moment('until'),
      due: moment('due'),
      items: number('items'),
      holds: number('holds'),
      messages: number('messages'),
      alarms: number('alarms'),
      times: number('times'),
      size: number('size'),
      silent: number('silent'),
      closed: number('closed'),
      notReadBack: number('notReadBack'),
      device: String(facts.device ?? ''),
      by: typeof facts.by === 'string' ? directory.personName(facts.by) : '',
      side: word('audit.handoffs.sides', 'side'),
      area: areaOf(facts.call),
      alarm: word('matters.alarmKinds', 'alarmKind'),
      disposition: word('app.dispositions', 'disposition'),
    })
  }
}
