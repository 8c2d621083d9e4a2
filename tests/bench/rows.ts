/** One line of the benchmark: `ratio` is taken inside one run on one machine, because machines differ. */
export interface Row {
  name: string
  value: number
  unit: string
  /** What it is compared with, in the same unit; null where there is nothing to compare with. */
  floor: number | null
  ratio: number | null
  /** ms */
  p99?: number
  /** What DESIGN §10 asks for. */
  bar: string
}

export function printTable(rows: readonly Row[]): void {
  const number = (value: number | null | undefined) =>
    value === null || value === undefined
      ? ''
      : value >= 1_000
        ? Math.round(value).toLocaleString('en')
        : value.toFixed(2)
  console.table(
    Object.fromEntries(
      rows.map(({ name, value, unit, floor, ratio, p99, bar }) => [
        name,
        {
          value: `${number(value)} ${unit}`,
          floor: number(floor),
          ratio: number(ratio),
          'p99 ms': number(p99),
          bar,
        },
      ]),
    ),
  )
}
