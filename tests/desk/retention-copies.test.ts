import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { erase } from '../support/erasing.ts'
import { due, matter, month, staffed } from '../support/old-matters.ts'
import { entriesOf, hour } from '../support/station.ts'

describe('copies elsewhere', () => {
  test('are listed by the preview and by what was erased since, and are removed with their record', async () => {
    const { desk, zhang, guanli } = await staffed()
    await matter(desk, zhang, { text: '请问几点上班' })
    const backup = await guanli.call('backup.make', {})
    mkdirSync(join(desk.dir, 'set-aside-2026'))
    writeFileSync(join(desk.dir, 'set-aside-2026', 'duty-desk.db'), 'old')
    utimesSync(join(desk.dir, 'set-aside-2026'), desk.now / 1_000 - 3_600, desk.now / 1_000 - 3_600)
    await desk.pass(37 * month)
    const copies = async () =>
      (await guanli.call('erasure.preview', { scope: due })).backups.map(({ file }) => file).sort()
    expect(await copies()).toEqual([backup.file])
    await erase(guanli, due)
    expect(await copies()).toEqual([backup.file, 'set-aside-2026'])
    await desk.pass(hour)
    await guanli.call('backup.make', {})
    expect(await copies()).toEqual([backup.file, 'set-aside-2026'])
    await guanli.call('backup.remove', { file: backup.file })
    await guanli.call('backup.remove', { file: 'set-aside-2026' })
    expect(await copies()).toEqual([])
    expect(existsSync(join(desk.station.backups.folder, backup.file))).toBe(false)
    expect(await guanli.call('backups.list', {})).toHaveLength(1)
    expect(entriesOf(desk.station, 'backup.removed')).toHaveLength(2)
  })
  test('are the only files that can be removed', async () => {
    const { desk, guanli } = await staffed()
    for (const file of ['../duty-desk.db', 'duty-desk.db', join(desk.dir, 'duty-desk.db'), '.', ''])
      expect(await guanli.refused('backup.remove', { file })).toMatchObject({ code: 'not_found' })
    expect(existsSync(join(desk.dir, 'duty-desk.db'))).toBe(true)
  })
})
