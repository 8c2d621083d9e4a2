import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { privateContents, privateIds } from '../../src/desk/privacy/withheld.ts'
import { exportBundle } from '../../src/ledger/export/export.ts'
import { verifyBundle } from '../../src/ledger/verify/verify.ts'
import { at } from '../support/console.ts'
import { everythingTold, leaked } from '../support/privacy-walk.ts'
import { privateStation } from '../support/private-station.ts'
import { iso, tempDir, testStation } from '../support/station.ts'

function textOfZip(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      let text = ''
      zip.on('end', () => resolve(text))
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed)
          stream.on('data', (part: Buffer) => {
            text += part.toString('utf8')
          })
          stream.on('end', () => zip.readEntry())
        }),
      )
      zip.readEntry()
    })
  })
}

describe('rule 11: what leaves the desk', () => {
  test('an export leaves private words out, and verifies all the same', async () => {
    const station = await privateStation()
    const { desk } = station
    const file = join(tempDir(), 'export.zip')
    const { db } = desk.station
    const withheld = new Set(privateContents(db, privateIds(db)))
    expect(withheld.size).toBeGreaterThan(10)
    await exportBundle(desk.station.db, file, {
      sign: desk.station.checkpoints.signer!,
      at: iso(desk.now),
      withheld,
    })
    const text = await textOfZip(file)
    expect(leaked(text, station.inside)).toEqual([])
    expect(leaked(text, station.outside)).toEqual(station.outside)
    const verdict = await verifyBundle(file)
    expect(verdict.unaltered).toEqual({ ok: true })
    expect(verdict.withheld).toBe(withheld.size)
    const verifier = join(import.meta.dirname, '../../src/ledger/export/verify.mjs')
    const alone = JSON.parse(execFileSync(process.execPath, [verifier, file, '--json']).toString())
    expect(alone).toMatchObject({ unaltered: true, withheld: withheld.size })
  })

  test('a backup opened by another role is as private as the desk it came from', async () => {
    const station = await privateStation()
    const folder = tempDir()
    await station.desk.station.backups.make(join(folder, 'duty-desk.db'))
    const opened = await testStation({ dir: folder, clock: () => station.desk.now })
    for (const user of ['li', 'ducha', 'guanli']) {
      const console = await at(opened, user)
      const { text } = await everythingTold({ ...station, desk: opened }, console, 'query')
      expect(leaked(text, station.inside)).toEqual([])
    }
  })

  test('nothing of it stands in the log', async () => {
    const station = await privateStation()
    await everythingTold(station, station.consoles.li, 'both')
    expect(leaked(station.desk.logged.join('\n'), station.inside)).toEqual([])
  })
})
