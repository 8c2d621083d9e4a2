/** Names of the files in an exported bundle. */
export const bundleNames = {
  station: 'station.json',
  entries: 'entries.jsonl',
  content: 'content.jsonl',
  readme: 'README.txt',
  verifier: 'verify.mjs',
}

/** Signed notes, in order of making: `checkpoints/000001.txt`. */
export function checkpointName(number: number): string {
  return `checkpoints/${String(number).padStart(6, '0')}.txt`
}

export function isCheckpointName(name: string): boolean {
  return /^checkpoints\/\d{6}\.txt$/.test(name)
}

/** More than this is no bundle of ours but an attack on whoever opens it. */
export const bundleLimits = {
  files: 100_010,
  bytes: 200 * 1024 ** 3,
  noteBytes: 64 * 1024,
  /** Canonical JSON shrinks to a tenth, not to a thousandth. */
  ratio: 200,
  leastRatioBytes: 16 * 1024 ** 2,
}
