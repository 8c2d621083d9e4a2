import type { Words } from '../words.ts'
import type { retention as zh } from '../zh/retention.ts'

export const retention: Words<typeof zh> = {
  title: 'Retention',
}
