import { useI18n } from 'vue-i18n'
import type { Probe } from '../../contract/connections.ts'

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

  function ofFault(what: string, code: number | null): string {
    const key = `connections.faults.${what}`
    if (code !== null && te(`connections.errors.${code}`)) return ofCode(code)
    return te(key) ? t(key, { code: code ?? '' }) : what
  }

  const length = (seconds: number) =>
    seconds < 120
      ? t('connecting.seconds', { n: Math.ceil(seconds) })
      : t('connecting.minutes', { n: Math.ceil(seconds / 60) })

  return { ofCode, ofProbe, ofFault, length }
}
