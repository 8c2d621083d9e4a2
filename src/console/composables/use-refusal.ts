import { useI18n } from 'vue-i18n'
import { type Refusal, Refused } from '../../contract/errors.ts'
import { sizeWords } from '../media/media-bytes.ts'
import { useDirectory } from '../stores/directory.ts'
import { useTime } from './use-time.ts'

/** Says in the user's language why the core said no, with the names and times it gave. */
export function useRefusal() {
  const { t, te } = useI18n()
  const time = useTime()
  const directory = useDirectory()

  function facts(refusal: Refusal): Record<string, string | number> {
    switch (refusal.code) {
      case 'already_claimed':
        return { who: refusal.holderName, since: time.moment(refusal.since) }
      case 'not_holder':
        return {
          who: refusal.holderName ?? t('refusals.nobody'),
          since: refusal.since ? time.moment(refusal.since) : '',
        }
      case 'thread_moved_on':
        return { n: refusal.news.length }
      case 'thread_closed':
      case 'in_the_past':
        return { at: time.moment(refusal.at) }
      case 'wrong_password':
      case 'too_many_attempts':
        return { wait: time.countdown(refusal.retryAfterMs) }
      case 'recipient_off_shift':
        return { who: refusal.name }
      case 'not_found':
      case 'already_there':
        return { what: named(refusal.what), id: refusal.id }
      case 'wrong_state':
        return { what: named(refusal.what), state: stateWords(refusal.what, refusal.state) }
      case 'wrong_duration':
        return { hours: refusal.mostHours }
      case 'on_duty_elsewhere':
        return {
          who: refusal.name,
          post: refusal.post,
          from: time.moment(refusal.from),
          to: time.moment(refusal.to),
        }
      case 'handoff_unfinished':
        return { n: refusal.items.length, lacks: t(`refusals.lacks.${refusal.lacks}`) }
      case 'wrong_file':
        return { why: fileWords(refusal) }
      case 'channel_refused':
        return { why: channelWords(refusal) }
      case 'audience_changed':
        return { n: refusal.reachable }
      case 'needs_deadline':
        return { n: refusal.items.length }
      case 'wrong_side':
        return { side: t(`refusals.sides.${refusal.side}`) }
      case 'not_of_the_desk':
        return { desk: directory.deskName(refusal.desk) }
      case 'in_use':
        return { what: named(refusal.what), id: refusal.id }
      case 'too_short':
        return { minimum: refusal.minimum }
      case 'window_closed':
        return { of: refusal.window.of }
      case 'served_elsewhere':
        return { who: refusal.name, since: time.moment(refusal.since) }
      case 'too_long':
        // Three bytes to a character, as UTF-8 has it.
        return {
          bytes: refusal.bytes,
          most: refusal.mostBytes,
          characters: Math.floor(refusal.mostBytes / 3),
        }
      case 'channel_cannot':
        return { account: directory.accountName(refusal.account), what: refusal.what }
      case 'forbidden':
        return { role: t(`app.roles.${refusal.role}`) }
      case 'busy':
        return { what: named(refusal.what) }
      case 'ledger_unwritable':
        return { reason: troubleWords(refusal.reason) }
      case 'not_a_backup':
        return { reason: refusal.reason }
      case 'broken':
        return { reference: refusal.reference }
      case 'invalid':
        return { fields: refusal.issues.map((issue) => field(issue.path)).join(t('app.comma')) }
      default:
        return {}
    }
  }

  function fileWords({ why, mostBytes }: Extract<Refusal, { code: 'wrong_file' }>): string {
    return t(`messages.attach.wrong.${why}`, { most: mostBytes === null ? '' : sizeWords(mostBytes) })
  }

  /** The other side's code has words of its own. */
  function channelWords({ errcode, why }: Extract<Refusal, { code: 'channel_refused' }>): string {
    const key = [`connections.errors.${errcode}`, `connections.probes.${why}`].find((each) => te(each))
    return key ? t(key) : errcode === null ? why : String(errcode)
  }

  /** Why the ledger cannot be written: `SQLITE_IOERR_WRITE` alone says nothing to an officer. */
  function troubleWords(code: string): string {
    const kind = /^SQLITE_([A-Z]+)/.exec(code)?.[1]?.toLowerCase() ?? ''
    const key = `app.readOnly.reasons.${kind}`
    return te(key) ? t(key, { code }) : code
  }

  function stateWords(what: string, state: string): string {
    const key = `matters.${what}States.${state}`
    return te(key) ? t(key) : state
  }

  const named = (what: string) => (te(`refusals.things.${what}`) ? t(`refusals.things.${what}`) : what)
  function field(path: string): string {
    const name = path.split('.').at(-1) ?? path
    return te(`refusals.fields.${name}`) ? t(`refusals.fields.${name}`) : name
  }

  function keyOf(refusal: Refusal): string {
    if (refusal.code === 'not_holder' && refusal.holder === null) return 'refusals.not_held'
    if (refusal.code === 'served_elsewhere' && refusal.name === '')
      return 'refusals.served_elsewhere_by_nobody'
    if (refusal.code === 'window_closed') return `refusals.window_closed.${refusal.window.state}`
    return `refusals.${refusal.code}`
  }

  function words(refusal: Refusal): string {
    const key = keyOf(refusal)
    return te(key) ? t(key, facts(refusal)) : t('refusals.broken', { reference: refusal.code })
  }

  /** Of anything thrown: a refusal in words, a bug as such. */
  function wordsOf(error: unknown): string {
    if (error instanceof Refused) return words(error.refusal)
    return t('refusals.broken', { reference: error instanceof Error ? error.message : String(error) })
  }

  return { words, wordsOf, troubleWords }
}
