import { bars, barText, passes } from './bars.ts'
import type { Measured } from './measure.ts'

const shown = (metric: string, value: number) =>
  metric.endsWith('Us') ? `${Math.round(value)} µs` : value.toFixed(metric.includes('Per1000') ? 2 : 3)

/** What stands on the terminal: the bars first, then everything else that was measured. */
export function table({ metrics, counts }: Measured, version: string, folder: string): string {
  const lines = [`lexicon ${version}, data in ${folder}`, '']
  for (const bar of bars) {
    const value = metrics[bar.metric]
    const verdict = passes(bar, metrics) ? 'pass' : 'FAIL'
    const row = [
      bar.metric.padEnd(34),
      shown(bar.metric, value ?? Number.NaN).padStart(9),
      barText(bar).padEnd(8),
    ]
    lines.push(`  ${row.join('  ')}  ${verdict}`)
  }
  const barred = new Set(bars.map(({ metric }) => metric))
  lines.push('')
  for (const [metric, value] of Object.entries(metrics))
    if (!barred.has(metric)) lines.push(`  ${metric.padEnd(38)} ${shown(metric, value).padStart(9)}`)
  lines.push(
    '',
    `  ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  )
  return lines.join('\n')
}
