import type { Station } from '../station/station.ts'

/**
 * Entries whose content an export leaves out (rule 11): all that was said, noted or reasoned in private threads, and
 * the cards of the residents they are with.
 */
export function privateContents(station: Station): Set<number> {
  while (station.ledger.settle() > 0);
  const seqs = station.db
    .prepare<[], number>(
      `SELECT s.seq FROM subject_index s JOIN content c ON c.seq = s.seq
       WHERE s.subject IN (
         SELECT id FROM thread WHERE private = 1 UNION SELECT contact FROM thread WHERE private = 1
       )`,
    )
    .pluck()
    .all()
  return new Set(seqs)
}
