import type { Words } from '../words.ts'
import type { handoff as zh } from '../zh/handoff.ts'

export const handoff: Words<typeof zh> = {
  title: 'Handoff',
}
