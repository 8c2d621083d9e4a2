import { useI18n } from 'vue-i18n'
import type { Probe } from '../../contract/connections.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour
/** Faults that say more than the code they come with. */
const beyondCode: ReadonlySet<string> = new Set(['usedByOthers'])

/** Words for what WeCom and the way to it say. */
export function useChannelWords() {
  const { t, te } = useI18n()

  /** What an error code of WeCom means, and who does what about it. */
  function ofCode(code: number): string {
    const key = `connections.errors.${code}`
    return te(key) ? t(key) : t('connections.errors.other', { code })
  }

  function ofProbe({ code, why }: Pick<Probe, 'code' | 'why'>): string {
    const key = `connections.probes.${why}`
    if (why !== null && te(key)) return t(key, { code: code ?? '' })
    return code === null ? '' : ofCode(code)
  }

  /** `seconds`: how wrong the clock is, where that is the fault. */
  function ofFault(what: string, code: number | null, seconds = 0): string {
    const key = `connections.faults.${what}`
    if (code !== null && !beyondCode.has(what) && te(`connections.errors.${code}`)) return ofCode(code)
    return te(key) ? t(key, { code: code ?? '', by: length(seconds) }) : what
  }

  /** Why a message was not delivered: a word of its own, the number of a refusal, or what the channel said. */
  function ofDelivery(reason: string): string {
    const key = ['gaveUp', 'delivery'].map((area) => `connections.${area}.${reason}`).find((one) => te(one))
    if (key) return t(key)
    return /^-?\d+$/.test(reason) ? ofCode(Number(reason)) : reason
  }

  function length(seconds: number): string {
    if (seconds < 2 * minute) return t('connecting.seconds', { n: Math.ceil(seconds) })
    if (seconds < 2 * hour) return t('connecting.minutes', { n: Math.ceil(seconds / minute) })
    if (seconds < 2 * day) return t('connecting.hours', { n: Math.round(seconds / hour) })
    return t('connecting.days', { n: Math.round(seconds / day) })
  }

  return { ofCode, ofProbe, ofFault, ofDelivery, length }
}
