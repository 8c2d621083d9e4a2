/** Cuts a list into runs of which each next one belongs to the one before. */
export function episodes<T>(list: readonly T[], belongs: (one: T, next: T) => boolean): T[][] {
  const runs: T[][] = []
  for (const one of list) {
    const run = runs.at(-1)
    if (run && belongs(run.at(-1)!, one)) run.push(one)
    else runs.push([one])
  }
  return runs
}
