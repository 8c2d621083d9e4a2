import { readFileSync } from 'node:fs'
import { checkVectors } from '../../ledger/vectors.ts'
import { fail } from './fail.ts'

export function checkVectorFile(file: string): void {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    fail(`${file}: ${(error as Error).message}`)
  }
  const { checked, mismatches } = checkVectors(json)
  for (const mismatch of mismatches) console.log(`mismatch: ${mismatch}`)
  console.log(`${checked} values checked, ${mismatches.length} mismatches`)
  if (mismatches.length > 0 || checked === 0) process.exitCode = 1
}
