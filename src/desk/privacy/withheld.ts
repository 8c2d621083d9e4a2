import type { Station } from '../station/station.ts'

/**
 * Entries whose content an export leaves out (rule 11): all that was said, noted or reasoned in private threads, and
 * the cards of the residents they are with or who spoke in them, and the scam warnings about these.
 */
export function privateContents(station: Station): Set<number> {
  while (station.ledger.settle() > 0);
  const seqs = station.db
    .prepare<[], number>(
      `WITH someone (contact) AS (
         SELECT contact FROM thread WHERE private = 1
         UNION SELECT m.contact FROM thread t JOIN subject_index s ON s.subject = t.id JOIN message m ON m.seq = s.seq
         WHERE t.private = 1
       )
       SELECT s.seq FROM subject_index s JOIN content c ON c.seq = s.seq
       WHERE s.subject IN (
         SELECT id FROM thread WHERE private = 1
         UNION SELECT contact FROM someone
         UNION SELECT id FROM warning WHERE contact IN (SELECT contact FROM someone)
           OR thread IN (SELECT id FROM thread WHERE private = 1)
       )`,
    )
    .pluck()
    .all()
  return new Set(seqs)
}
