import type { Words } from '../words.ts'
import type { shifts as zh } from '../zh/shifts.ts'

export const shifts: Words<typeof zh> = {
  title: 'Shifts',
}
