import { Presets, SingleBar } from 'cli-progress'

/** A bar on a terminal, nothing elsewhere. */
export function progressBar(
  what: string,
  total: number,
): { update(done: number, total?: number): void; stop(): void } {
  const format = `{bar} {percentage}% | {value}/{total} ${what} | {eta_formatted} left`
  const bar = new SingleBar({ format, noTTYOutput: false, stream: process.stderr }, Presets.shades_classic)
  bar.start(total, 0)
  return {
    update: (done, of) => {
      if (of !== undefined) bar.setTotal(of)
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
