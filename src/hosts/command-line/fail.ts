/** Says what is wrong in one line and ends with code 1. */
export function fail(message: string): never {
  process.stderr.write(`desk: ${message}\n`)
  process.exit(1)
}
