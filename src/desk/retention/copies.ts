import type { ErasurePreview } from '../../contract/retention.ts'
import { listExports } from '../proof/exports.ts'
import type { Station } from '../station/station.ts'

/** Copies of the station's texts that an erasure does not reach. */

export function backupsWith(station: Station, moment: Moment): ErasurePreview['backups'] {
  return station.backups.copies().filter(({ at }) => isOf(Date.parse(at), moment))
}

export function exportsWith(station: Station, moment: Moment): ErasurePreview['exports'] {
  return listExports(station)
    .map(({ name, at }) => ({ name, at }))
    .filter(({ at }) => isOf(Date.parse(at), moment))
}

/** What may stand in a copy: texts to be erased, the oldest of them of then; or texts erased since the copy was made. */
export interface Moment {
  /** ms; null where nothing is to be erased. */
  oldest: number | null
  lastErased: number | null
}

function isOf(at: number, { oldest, lastErased }: Moment): boolean {
  return (oldest !== null && at >= oldest) || (lastErased !== null && at <= lastErased)
}
