import type { Words } from '../words.ts'
import type { audit as zh } from '../zh/audit.ts'

export const audit: Words<typeof zh> = {
  title: 'Audit',
}
