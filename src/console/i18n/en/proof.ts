import type { Words } from '../words.ts'
import type { proof as zh } from '../zh/proof.ts'

export const proof: Words<typeof zh> = {
  title: 'Proof',
}
