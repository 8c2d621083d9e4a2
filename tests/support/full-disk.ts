import { resident, type TestStation } from './station.ts'

/** The database may not grow by a single page: SQLite answers as on a full disk. */
export function fillDisk(desk: TestStation): void {
  const { db } = desk.station
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
  // What free room there is inside the pages goes as well.
  try {
    for (;;) desk.takesIn(resident({ from: '填充', text: '满'.repeat(900) }))
  } catch {
    // full
  }
}

export const freeDisk = (desk: TestStation) => desk.station.db.pragma('max_page_count = 10000000')
